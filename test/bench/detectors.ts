import { detectors } from '../../detectors/index.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Detector, DetectorPlugin } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { calibrate, make, tagOf, targetOf } from '../support/detectors.ts';
import { type BenchRow, cpuMs, median } from './row.ts';

/** How much is measured. */
export interface DetectorScale {
  readonly tagCount: number;
  readonly rounds: number;
  /** Batches that each round scores: so many that a detector needs tens of milliseconds. */
  readonly perRound: number;
  readonly learnedRows: number;
  /** Rounds between the first and the last measurement of the cost of history. */
  readonly history: number;
}

const usual: DetectorScale = { tagCount: 1_000, rounds: 5, perRound: 60, learnedRows: 600, history: 20 };

const tagsOf = (count: number): Tag[] =>
  Array.from({ length: count }, (_, i) =>
    i % 5 === 4
      ? tagOf(`B${i}`, { kind: 'discrete', role: 'status', unit: '' })
      : tagOf(`T${i}`, {
          role: i % 20 === 0 ? 'setpoint' : 'measurement',
          limits: i % 4 === 1 ? { high: 4.5, low: 0.5 } : undefined,
        }),
  );

/** Rows of a plant of so many tags, one batch a second: levels with noise and cycles, setpoints, pumps. */
class Rows {
  readonly #random = new Random(1);
  readonly #tagCount: number;
  #row = 0;

  constructor(tagCount: number) {
    this.#tagCount = tagCount;
  }

  next(count: number): Batch[] {
    return Array.from({ length: count }, () => this.#batch(this.#row++));
  }

  #batch(row: number): Batch {
    const batch = new BatchBuilder('PLC-1', this.#tagCount);
    for (let i = 0; i < this.#tagCount; i++) {
      const level = 2 + Math.sin((row + 37 * i) / 300) + 0.01 * this.#random.normal();
      const value = i % 5 === 4 ? Math.floor((row + 13 * i) / 90) % 2 : i % 20 === 0 ? 1 : Math.round(1_000 * level) / 1_000;
      batch.add(i, value, 0, row * 1_000, row * 1_000);
    }
    return batch.publish();
  }
}

let sink = 0;
const report = (channel: number, time: number, surprise: number): void => {
  sink += channel + time + surprise;
};

/** The same arrays, only added up. */
function bareLoop(batches: readonly Batch[]): void {
  for (const { tag, value, quality, sourceTime, receiveTime, length } of batches)
    for (let row = 0; row < length; row++)
      sink +=
        (tag[row] as number) +
        (value[row] as number) +
        (quality[row] as number) +
        (sourceTime[row] as number) +
        (receiveTime[row] as number);
}

const score = (watching: readonly Detector[], observations: readonly Observation[]): void => {
  for (const observation of observations) for (const detector of watching) detector.score(observation, report);
};

interface Measured {
  readonly plugin: DetectorPlugin;
  readonly detector: Detector;
  readonly ms: number[];
}

const ends = { client: '10.0.0.5', server: '10.0.0.11', port: 502, protocol: 'modbus' } as const;
const traffic = {
  type: 'wire-traffic',
  tap: 'tap',
  operation: 'FC3',
  unit: 1,
  first: false,
  packets: 20,
  bytes: 1_500,
  requests: 10,
  responses: 10,
  exceptions: 0,
  low: 0,
  high: 40,
  latencyMs: 4,
} as const;

/** Events per second of a detector that sees events alone: a tick each second, a health report and traffic every ten, of three devices. */
function eventRow(plugin: DetectorPlugin, perRound: number): BenchRow {
  const devices = ['PLC-1', 'RTU-2', 'UA-1'];
  const detector = make(plugin, targetOf(devices.map((device) => tagOf(`${device}.A`, { device }))));
  const observations = Array.from({ length: perRound * 500 }, (_, second): Observation => {
    const device = devices[second % devices.length] ?? '';
    const health = {
      intervalMs: 10_000,
      requests: 20,
      errors: 0,
      bytes: 1_200,
      latencyMs: 5,
      latencyMaxMs: 20,
      ageMs: 500,
      budgetUsed: 0.1,
    };
    const time = second * 1_000;
    if (second % 10 === 0) return observeEvent({ type: 'device-health', time, device, ...health });
    if (second % 10 === 5) return observeEvent({ ...traffic, time, ends: { ...ends, device } });
    return observeEvent({ type: 'tick', time });
  });
  score([detector], observations);
  const ms = cpuMs(() => score([detector], observations));
  return {
    name: `detectors: ${plugin.type}`,
    value: Math.round((1_000 * observations.length) / ms),
    unit: 'events/s',
    note: 'three devices',
  };
}

/**
 * Samples per second of every detector over samples, of all of them in turn, and of a bare loop that adds up the same arrays:
 * medians of interleaved rounds in CPU time. Then the same after a longer history: its cost must not grow.
 */
export async function benchDetectors(scale: DetectorScale = usual): Promise<BenchRow[]> {
  const { tagCount, rounds, perRound, learnedRows, history } = scale;
  const rows = new Rows(tagCount);
  const tags = tagsOf(tagCount);
  const learned = rows.next(learnedRows).map(observeBatch);
  const measured: Measured[] = detectors
    .filter(({ input }) => input === 'sample')
    .map((plugin) => {
      const detector = make(plugin, targetOf(tags));
      calibrate(plugin, detector, learned);
      return { plugin, detector, ms: [] };
    });
  const all = measured.map(({ detector }) => detector);
  const samples = perRound * tagCount;
  const bare: number[] = [];
  const whole: number[] = [];
  // the first round warms up the code
  for (let round = 0; round <= rounds + history; round++) {
    const batches = rows.next(perRound);
    const observations = batches.map(observeBatch);
    if (round > rounds) {
      whole.push(cpuMs(() => score(all, observations)));
      continue;
    }
    const loopMs = cpuMs(() => bareLoop(batches));
    const times = measured.map(({ detector }) => cpuMs(() => score([detector], observations)));
    if (round === 0) continue;
    bare.push(loopMs);
    times.forEach((ms, i) => measured[i]?.ms.push(ms));
    whole.push(times.reduce((sum, ms) => sum + ms, 0));
  }
  const perSecond = (ms: number): number => Math.round((1_000 * samples) / ms);
  const loop = median(bare);
  const set = median(whole.slice(0, rounds));
  const times = (ms: number): string => `${(ms / loop).toFixed(1)} × the bare loop`;
  return [
    {
      name: 'detectors: bare loop over the same arrays',
      value: perSecond(loop),
      unit: 'samples/s',
      note: `${tagCount} tags, median of ${rounds} interleaved rounds`,
    },
    ...measured.map(({ plugin, ms }) => ({
      name: `detectors: ${plugin.type}`,
      value: perSecond(median(ms)),
      unit: 'samples/s',
      note: times(median(ms)),
    })),
    ...detectors.filter(({ input }) => input === 'event').map((plugin) => eventRow(plugin, perRound)),
    { name: 'detectors: all of them over each sample', value: perSecond(set), unit: 'samples/s', note: times(set) },
    {
      name: 'detectors: cost of a sample late in the run ÷ early',
      value: Number((median(whole.slice(-rounds)) / median(whole.slice(rounds, 2 * rounds))).toFixed(2)),
      unit: '',
      note: `rounds ${rounds + 1}–${2 * rounds} and the last ${rounds} of ${rounds + history}`,
    },
  ];
}
