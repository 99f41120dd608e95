import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HeadlessResult, playHeadless } from '../../../simulators/lab/headless-exercise.ts';
import { plantOf, plantTypes } from '../../../simulators/plants/index.ts';
import { readScenario } from '../../../simulators/scenario-kit/read.ts';
import { scenarioFile, shippedIds } from '../../../simulators/scenarios/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { VirtualClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { physicalEffect } from '../../core/lab.ts';
import type { Plant, PlantPlugin } from '../../core/plant.ts';
import { Metrics, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import type { Scenario } from '../../core/scenario.ts';
import { historians } from '../../historian/index.ts';
import { namesOf } from './names.ts';
import { completeRecording } from './recording/write.ts';
import { Recorder } from './recording/recorder.ts';

/** Plant day of an exercise, ms UTC. Its season is that of the plant's baseline. */
const day = Date.UTC(2026, 10, 24);
const hourMs = 3_600_000;

export interface ExerciseOptions {
  /** Random seed of the plant; default: that of the scenario, otherwise 1. */
  readonly seed?: number | undefined;
  /** Hour of the day, UTC, at which the scenario begins; default: the first one of its hours, otherwise 6. */
  readonly hour?: number | undefined;
}

/** A recording to make of an exercise. */
export interface RecordOptions {
  /** Folder that does not exist yet, or is empty. */
  readonly dir: string;
  /** Normal operation before the scenario, s. */
  readonly beforeS: number;
  readonly version: string;
  /** Reads the configuration of a monitor. */
  readonly configOf: (file: string) => Promise<MonitorConfig>;
}

interface Begun {
  readonly scenario: Scenario;
  readonly plugin: PlantPlugin;
  readonly plant: Plant;
  readonly seed: number;
  readonly hour: number;
}

/**
 * Plays a scenario, as fast as the plant computes.
 * @param of id of a shipped scenario, or a file
 * @returns report, and false if a test of the physical effects failed
 * @throws ScadaError `config` with file and line if the file cannot be used
 */
export async function exercise(
  of: string,
  options: ExerciseOptions = {},
  record?: RecordOptions,
): Promise<{ readonly lines: readonly string[]; readonly achieved: boolean }> {
  const begun = await begin(of, options, record?.beforeS);
  const { scenario, plant, seed, hour } = begun;
  const result = record === undefined ? await playHeadless(plant, scenario) : await recorded(of, begun, record);
  return { lines: report(scenario, { seed, hour }, result), achieved: physicalEffect(result.effects)?.achieved !== false };
}

/** Names that a scenario can use, of the plant that `of` plays on. */
export const namesFor = async (of: string, options: ExerciseOptions = {}): Promise<readonly string[]> =>
  namesOf((await begin(of, options)).plant);

/** The scenario, checked against a new plant. */
async function begin(of: string, options: ExerciseOptions, beforeS = 0): Promise<Begun> {
  const file = shippedIds.includes(of) ? scenarioFile(of) : of;
  const { plant: type, seed: ownSeed = 1, hours } = readScenario(file, { plants: plantTypes() });
  const plugin = plantOf(type);
  const { seed = ownSeed, hour = hours?.[0] ?? 6 } = options;
  const startTime = day + hour * hourMs - beforeS * 1_000;
  const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(seed), metrics: new Metrics() };
  const plantOptions = { seed, startTime, season: plugin.shipped?.season, life: 'none' } as const;
  const plant = await plugin.create(plugin.schema.parse({}), plantOptions, context);
  return { scenario: readScenario(file, { against: { type, plant } }), plugin, plant, seed, hour };
}

/** Plays a scenario after normal operation, and records both. */
async function recorded(
  of: string,
  { scenario, plugin, plant, seed, hour }: Begun,
  { dir, beforeS, version, configOf }: RecordOptions,
): Promise<HeadlessResult> {
  const { tags, devices } = await configOf(fileURLToPath(plugin.example));
  const from = plant.time;
  const recorder = new Recorder(dir, plant, tags);
  for (let second = 0; second < beforeS; second++) {
    plant.step(1);
    recorder.second(undefined);
  }
  const result = await playHeadless(plant, scenario, (startedAt) => recorder.second({ scenario, startedAt }));
  const format = historians.find(({ files }) => files !== undefined)?.files;
  if (format === undefined) throw new ScadaError('fatal', 'INTERNAL', 'no historian has movable files');
  const facts = {
    title: scenario.title,
    plant: plugin.type,
    summary: plugin.summary,
    seed,
    version,
    command: `scadawatch exercise ${basename(of)} --seed ${seed} --hour ${hour} --record DIR --before ${beforeS}s`,
    from,
    to: plant.time,
    tags: tags.size,
    devices: [...new Set(tags.tags.map(({ device }) => device))].filter((name) => devices.some((one) => one.name === name)),
    plays: [{ scenario, ...result }],
  };
  await completeRecording(dir, recorder, facts, tags, format);
  return result;
}

function report(
  { id, plant }: Scenario,
  { seed, hour }: { readonly seed: number; readonly hour: number },
  { events, effects, startedAt }: HeadlessResult,
): string[] {
  const effect = physicalEffect(effects);
  const result =
    effect === undefined
      ? 'The scenario states no physical effect, so that none was tested. Add `effects` to test it.'
      : `Physical effect ${effect.achieved === true ? 'achieved' : 'not achieved'}: ${effect.passed} of ${effect.of} tests passed.`;
  return [
    `${id} on the ${plant}, random seed ${seed}, from ${hour}:00 UTC`,
    ...events.map(({ time, lane, text, technique }) => {
      const atS = `${(time - startedAt) / 1_000} s`.padStart(8);
      return `${atS}  ${lane}: ${text}${technique === undefined ? '' : ` (${technique})`}`;
    }),
    result,
  ];
}
