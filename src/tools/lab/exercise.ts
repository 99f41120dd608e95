import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HeadlessPart, type HeadlessPlay, playParts } from '../../../simulators/lab/headless-exercise.ts';
import { plantOf, plantTypes } from '../../../simulators/plants/index.ts';
import { otherPlant, readCampaign } from '../../../simulators/scenario-kit/campaign.ts';
import { readScenario } from '../../../simulators/scenario-kit/read.ts';
import { scenarioFile, shippedIds } from '../../../simulators/scenarios/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { VirtualClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { physicalEffect } from '../../core/lab.ts';
import type { Plant, PlantPlugin } from '../../core/plant.ts';
import { Metrics, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { historians } from '../../historian/index.ts';
import { namesOf } from './names.ts';
import { notWritten } from './recording/csv-file.ts';
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
  /** Title of the campaign or of the scenario. */
  readonly title: string;
  readonly parts: readonly HeadlessPart[];
  readonly plugin: PlantPlugin;
  readonly plant: Plant;
  readonly seed: number;
  readonly hour: number;
}

/**
 * Plays a scenario, or the scenarios of a campaign one after another, as fast as the plant computes.
 * @param of id of a shipped scenario, or a file of a scenario or a campaign
 * @returns report, and false if a test of the physical effects failed
 * @throws ScadaError `config` with file and line if the file cannot be used
 */
export async function exercise(
  of: string,
  options: ExerciseOptions = {},
  record?: RecordOptions,
): Promise<{ readonly lines: readonly string[]; readonly achieved: boolean }> {
  const begun = await begin(of, options, record?.beforeS);
  const { parts, plant } = begun;
  const plays = record === undefined ? await playParts(plant, parts) : await recorded(of, begun, record);
  return {
    lines: plays.flatMap((play) => report(play, begun)),
    achieved: plays.every(({ effects }) => physicalEffect(effects)?.achieved !== false),
  };
}

/** Names that a scenario can use, of the plant that `of` plays on. */
export const namesFor = async (of: string, options: ExerciseOptions = {}): Promise<readonly string[]> =>
  namesOf((await begin(of, options)).plant);

/** The scenarios, checked against a new plant. */
async function begin(of: string, options: ExerciseOptions, beforeS = 0): Promise<Begun> {
  const campaign = shippedIds.includes(of) ? undefined : readCampaign(of, plantTypes());
  const places = (campaign?.parts ?? [{ scenario: of, afterS: 0 }]).map(({ scenario, afterS }) => ({
    file: shippedIds.includes(scenario) ? scenarioFile(scenario) : campaign === undefined ? of : resolve(dirname(of), scenario),
    afterS,
  }));
  const first = readScenario(places[0]?.file ?? of, { plants: plantTypes() });
  const { plant: type, seed: ownSeed = 1 } = campaign ?? first;
  const hours = campaign === undefined ? first.hours : [campaign.hour ?? 6];
  const plugin = plantOf(type);
  const { seed = ownSeed, hour = hours?.[0] ?? 6 } = options;
  const startTime = day + hour * hourMs - beforeS * 1_000;
  const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(seed), metrics: new Metrics() };
  const plantOptions = { seed, startTime, season: plugin.shipped?.season, life: 'none' } as const;
  const plant = await plugin.create(plugin.schema.parse({}), plantOptions, context);
  const parts = places.map(({ file, afterS }) => {
    const scenario = readScenario(file, { plants: plantTypes(), against: { type, plant } });
    if (scenario.plant !== type) throw otherPlant(of, scenario.id, scenario.plant);
    return { scenario, afterS };
  });
  return { title: campaign?.title ?? first.title, parts, plugin, plant, seed, hour };
}

/** Plays scenarios after normal operation, and records all of it. */
async function recorded(
  of: string,
  { title, parts, plugin, plant, seed, hour }: Begun,
  { dir, beforeS, version, configOf }: RecordOptions,
): Promise<readonly HeadlessPlay[]> {
  const { tags, devices } = await configOf(fileURLToPath(plugin.example));
  const from = plant.time;
  const recorder = new Recorder(dir, plant, tags, plugin.ports.controllers);
  for (let second = 0; second < beforeS; second++) {
    plant.step(1);
    recorder.second(undefined);
  }
  const plays = await playParts(plant, parts, (running) => recorder.second(running), recorder.actors);
  const format = historians.find(({ files }) => files !== undefined)?.files;
  if (format === undefined) throw new ScadaError('fatal', 'INTERNAL', 'no historian has movable files');
  const facts = {
    title,
    plant: plugin.type,
    summary: plugin.summary,
    seed,
    version,
    command: `scadawatch exercise ${basename(of)} --seed ${seed} --hour ${hour} --record DIR --before ${beforeS}s`,
    from,
    to: plant.time,
    tags: tags.size,
    devices: [...new Set(tags.tags.map(({ device }) => device))].filter((name) => devices.some((one) => one.name === name)),
    plays,
    controllers: plugin.ports.controllers,
    packetsMissingFrom: recorder.packets.missingFrom,
  };
  try {
    await completeRecording(dir, recorder, facts, tags, format);
  } catch (thrown) {
    throw notWritten(dir, thrown);
  }
  return plays;
}

function report({ scenario, events, effects, startedAt }: HeadlessPlay, { seed, parts, hour }: Begun): string[] {
  const { id, plant } = scenario;
  const begin = parts.length > 1 ? new Date(startedAt).toISOString().slice(11, 16) : `${hour}:00`;
  const effect = physicalEffect(effects);
  const result =
    effect === undefined
      ? 'The scenario states no physical effect, so that none was tested. Add `effects` to test it.'
      : `Physical effect ${effect.achieved === true ? 'achieved' : 'not achieved'}: ${effect.passed} of ${effect.of} tests passed.`;
  return [
    `${id} on the ${plant}, random seed ${seed}, from ${begin} UTC`,
    ...events.map(({ time, lane, text, technique }) => {
      const atS = `${(time - startedAt) / 1_000} s`.padStart(8);
      return `${atS}  ${lane}: ${text}${technique === undefined ? '' : ` (${technique})`}`;
    }),
    result,
  ];
}
