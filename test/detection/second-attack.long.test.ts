// Long: seven attacks are simulated and judged for hours of their plant.
import { beforeAll, describe, expect, it } from 'vitest';
import { plants } from '../../simulators/plants/index.ts';
import { scenariosOf } from '../../simulators/scenarios/index.ts';
import { type AlertChange, needsAcknowledgement } from '../../src/core/alert.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { stageOf, startOf } from '../bench/incidents/index.ts';
import { playScenarios, type Stage } from '../bench/incidents/play.ts';

/** Normal operation between the two plays, s. */
const betweenS = 1_800;

/** Attacks that only the process shows: `second-attack.test.ts` plays those with acts on the network. */
const isOfProcess = ({ kind, steps }: Scenario): boolean => kind === 'attack' && steps.every(({ act }) => act.type === 'plant');

const later = (scenario: Scenario, byS: number): Scenario => ({
  ...scenario,
  durationS: scenario.durationS + byS,
  steps: scenario.steps.map((step) => ({
    ...step,
    atS: step.atS + byS,
    ...(step.untilS === undefined ? {} : { untilS: step.untilS + byS }),
  })),
});

/** Changes that call the operator. */
const calls = (changes: readonly AlertChange[]): readonly string[] =>
  changes
    .filter(({ kind, alert }) => (kind === 'raised' || kind === 'recurred') && needsAcknowledgement(alert.state))
    .map(({ alert }) => alert.title);

const attacked = plants
  .map((plugin) => ({ plant: plugin.type, plugin, scenarios: scenariosOf(plugin.type).filter(isOfProcess) }))
  .filter(({ scenarios }) => scenarios.length > 0);

describe.each(attacked)('an attack on the process of $plant', ({ plugin, scenarios }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await stageOf(plugin);
  });

  it.each(scenarios)('$id played twice with an acknowledgement between calls twice', async (scenario) => {
    const startedAt = startOf(scenario.id, 1, scenario.hours);
    const { durationS } = scenario;
    const againS = durationS + betweenS;
    const { changes } = await playScenarios(stage, [scenario, later(scenario, againS)], {
      speed: 1,
      seed: 1,
      startedAt,
      acknowledgedAtS: [durationS, againS],
    });
    const againAt = startedAt + againS * 1_000;
    const [first, second] = [changes.filter(({ time }) => time < againAt), changes.filter(({ time }) => time > againAt)];
    expect(calls(first)).not.toEqual([]);
    expect(calls(second)).not.toEqual([]);
  });
});
