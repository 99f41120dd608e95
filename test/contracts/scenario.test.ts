import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playHeadless } from '../../simulators/lab/headless-exercise.ts';
import { plants } from '../../simulators/plants/index.ts';
import { readScenario } from '../../simulators/scenario-kit/read.ts';
import { allScenarios, scenarioFile, scenariosOf, shippedIds } from '../../simulators/scenarios/index.ts';
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

/** The scenario until its last test, or all of it. */
const until = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationS: Math.max(...(scenario.effects ?? []).map(({ toS }) => toS)),
});
const failuresOf = async (scenario: Scenario, startTime: number): Promise<readonly string[]> => {
  const { effects, events } = await playHeadless(await quietPlant(scenario.plant, startTime), until(scenario));
  expect(events.filter(({ text }) => text.startsWith('without effect'))).toEqual([]);
  return effects.filter(({ achieved }) => achieved !== true).map(({ text }) => text);
};

describe('the physical effects of a scenario', () => {
  it('are stated by each attack that changes the process', () => {
    const without = scenarios.filter(({ kind, effects }) => kind === 'attack' && effects === undefined);
    expect(without.map(({ id }) => id)).toEqual(['device-scan', 'connections-held', 'tag-harvest']);
  });

  it.each(withEffects.map((scenario) => [scenario.id, scenario] as const))(
    '%s: are achieved by day and by night, and not without its hostile steps',
    async (_, scenario) => {
      for (const startTime of playTimes) expect(await failuresOf(scenario, startTime)).toEqual([]);
      const harmless = scenario.steps.filter(({ actor }) => scenario.kind === 'attack' && actor !== 'attacker');
      expect(await failuresOf({ ...scenario, steps: harmless }, playTimes[0] as number)).not.toEqual([]);
    },
  );
});
