import type { Json } from '../core/detector.ts';
import { ScadaError } from '../core/errors.ts';

/** State of each of many channels. */
export interface ChannelState {
  /** Resets one channel, or all of them, to the initial state. */
  clear(channel?: number): void;
  /** A copy that `structuredClone` and `v8.serialize` keep bit for bit. */
  save(): unknown;
  /** Restores the result of `save`. @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void;
  /** One channel as readable JSON; undefined while it is in its initial state. */
  toJson(channel: number): Json | undefined;
  /** Restores the result of `toJson`. @throws ScadaError BASELINE_MISMATCH */
  fromJson(channel: number, entry: unknown): void;
}

interface Column {
  readonly data: Float64Array;
  readonly width: number;
  readonly initial: number;
  readonly isLater: boolean;
}

/**
 * The state of many channels as a struct of arrays: each column is one `Float64Array` with `width` numbers per channel, laid
 * out channel by channel. A detector keeps the arrays themselves in its hot path; this class saves, restores and clears them.
 */
export class Columns implements ChannelState {
  readonly channels: number;
  readonly #columns = new Map<string, Column>();

  constructor(channels: number) {
    this.channels = channels;
  }

  /**
   * A new column, every number set to `initial`.
   * @param isLater baselines and running states of earlier versions lack it, and have `initial`
   * @throws RangeError if the name exists: the column would not be saved
   */
  add(name: string, width = 1, initial = 0, isLater = false): Float64Array {
    if (this.#columns.has(name)) throw new RangeError(`there is a column ${name} already`);
    const data = new Float64Array(this.channels * width);
    // zeros that are never written cost no memory
    if (!Object.is(initial, 0)) data.fill(initial);
    this.#columns.set(name, { data, width, initial, isLater });
    return data;
  }

  clear(channel?: number): void {
    for (const { data, width, initial } of this.#columns.values()) {
      const from = channel === undefined ? 0 : channel * width;
      const to = channel === undefined ? data.length : from + width;
      // zeros that are never written cost no memory; without a view of its own, because slowly polled tags restart with each sample
      for (let i = from; i < to; i++) if (!Object.is(data[i], initial)) data[i] = initial;
    }
  }

  save(): Readonly<Record<string, Float64Array>> {
    return Object.fromEntries([...this.#columns].map(([name, { data }]) => [name, data.slice()]));
  }

  /** @throws ScadaError BASELINE_MISMATCH when a column is missing or has another length */
  load(saved: unknown): void {
    const all = isRecord(saved) ? saved : {};
    for (const [name, { data, initial, isLater }] of this.#columns) {
      const column = all[name];
      if (column === undefined && isLater) data.fill(initial);
      else if (!(column instanceof Float64Array) || column.length !== data.length)
        throw mismatch(`running state lacks column ${name}`);
      else data.set(column);
    }
  }

  toJson(channel: number): Readonly<Record<string, Json>> | undefined {
    let touched = false;
    const entry: Record<string, Json> = {};
    for (const [name, { data, width, initial }] of this.#columns) {
      const values = data.subarray(channel * width, (channel + 1) * width);
      touched ||= values.some((value) => !Object.is(value, initial));
      entry[name] = width === 1 ? encode(values[0] as number) : Array.from(values, encode);
    }
    return touched ? entry : undefined;
  }

  fromJson(channel: number, entry: unknown): void {
    this.clear(channel);
    if (entry === undefined) return;
    const all = isRecord(entry) ? entry : {};
    for (const [name, { data, width, isLater }] of this.#columns) {
      const value = all[name];
      if (value === undefined && isLater) continue;
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (value === undefined || values.length !== width) throw mismatch(`baseline lacks ${name}`);
      values.forEach((one, i) => (data[channel * width + i] = decode(one)));
    }
  }

  /** All channels as readable JSON by their names, without those in the initial state. */
  toRecord(names: readonly string[]): Json {
    return Object.fromEntries(
      names.flatMap((name, channel) => {
        const entry = this.toJson(channel);
        return entry === undefined ? [] : [[name, entry]];
      }),
    );
  }

  /** Restores the result of `toRecord`. @throws ScadaError BASELINE_MISMATCH if a name is unknown */
  fromRecord(names: readonly string[], entries: unknown): void {
    const all = isRecord(entries) ? entries : {};
    const known = new Set(names);
    const odd = Object.keys(all).find((name) => !known.has(name));
    if (odd !== undefined) throw mismatch(`${odd} is not in both`);
    names.forEach((name, channel) => this.fromJson(channel, all[name]));
  }
}

export function mismatch(what: string): ScadaError {
  return new ScadaError('config', 'BASELINE_MISMATCH', `stored baseline does not fit: ${what}`, {
    hint: 'calibrate again, or use the baseline with the configuration it was learned with',
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no literals for these four numbers. */
const special = new Map<string, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

const encode = (value: number): Json =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);

function decode(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? special.get(value) : undefined;
  if (number === undefined) throw mismatch(`${JSON.stringify(value)} is not a number`);
  return number;
}
