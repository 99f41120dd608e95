import type { Observation } from '../../core/observation.ts';
import type { Random } from '../../core/random.ts';
import { isUsable } from '../../core/quality.ts';
import { Recording } from '../job/recording.ts';
import { type Resolution, resolutionOf } from './resolution.ts';

/** Fraction of the window before the first start: detectors fill their own windows there. */
const warm = 0.25;
/** Starts as fractions of the window, in the order in which they are used. */
const places = [0.25, 0.5, 0.375, 0.625, 0.75, 0.875];
/** Fraction of the window by which a start is moved at random. */
const jitter = 0.06;

/** A start of faults in a window. */
export interface Start {
  /** ms UTC */
  readonly time: number;
  /** Index of the first segment after it. */
  readonly segment: number;
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
  const times = places.map((place) => from + (to - from) * Math.max(warm, place + jitter * random.next()));
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
    starts: times.map((time) => ({ time, segment: sorted.indexOf(time) + 1 })),
    series: columns.map(({ times: at, values, length }) => new Series(at.subarray(0, length), values.subarray(0, length))),
  };
}
