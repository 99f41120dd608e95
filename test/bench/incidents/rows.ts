import { allScenarios } from '../../../simulators/scenarios/index.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { type BenchRow, median } from '../row.ts';
import type { IncidentOutcome, Outcome } from './outcome.ts';

/** Speeds of the plays, multiples of real time. */
export const speeds: readonly number[] = [1, 10, 60];

/** Beginning of the names of the rows of a plant. */
export const benchOf = (plant: string): string => (plant === 'waterworks' ? 'incidents' : `incidents of the ${plant}`);

/** Rows of the bench: by speed for attacks, faults and benign scenarios, one for pairs. @param bench beginning of their names */
export function rowsOf(outcomes: readonly Outcome[], bench = 'incidents'): BenchRow[] {
  const alone = outcomes.filter(({ delays }) => delays.length === 1);
  const together = outcomes.filter(({ delays }) => delays.length > 1);
  return [...Map.groupBy(alone, ({ speed }) => speed)]
    .flatMap(([speed, some]) => rowsAt(`${bench}, ${speed}×`, some))
    .concat(together.length === 0 ? [] : [rowOfPairs(bench, together)]);
}

const scenarioOf = ({ id }: Outcome): Scenario | undefined => allScenarios().find((one) => one.id === id);
const answersAny = ({ answers }: IncidentOutcome): boolean => answers.length > 0;
const mean = (values: readonly number[]): number =>
  Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));

const withinOf = (outcome: Outcome): number => scenarioOf(outcome)?.expect?.withinS ?? Number.POSITIVE_INFINITY;

const own = ({ incidents }: Outcome): readonly IncidentOutcome[] => incidents.filter(answersAny);

function rowsAt(name: string, outcomes: readonly Outcome[]): BenchRow[] {
  const ofKind = (kind: Scenario['kind']): Outcome[] => outcomes.filter((outcome) => scenarioOf(outcome)?.kind === kind);
  const benign = ofKind('benign');
  const others = outcomes.flatMap(({ id, seed, incidents }) =>
    incidents.filter((incident) => !answersAny(incident)).map(({ title }) => `${id} ${seed}: ${title}`),
  );
  return [
    ...rowsOfKind(name, 'attack', ofKind('attack')),
    ...rowsOfKind(name, 'fault', ofKind('fault')),
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

/** Rows of the attacks, or of the faults, at one speed. */
function rowsOfKind(name: string, kind: 'attack' | 'fault', plays: readonly Outcome[]): BenchRow[] {
  if (plays.length === 0) return [];
  const [one, all] = kind === 'attack' ? ['an attack', 'attacks'] : ['a fault', 'faults'];
  return [
    {
      name: `${name}, per ${kind}`,
      value: mean(plays.map((play) => own(play).length)),
      unit: `of ${plays.length}`,
      note: plays
        .map((play) => {
          const titles = own(play).map(({ title, alerts }) => `${title} (${alerts})`);
          return `${play.id} ${play.seed}: ${titles.join(' + ') || 'none'}`;
        })
        .join('; '),
    },
    {
      name: `${name}, ${all} found in time`,
      value: plays.filter((play) => (play.delays[0] ?? Number.POSITIVE_INFINITY) <= withinOf(play)).length,
      unit: `of ${plays.length}`,
    },
    {
      name: `${name}, ${all} that sound`,
      value: plays.filter((play) => own(play).some(({ sounds }) => sounds)).length,
      unit: `of ${plays.length}`,
      note: silentOf(plays, (incident) => incident.sounds),
    },
    {
      name: `${name}, ${all} with a response`,
      value: plays.filter((play) => own(play).some(({ response }) => response !== '')).length,
      unit: `of ${plays.length}`,
      note: silentOf(plays, ({ response }) => response !== ''),
    },
    {
      name: `${name}, back to normal during ${one}`,
      value: plays.flatMap(own).reduce((sum, { returns }) => sum + returns.length, 0),
      unit: `in ${plays.length}`,
      note: plays
        .flatMap((play) => own(play).map(({ returns }) => ({ ...play, returns })))
        .filter(({ returns }) => returns.length > 0)
        .map(({ id, seed, returns }) => `${id} ${seed}: ${returns.map(([back, again]) => `${back}–${again} s`).join(', ')}`)
        .join('; '),
    },
    {
      name: `${name}, alerts in alarm again during ${one}`,
      value: plays.flatMap(own).reduce((sum, { recurrences }) => sum + recurrences, 0),
      unit: `in ${plays.length}`,
      note: plays
        .map((play) => ({ ...play, times: own(play).reduce((sum, { recurrences }) => sum + recurrences, 0) }))
        .filter(({ times }) => times > 0)
        .map(({ id, seed, times }) => `${id} ${seed}: ${times}`)
        .join('; '),
    },
    {
      name: `${name}, first alert of ${one}`,
      value: median(plays.map(({ delays: [delay] }) => delay ?? Number.POSITIVE_INFINITY)),
      unit: 's, median',
      note: plays.map(({ id, seed, delays: [delay] }) => `${id} ${seed}: ${delay ?? 'never'}`).join('; '),
    },
  ];
}

const silentOf = (plays: readonly Outcome[], has: (incident: IncidentOutcome) => boolean): string =>
  plays
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
