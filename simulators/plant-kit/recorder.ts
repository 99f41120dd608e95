import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A replay in progress: the network repeatedly receives `values` of these points. Plain data. */
export interface Replay {
  readonly points: readonly number[];
  /** One row of values per second, in the order of the points. */
  readonly rows: readonly (readonly number[])[];
  next: number;
}

/** Saved form: the recorded registers as deflated little-endian doubles in base64, because JSON of them would take megabytes. */
export interface RecorderState {
  readonly seconds: number;
  readonly rows: string;
  readonly replays: readonly Replay[];
}

/** Longest span that can be replayed, s. */
export const recordedS = 3600;

/** Records the registers of the last hour, and repeats parts of them to the network. */
export class Recorder {
  readonly #width: number;
  readonly #ring: Float64Array;
  #seconds = 0;
  #replays: Replay[] = [];

  constructor(width: number) {
    this.#width = width;
    this.#ring = new Float64Array(width * recordedS);
  }

  /** Records a second. Called once a second with the controllers' true registers, before `show`. */
  record(registers: readonly number[]): void {
    this.#ring.set(registers, (this.#seconds % recordedS) * this.#width);
    this.#seconds++;
  }

  /** Begins to repeat the last `lengthS` seconds of `points`, or the recorded part of them. */
  begin(points: readonly number[], lengthS: number): void {
    const length = Math.max(0, Math.min(Math.floor(lengthS), this.#seconds, recordedS));
    for (const point of points) this.release(point);
    if (length === 0) return;
    const rows: number[][] = [];
    for (let s = this.#seconds - length; s < this.#seconds; s++) {
      const base = (s % recordedS) * this.#width;
      rows.push(points.map((point) => this.#ring[base + point] ?? 0));
    }
    this.#replays.push({ points, rows, next: 0 });
  }

  release(point: number): void {
    this.#replays = this.#replays.flatMap((replay) => {
      const k = replay.points.indexOf(point);
      if (k < 0) return [replay];
      if (replay.points.length === 1) return [];
      const without = (row: readonly number[]): number[] => row.filter((_, i) => i !== k);
      return [{ ...replay, points: without(replay.points), rows: replay.rows.map(without) }];
    });
  }

  /** Replaces true values with replayed ones, and advances by a second. */
  show(registers: Float64Array): void {
    for (const replay of this.#replays) {
      const row = replay.rows[replay.next] ?? [];
      for (let i = 0; i < replay.points.length; i++) registers[replay.points[i] ?? 0] = row[i] ?? 0;
      replay.next = (replay.next + 1) % replay.rows.length;
    }
  }

  save(): RecorderState {
    const used = Math.min(this.#seconds, recordedS) * this.#width;
    const bytes = new Uint8Array(this.#ring.buffer, 0, used * 8);
    return {
      seconds: this.#seconds,
      rows: deflateRawSync(bytes, { level: 1 }).toString('base64'),
      replays: structuredClone(this.#replays),
    };
  }

  restore(state: RecorderState): void {
    const bytes = inflateRawSync(Buffer.from(state.rows, 'base64'));
    this.#ring.fill(0);
    new Uint8Array(this.#ring.buffer).set(bytes);
    this.#seconds = state.seconds;
    this.#replays = structuredClone(state.replays) as Replay[];
  }
}
