import { plantOf } from '../../../simulators/plants/index.ts';
import { scenariosOf } from '../../../simulators/scenarios/index.ts';
import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { Random } from '../../../src/core/random.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { planDetection } from '../../../src/detection/plan/plan.ts';
import { readShipped } from '../../../src/learning/baselines/shipped.ts';
import { shippedRecords } from '../../support/plant-records.ts';
import { sourceHash } from '../everyday/kept.ts';
import type { BenchOptions } from '../options.ts';
import type { BenchRow } from '../row.ts';
import { exampleConfig, startTime } from '../../support/plants.ts';
import { KeptOutcomes } from './kept.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { pairPlay, pairsOf } from './pairs.ts';
import { playScenarios, type Stage } from './play.ts';
import { benchOf, rowsOf, speeds } from './rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface PlannedPlay {
  readonly id: string;
  readonly events: readonly Scenario[];
  readonly speed: number;
  readonly seed: number;
}

/** All plays: each scenario of a plant at three speeds with three seeds, at drawn hours; and two events at the same time. */
const plannedOf = (plant: PlantPlugin): readonly PlannedPlay[] => [
  ...speeds.flatMap((speed) =>
    [1, 2, 3].flatMap((seed) =>
      scenariosOf(plant.type).map((scenario) => ({ id: scenario.id, events: [scenario], speed, seed })),
    ),
  ),
  ...pairsOf(plant.type).map((pair) => ({ ...pair, ...pairPlay })),
];

/**
 * Every scenario of a plant through the whole path, as an operator meets it: incidents of one attack, their titles, sound, response and
 * the time to the first alert. Two events at the same time must be two incidents.
 */
export async function benchIncidents(
  { quick, plant = waterworks.type, scenario, speed, seed }: BenchOptions,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const plugin = plantOf(plant);
  const chosen = plannedOf(plugin)
    .filter((play) => scenario === undefined || (scenario === 'pairs' ? play.events.length > 1 : play.id === scenario))
    .filter((play) => (speed === undefined || play.speed === speed) && (seed === undefined || play.seed === seed))
    .filter((play) => !quick || (play.speed === 60 && play.seed === 1));
  if (chosen.length === 0) throw new Error('no play has this scenario, speed and seed');
  const kept = new KeptOutcomes(sourceHash('incidents'));
  const stage = await stageOf(plugin);
  const outcomes: Outcome[] = [];
  for (const { id, events, ...of } of chosen) {
    const known = kept.of({ id, ...of });
    if (known === undefined) say(`${id} at ${of.speed}× … `);
    outcomes.push(known ?? kept.keep(await played(stage, { id, events, ...of })));
  }
  return rowsOf(outcomes, benchOf(plugin.type));
}

/** The outcome of one play. */
export async function played(stage: Stage, { id, events, ...of }: PlannedPlay): Promise<Outcome> {
  const startedAt = startOf(id, of.seed, hoursOf(events));
  return outcomeOf(id, events, await playScenarios(stage, events, { ...of, startedAt }), of);
}

/** Hours in which the events of a play can begin together: those of the first one that states some. */
const hoursOf = (events: readonly Scenario[]): Scenario['hours'] => events.find(({ hours }) => hours !== undefined)?.hours;

/** A drawn hour of the day, within `hours` if people work only then: levels, loads and voltages differ by it. */
export function startOf(id: string, seed: number, [from, to]: Scenario['hours'] = [0, 24]): number {
  const hour = from + Math.floor((to - from) * new Random(seed).fork(id).next());
  return startTime - (startTime % dayMs) + hour * hourMs;
}

/** A plant as shipped; the waterworks if none is given. */
export async function stageOf(plugin: PlantPlugin = waterworks): Promise<Stage> {
  const baseline = plugin.shipped && (await readShipped(plugin.shipped.file));
  if (baseline === undefined)
    throw new Error(`the plant ${plugin.type} ships no baseline; run npm run lab:baseline -- ${plugin.type}`);
  const config = exampleConfig(plugin);
  return {
    plugin,
    plan: planDetection(config),
    areas: config.site.areas,
    baseline,
    settings: config.alarms,
    records: await shippedRecords(plugin),
  };
}
