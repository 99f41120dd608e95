import { allScenarios } from '../../../simulators/scenarios/index.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { type BenchRow, median } from '../row.ts';
import type { IncidentOutcome, Outcome } from './outcome.ts';

/** Speeds of the plays, multiples of real time. */
export const speeds: readonly number[] = [1, 10, 60];

/** Beginning of the names of the rows of a plant. */
export const benchOf = (plant: string): string => (plant === 'waterworks' ? 'incidents' : `incidents of the ${plant}`);

/** Rows of the bench: by speed for attacks and benign scenarios, one for pairs. @param bench beginning of their names */
export function rowsOf(outcomes: readonly Outcome[], bench = 'incidents'): BenchRow[] {
  const alone = outcomes.filter(({ delays }) => delays.length === 1);
  const together = outcomes.filter(({ delays }) => delays.length > 1);
  return [...Map.groupBy(alone, ({ speed }) => speed)]
    .flatMap(([speed, some]) => rowsAt(`${bench}, ${speed}×`, some))
    .concat(together.length === 0 ? [] : [rowOfPairs(bench, together)]);
}

const scenarioOf = ({ id }: Outcome): Scenario | undefined => allScenarios().find((one) => one.id === id);
const isBenign = (outcome: Outcome): boolean => scenarioOf(outcome)?.kind === 'benign';
const answersAny = ({ answers }: IncidentOutcome): boolean => answers.length > 0;
const mean = (values: readonly number[]): number =>
  Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));

const withinOf = (outcome: Outcome): number => scenarioOf(outcome)?.expect?.withinS ?? Number.POSITIVE_INFINITY;

function rowsAt(name: string, outcomes: readonly Outcome[]): BenchRow[] {
  const attacks = outcomes.filter((outcome) => !isBenign(outcome));
  const benign = outcomes.filter(isBenign);
  const own = ({ incidents }: Outcome): readonly IncidentOutcome[] => incidents.filter(answersAny);
  const others = outcomes.flatMap(({ id, seed, incidents }) =>
    incidents.filter((incident) => !answersAny(incident)).map(({ title }) => `${id} ${seed}: ${title}`),
  );
  const ofAttacks: BenchRow[] = [
    {
      name: `${name}, per attack`,
      value: mean(attacks.map((attack) => own(attack).length)),
      unit: `of ${attacks.length}`,
      note: attacks
        .map((attack) => {
          const titles = own(attack).map(({ title, alerts }) => `${title} (${alerts})`);
          return `${attack.id} ${attack.seed}: ${titles.join(' + ') || 'none'}`;
        })
        .join('; '),
    },
    {
      name: `${name}, attacks found in time`,
      value: attacks.filter((attack) => (attack.delays[0] ?? Number.POSITIVE_INFINITY) <= withinOf(attack)).length,
      unit: `of ${attacks.length}`,
    },
    {
      name: `${name}, attacks that sound`,
      value: attacks.filter((attack) => own(attack).some(({ sounds }) => sounds)).length,
      unit: `of ${attacks.length}`,
      note: silentOf(attacks, (incident) => incident.sounds),
    },
    {
      name: `${name}, attacks with a response`,
      value: attacks.filter((attack) => own(attack).some(({ response }) => response !== '')).length,
      unit: `of ${attacks.length}`,
      note: silentOf(attacks, ({ response }) => response !== ''),
    },
    {
      name: `${name}, back to normal during an attack`,
      value: attacks.flatMap(own).reduce((sum, { returns }) => sum + returns.length, 0),
      unit: `in ${attacks.length}`,
      note: attacks
        .flatMap((attack) => own(attack).map(({ returns }) => ({ ...attack, returns })))
        .filter(({ returns }) => returns.length > 0)
        .map(({ id, seed, returns }) => `${id} ${seed}: ${returns.map(([back, again]) => `${back}–${again} s`).join(', ')}`)
        .join('; '),
    },
    {
      name: `${name}, alerts in alarm again during an attack`,
      value: attacks.flatMap(own).reduce((sum, { recurrences }) => sum + recurrences, 0),
      unit: `in ${attacks.length}`,
      note: attacks
        .map((attack) => ({ ...attack, times: own(attack).reduce((sum, { recurrences }) => sum + recurrences, 0) }))
        .filter(({ times }) => times > 0)
        .map(({ id, seed, times }) => `${id} ${seed}: ${times}`)
        .join('; '),
    },
    {
      name: `${name}, first alert`,
      value: median(attacks.map(({ delays: [delay] }) => delay ?? Number.POSITIVE_INFINITY)),
      unit: 's, median',
      note: attacks.map(({ id, seed, delays: [delay] }) => `${id} ${seed}: ${delay ?? 'never'}`).join('; '),
    },
  ];
  return [
    ...(attacks.length === 0 ? [] : ofAttacks),
    { name: `${name}, other incidents`, value: others.length, unit: `of ${outcomes.length} plays`, note: others.join('; ') },
    ...(benign.length === 0
      ? []
      : [
          { name: `${name}, benign`, value: mean(benign.map(({ incidents }) => incidents.length)), unit: `of ${benign.length}` },
          {
            name: `${name}, benign and quiet`,
            value: benign.filter(({ incidents }) => incidents.length === 0).length,
            unit: `of ${benign.length}`,
          },
        ]),
  ];
}

const silentOf = (attacks: readonly Outcome[], has: (incident: IncidentOutcome) => boolean): string =>
  attacks
    .filter(({ incidents }) => !incidents.some((incident) => answersAny(incident) && has(incident)))
    .map(({ id, seed }) => `${id} ${seed}`)
    .join('; ');

/** True if each event is one incident, and nothing else is one. */
const areApart = ({ incidents }: Outcome): boolean =>
  incidents.length === 2 &&
  incidents.every(({ answers }) => answers.length === 1) &&
  new Set(incidents.flatMap(({ answers }) => answers)).size === 2;

function rowOfPairs(bench: string, outcomes: readonly Outcome[]): BenchRow {
  const told = ({ id, incidents }: Outcome): string =>
    `${id}: ${incidents.map(({ title, answers }) => `${title} [${answers.join()}]`).join(' + ')}`;
  return {
    name: `${bench}, two events are two`,
    value: outcomes.filter(areApart).length,
    unit: `of ${outcomes.length}`,
    note: outcomes
      .filter((outcome) => !areApart(outcome))
      .map(told)
      .join('; '),
  };
}
