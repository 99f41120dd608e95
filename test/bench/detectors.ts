import { detectors } from '../../detectors/index.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Detector, DetectorPlugin } from '../../src/core/detector.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { calibrate, make, tagOf, targetOf } from '../support/detectors.ts';

export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note?: string;
}

const tagCount = 1_000;
const rounds = 5;
/** Batches that each round scores: so many that a detector needs tens of milliseconds. */
const perRound = 60;
const learnedRows = 600;
/** Rounds between the first and the last measurement of the cost of history. */
const history = 20;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const tags = Array.from({ length: tagCount }, (_, i) =>
  i % 5 === 4
    ? tagOf(`B${i}`, { kind: 'discrete', role: 'status', unit: '' })
    : tagOf(`T${i}`, {
        role: i % 20 === 0 ? 'setpoint' : 'measurement',
        limits: i % 4 === 1 ? { high: 4.5, low: 0.5 } : undefined,
      }),
);

/** Rows of a plant of `tagCount` tags, one batch a second: levels with noise and cycles, setpoints, pumps. */
class Rows {
  readonly #random = new Random(1);
  #row = 0;

  next(count: number): Batch[] {
    return Array.from({ length: count }, () => this.#batch(this.#row++));
  }

  #batch(row: number): Batch {
    const batch = new BatchBuilder('PLC-1', tagCount);
    for (let i = 0; i < tagCount; i++) {
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

/** CPU time, so that what else the machine does is not counted. */
function msOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  return process.cpuUsage(started).user / 1_000;
}

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

/**
 * Samples per second of every detector over samples, of all of them in turn, and of a bare loop that adds up the same arrays:
 * medians of interleaved rounds in CPU time, 1 000 tags. Then the same after a longer history: its cost must not grow.
 */
export async function benchDetectors(): Promise<BenchRow[]> {
  const rows = new Rows();
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
      whole.push(msOf(() => score(all, observations)));
      continue;
    }
    const loopMs = msOf(() => bareLoop(batches));
    const times = measured.map(({ detector }) => msOf(() => score([detector], observations)));
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
    { name: 'detectors: bare loop over the same arrays', value: perSecond(loop), unit: 'samples/s' },
    ...measured.map(({ plugin, ms }) => ({
      name: `detectors: ${plugin.type}`,
      value: perSecond(median(ms)),
      unit: 'samples/s',
      note: times(median(ms)),
    })),
    { name: 'detectors: all of them over each sample', value: perSecond(set), unit: 'samples/s', note: times(set) },
    {
      name: 'detectors: cost of a sample late in the run ÷ early',
      value: Number((median(whole.slice(-rounds)) / median(whole.slice(rounds, 2 * rounds))).toFixed(2)),
      unit: '',
      note: `rounds ${2 * rounds - rounds + 1}–${2 * rounds} and the last ${rounds} of ${rounds + history}; checksum ${Number.isFinite(sink)}`,
    },
  ];
}
