import { basename } from 'node:path';
import { readerOf } from '../../../collectors/index.ts';
import type { Clock } from '../../core/clock.ts';
import type { Detector, DetectorPlugin } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeEvent } from '../../core/observation.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import type { RecordedEntry } from '../../core/collector.ts';
import { TagTable } from '../../core/tag.ts';
import { createEngine, defaultEngineSettings, type EngineDetector, type ScoreHook } from '../../detection/engine/index.ts';
import type { RowResult } from './run.ts';

export interface PacketBacktestOptions {
  /** pcap or pcapng, plain or gzipped. */
  readonly input: string;
  readonly plugins: readonly DetectorPlugin[];
  /** Captures of normal traffic in other files. */
  readonly calibrate: readonly string[];
  /** Packets at the start of the input that are normal traffic. */
  readonly calibratePackets: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Stream time between two ticks, ms. After a longer pause the clock jumps. */
const tickMs = 1_000;
const mostTicks = 120;

/**
 * Judges a capture with one result per packet. A packet is in alarm if an event of its own scores at least 1. Only detectors of
 * events receive packets; their calibration comes from captures.
 * @throws ScadaError INPUT_INVALID
 */
export async function* backtestPackets(options: PacketBacktestOptions): AsyncGenerator<RowResult> {
  const { input, calibrate, calibratePackets, signal } = options;
  const detectors = detectorsOf(options);
  const each = detectors.map(({ detector }) => detector);
  announce(each, 'begin');
  for (const path of calibrate) for await (const { events } of await packetsOf(path, signal)) learn(each, events);
  let row = 0;
  const packets = await packetsOf(input, signal);
  for await (const { time, events } of { [Symbol.asyncIterator]: () => upTo(packets, calibratePackets) }) {
    learn(each, events);
    yield { row: row++, time, score: 0, alarm: false, top: [], open: [] };
  }
  if (row < calibratePackets) {
    throw new ScadaError(
      'config',
      'INPUT_INVALID',
      `${input} has ${row} packets, fewer than ${calibratePackets} to calibrate with`,
      {
        hint: 'name a lower number with --calibrate-packets',
      },
    );
  }
  announce(each, 'end');

  const scores = new PacketScores(each);
  const feed = { ...defaultEngineSettings.feed, pace: 'row' as const, tickMs };
  const settings = { ...defaultEngineSettings, feed };
  const tags = new TagTable([]);
  const engine = createEngine({ detectors, thresholds: {}, tags, groups: [], settings, onScore: scores.takeScore });
  let tick = Number.NaN;
  for await (const { time, events } of packets) {
    // time alone can change a finding, but that is no property of this packet
    if (!(time - tick <= mostTicks * tickMs)) tick = time;
    for (; tick <= time; tick += tickMs) engine.observe(observeEvent({ type: 'tick', time: tick }));
    scores.begin();
    for (const event of events) engine.observe(observeEvent(event));
    yield { row: row++, time, ...scores.result(), open: engine.open() };
  }
}

/** Channels with a score from the events of one packet. */
class PacketScores {
  readonly #keys: readonly (readonly string[])[];
  readonly #scores = new Map<string, number>();

  constructor(detectors: readonly Detector[]) {
    // without a configuration no server is a device, and all channels have the same place
    this.#keys = detectors.map(({ channels }) => channels.map(({ key }) => key.replace(/^network\//, '')));
  }

  begin(): void {
    this.#scores.clear();
  }

  readonly takeScore: ScoreHook = (detector, channel, _time, score) => {
    const key = this.#keys[detector]?.[channel] ?? '';
    if (score > (this.#scores.get(key) ?? 0)) this.#scores.set(key, score);
  };

  result(): Pick<RowResult, 'score' | 'alarm' | 'top'> {
    const all = [...this.#scores].toSorted(([, a], [, b]) => b - a);
    const total = all.reduce((sum, [, score]) => sum + score, 0);
    const score = all[0]?.[1] ?? 0;
    return { score, alarm: score >= 1, top: all.map(([tag, own]) => ({ tag, share: own / total })) };
  }
}

async function packetsOf(path: string, signal: AbortSignal): Promise<AsyncGenerator<RecordedEntry, void, void>> {
  const reader = await readerOf(path);
  return reader.read(path, { device: basename(path), tags: new TagTable([]), devices: [], periodMs: 0 }, signal);
}

/** The first items of an iterator that stays in use afterwards. */
async function* upTo(
  packets: AsyncIterator<RecordedEntry, void, void>,
  count: number,
): AsyncGenerator<RecordedEntry, void, void> {
  for (let i = 0; i < count; i++) {
    const next = await packets.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function learn(detectors: readonly Detector[], events: readonly Parameters<typeof observeEvent>[0][]): void {
  for (const event of events) for (const detector of detectors) detector.learn(observeEvent(event));
}

function announce(detectors: readonly Detector[], phase: 'begin' | 'end'): void {
  const event = observeEvent({ type: 'calibration', time: 0, phase, pass: 0 });
  for (const detector of detectors) detector.learn(event);
}

function detectorsOf({ plugins, clock }: PacketBacktestOptions): EngineDetector[] {
  const context: PluginContext = { logger: silentLogger, clock, random: new Random(1), metrics: new Metrics() };
  const target = { tags: new TagTable([]), watched: [], groups: [], devices: [], timeZone: 'UTC' };
  return plugins
    .filter(({ input, threshold }) => input === 'event' && threshold !== 'minor')
    .map((plugin) => ({ name: plugin.type, plugin, detector: plugin.create(plugin.schema.parse({}), target, context) }));
}
