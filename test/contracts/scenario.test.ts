import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Exercise } from '../../simulators/lab/exercise.ts';
import { DirectActors } from '../../simulators/lab/headless-exercise.ts';
import { plants } from '../../simulators/plants/index.ts';
import { readScenario } from '../../simulators/scenario-kit/read.ts';
import { allScenarios, scenarioFile, scenariosOf, shippedIds } from '../../simulators/scenarios/index.ts';
import type { LabEffect } from '../../src/core/lab.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { playTimes, quietPlant } from '../support/play.ts';

const folder = 'simulators/scenarios';
const scenarios = allScenarios();
const withEffects = scenarios.filter(({ effects }) => effects !== undefined);

describe('every scenario', () => {
  it('belongs to one of the plants', () => {
    expect(plants.flatMap(({ type }) => scenariosOf(type))).toEqual(scenarios);
  });

  it('has a folder of its id with a page and a test, and is in the list', () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual(shippedIds.toSorted());
    const missing = shippedIds.flatMap((id) =>
      [`${folder}/${id}/README.md`, `${folder}/${id}/${id}.test.ts`].filter((file) => !existsSync(file)),
    );
    expect(missing).toEqual([]);
    expect(scenarios.map(({ id }) => id)).toEqual(shippedIds);
  });

  it('plays for its whole duration, as the benches do', () => {
    expect(scenarios.filter(({ stopWhen }) => stopWhen !== undefined)).toEqual([]);
  });

  it.each(shippedIds)('%s names what its plant has', async (id) => {
    const type = plants.find((plugin) => scenariosOf(plugin.type).some((one) => one.id === id))?.type ?? '';
    expect(readScenario(scenarioFile(id), { against: { type, plant: await quietPlant(type) } })).toMatchObject({
      id,
      plant: type,
    });
  });
});

type Effects = readonly LabEffect[];
const failuresOf = (effects: Effects): string[] => effects.filter(({ achieved }) => achieved !== true).map(({ text }) => text);
const lastTestS = ({ effects = [] }: Scenario): number => Math.max(...effects.map(({ toS }) => toS));

/** Plays scenarios together on one quiet plant until their tests are decided and their steps have begun. @returns the effects of each */
async function playTogether(plays: readonly Scenario[], startTime: number): Promise<Effects[]> {
  const plant = await quietPlant(plays[0]?.plant ?? '', startTime);
  const exercises = plays.map((scenario) => {
    const exercise = new Exercise(plant, new DirectActors(plant), () => {});
    exercise.start({ ...scenario, durationS: lastTestS(scenario) });
    const begunS = Math.max(0, ...scenario.steps.map(({ atS }) => atS).filter((atS) => atS <= lastTestS(scenario)));
    return { exercise, begunAt: startTime + begunS * 1_000 };
  });
  const isOpen = ({ exercise: { running, effects = [] }, begunAt }: (typeof exercises)[number]): boolean =>
    running !== undefined && (plant.time <= begunAt || effects.some(({ achieved }) => achieved === undefined));
  for (;;) {
    for (const { exercise } of exercises) await exercise.tick();
    if (!exercises.some(isOpen)) break;
    plant.step(1);
  }
  for (const { events } of exercises.map(({ exercise }) => exercise))
    expect(events.filter(({ text }) => text.startsWith('without effect'))).toEqual([]);
  return exercises.map(({ exercise }) => exercise.effects ?? []);
}

const play = async (scenario: Scenario, startTime: number): Promise<Effects> =>
  (await playTogether([scenario], startTime))[0] ?? [];

/** A scenario without its hostile steps; a fault or an ordinary act has no other ones. */
const harmless = (scenario: Scenario): Scenario => ({
  ...scenario,
  steps: scenario.steps.filter(({ actor }) => scenario.kind === 'attack' && actor !== 'attacker'),
});

/** Effects of the scenarios of a plant that have no step left without the hostile ones: one quiet night for all of them. */
const inOneNight = new Map<string, Promise<ReadonlyMap<string, Effects>>>();
async function playQuietNight(type: string): Promise<ReadonlyMap<string, Effects>> {
  const without = withEffects.filter(({ plant }) => plant === type).map(harmless);
  const still = without.filter(({ steps }) => steps.length === 0);
  const effects = await playTogether(still, playTimes[0] as number);
  return new Map(still.map(({ id }, i) => [id, effects[i] ?? []]));
}

async function harmlessEffectsOf(scenario: Scenario): Promise<Effects> {
  const without = harmless(scenario);
  if (without.steps.length > 0) return await play(without, playTimes[0] as number);
  const { plant } = scenario;
  const night = inOneNight.get(plant) ?? playQuietNight(plant);
  inOneNight.set(plant, night);
  return (await night).get(scenario.id) ?? [];
}

describe('the physical effects of a scenario', () => {
  it('are stated by each attack that changes the process', () => {
    const without = scenarios.filter(({ kind, effects }) => kind === 'attack' && effects === undefined);
    expect(without.map(({ id }) => id)).toEqual(['device-scan', 'connections-held', 'tag-harvest']);
  });

  it.each(withEffects.map((scenario) => [scenario.id, scenario] as const))(
    '%s: are achieved by day and by night, and not without its hostile steps',
    async (_, scenario) => {
      for (const startTime of playTimes) expect(failuresOf(await play(scenario, startTime))).toEqual([]);
      expect(failuresOf(await harmlessEffectsOf(scenario))).not.toEqual([]);
    },
  );
});
