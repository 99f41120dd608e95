import type { Observation } from '../../core/observation.ts';
import type { Random } from '../../core/random.ts';
import { isUsable } from '../../core/quality.ts';
import { Recording } from '../job/recording.ts';
import { type Resolution, resolutionOf } from './resolution.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Parts of the window without a start: detectors fill their own windows before the first, and the longest fault follows the last. */
const before = { ms: 3 * hourMs, most: 0.25 };
const after = { ms: 6 * hourMs, most: 0.5 };
/** Length of a window whose starts cover a day, ms: limits depend on the hour. */
export const wholeMs = before.ms + dayMs + after.ms;
/**
 * Distances between consecutive starts, as fractions of the stretch that they cover, and between their directions: any number of
 * starts covers hours and directions evenly (R2 sequence of M. Roberts).
 */
const stride = { place: 0.7548776662, direction: 0.569840291 };
/** Starts: the most, and the fewest. Between, as many as keep the states of so many tags. */
const starting = { most: 24, least: 6, tags: 30_000 };

/** A start of faults in a window. */
export interface Start {
  /** ms UTC */
  readonly time: number;
  /** Index of the first segment after it. */
  readonly segment: number;
  /** Direction of its faults: 1 upwards, −1 downwards. */
  readonly sign: number;
}

/** Recorded normal operation that faults are injected into, divided at the starts. */
export interface Window {
  readonly to: number;
  readonly segments: readonly Recording[];
  /** Begin of each segment, ms UTC. */
  readonly begins: readonly number[];
  /** In the order in which they are used. */
  readonly starts: readonly Start[];
  /** By tag: its genuine values. */
  readonly series: readonly Series[];
}

/** Usable values of a tag, in order of time. */
export class Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
  #resolution: Resolution | undefined;

  constructor(times: Float64Array, values: Float64Array) {
    this.times = times;
    this.values = values;
  }

  get resolution(): Resolution {
    return (this.#resolution ??= resolutionOf(this.values));
  }

  /** The last value up to a time, or the first. */
  at(time: number): number {
    let [low, high] = [0, this.times.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.times[middle] as number) <= time) low = middle;
      else high = middle - 1;
    }
    return this.values[low] ?? Number.NaN;
  }
}

/** Divides a recording, in order of time, at randomly drawn starts. Undefined for an empty one. */
export function windowOf(recording: Iterable<Observation>, tags: number, random: Random): Window | undefined {
  const counts = new Uint32Array(tags);
  let [from, to] = [Number.NaN, Number.NaN];
  for (const observation of recording) {
    if (observation.kind !== 'batch') continue;
    const { tag, length, receiveTime } = observation.batch;
    if (length === 0) continue;
    if (Number.isNaN(from)) from = receiveTime[0] as number;
    to = receiveTime[0] as number;
    for (let row = 0; row < length; row++) counts[tag[row] as number] = (counts[tag[row] as number] as number) + 1;
  }
  if (!(to > from)) return undefined;
  const times = startsIn(from, to, starting.tags / tags, random);
  const sorted = times.toSorted((a, b) => a - b);
  const segments = [new Recording()];
  const columns = Array.from(counts, (count) => ({ times: new Float64Array(count), values: new Float64Array(count), length: 0 }));
  for (const observation of recording) {
    if (observation.kind !== 'batch') continue;
    const { batch } = observation;
    const time = batch.receiveTime[0] ?? Number.NaN;
    while (segments.length <= sorted.length && time >= (sorted[segments.length - 1] as number)) segments.push(new Recording());
    segments.at(-1)?.append(batch);
    for (let row = 0; row < batch.length; row++) {
      const value = batch.value[row] as number;
      if (!isUsable(batch.quality[row] as number) || !Number.isFinite(value)) continue;
      const column = columns[batch.tag[row] as number];
      if (column === undefined) continue;
      column.times[column.length] = batch.sourceTime[row] as number;
      column.values[column.length++] = value;
    }
  }
  return {
    to,
    segments,
    begins: [from, ...sorted],
    starts: times.map((time, i) => ({
      time,
      segment: sorted.indexOf(time) + 1,
      sign: (i * stride.direction) % 1 < 0.5 ? 1 : -1,
    })),
    series: columns.map(({ times: at, values, length }) => new Series(at.subarray(0, length), values.subarray(0, length))),
  };
}

/** Times of starts between two times, in the order in which they are used. */
function startsIn(from: number, to: number, count: number, random: Random): number[] {
  const begin = from + Math.min(before.ms, before.most * (to - from));
  const end = to - Math.min(after.ms, after.most * (to - from));
  const shift = random.next();
  const length = Math.floor(Math.min(starting.most, Math.max(starting.least, count)));
  return Array.from({ length }, (_, i) => begin + (end - begin) * ((shift + i * stride.place) % 1));
}
