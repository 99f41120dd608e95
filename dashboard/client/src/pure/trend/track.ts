import { isBad, isSimulated } from '../../../../../src/core/quality.ts';

/** One tag's line over a window, ready for drawing; null breaks the line at bad quality and missing samples. */
export class Track {
  time: number[] = [];
  value: (number | null)[] = [];
  /** Length of the spans of the points, ms; 0 for stored samples. */
  spanMs = 0;
  /** Time of the last stored sample that was simulated before a lab's first start, ms UTC; NaN if there is none. */
  simulatedUntil = Number.NaN;
  /** Number of live points since the last load. */
  appended = 0;
  /** The last point was simulated. */
  #endsSimulated = false;
  readonly #scanMs: number;
  /** Median distance of samples, ms: a fast lab is read less often than its tags specify. */
  #usualMs: number;

  /** @param scanMs scan period of the tag; more than five periods, or median distances, without a sample are a gap */
  constructor(scanMs: number) {
    this.#scanMs = scanMs;
    this.#usualMs = scanMs;
  }

  get last(): number {
    return this.time.at(-1) ?? Number.NaN;
  }

  /** Replaces everything by stored samples or spans; later live samples stay. */
  load(series: {
    readonly spanMs: number;
    readonly time: ArrayLike<number>;
    readonly value: ArrayLike<number>;
    readonly low: ArrayLike<number>;
    readonly high: ArrayLike<number>;
    readonly quality: ArrayLike<number>;
  }): void {
    const lived = this.time.map((time, i) => [time, this.value[i] ?? null] as const);
    this.time = [];
    this.value = [];
    this.spanMs = series.spanMs;
    this.#usualMs = Math.max(this.#scanMs, medianStep(series.time));
    this.appended = 0;
    this.simulatedUntil = Number.NaN;
    this.#endsSimulated = false;
    for (let i = 0; i < series.time.length; i++) {
      const time = series.time[i] ?? Number.NaN;
      const quality = series.quality[i] ?? 0;
      const bad = isBad(quality);
      const simulated = isSimulated(quality);
      if (simulated) this.simulatedUntil = time + series.spanMs;
      if (series.spanMs === 0) this.#push(time, bad ? null : finite(series.value[i]), simulated);
      else {
        // lowest and highest value of a span, so that no spike is lost
        const low = finite(series.low[i]);
        const high = finite(series.high[i]);
        this.#push(time, low, simulated);
        if (high !== low) this.#push(time + series.spanMs / 2, high, simulated);
      }
    }
    const end = this.last;
    for (const [time, value] of lived) if (Number.isNaN(end) || time > end) this.#push(time, value);
  }

  /**
   * Adds a live sample. A sample that is not newer than the last is skipped; a jump back by a minute or more restarts the line.
   */
  append(time: number, value: number, quality: number): boolean {
    if (Number.isNaN(time)) return false;
    if (time < this.last - 60_000) {
      const keep = this.time.findIndex((known) => known >= time);
      this.time.length = Math.max(0, keep);
      this.value.length = Math.max(0, keep);
    }
    if (time <= this.last) return false;
    this.#push(time, isBad(quality) ? null : finite(value));
    this.appended++;
    return true;
  }

  /** Drops points before `from` except the last of them, so that a line enters the window at its edge. */
  trim(from: number): void {
    let first = 0;
    while (first + 1 < this.time.length && (this.time[first + 1] ?? from) < from) first++;
    // in large steps, because removing the head of an array costs its whole length
    if (first < 256 && first < this.time.length / 2) return;
    this.time.splice(0, first);
    this.value.splice(0, first);
  }

  #push(time: number, value: number | null, simulated = false): void {
    const last = this.last;
    const longest = 5 * Math.max(this.#usualMs, this.spanMs);
    const step = time - last;
    if (step > 0) this.#usualMs += 0.3 * (Math.max(this.#scanMs, Math.min(step, 4 * this.#usualMs)) - this.#usualMs);
    // the simulated history belongs to another plant: a line from it to the first collected value would show a false change
    const changesPlant = this.#endsSimulated && !simulated;
    this.#endsSimulated = simulated;
    if ((step > longest || changesPlant) && this.value.at(-1) !== null) {
      this.time.push(last + Math.min(step, longest) / 2);
      this.value.push(null);
    }
    this.time.push(time);
    this.value.push(value);
  }
}

/**
 * A copy of a line, moved to later times, for comparison with them. At a clock change, an hour that is moved to a time already drawn is
 * left out, and the line has a gap where no hour is moved to.
 */
export function movedLater(track: Track, later: (time: number) => number): Track {
  const moved = new Track(track.spanMs);
  moved.spanMs = track.spanMs;
  track.time.forEach((before, i) => {
    const time = later(before);
    const last = moved.last;
    if (time <= last) return;
    if (time - last > before - (track.time[i - 1] ?? before) + clockChangeMs) {
      moved.time.push((last + time) / 2);
      moved.value.push(null);
    }
    moved.time.push(time);
    moved.value.push(track.value[i] ?? null);
  });
  return moved;
}

/** Less than any change of a clock, ms. */
const clockChangeMs = 600_000;

/** The last value of a line at or before a time, with its own time; undefined if there is none. */
export function lastShown(track: Track, to: number): { readonly time: number; readonly value: number } | undefined {
  for (let i = track.time.length - 1; i >= 0; i--) {
    const time = track.time[i] ?? Number.NaN;
    const value = track.value[i] ?? null;
    if (time <= to && value !== null) return { time, value };
  }
  return undefined;
}

function medianStep(time: ArrayLike<number>): number {
  const steps = Array.from({ length: Math.max(0, time.length - 1) }, (_, i) => (time[i + 1] ?? 0) - (time[i] ?? 0)).sort(
    (a, b) => a - b,
  );
  return steps[steps.length >> 1] ?? 0;
}

const finite = (value: number | undefined): number | null => (value === undefined || !Number.isFinite(value) ? null : value);

/** Lowest and highest value, count and largest gap of the points in a window. */
export function statistics(
  track: Track,
  from: number,
  to: number,
): { readonly low: number; readonly high: number; readonly count: number; readonly largestGapMs: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let count = 0;
  let largestGapMs = 0;
  let last = Number.NaN;
  for (let i = 0; i < track.time.length; i++) {
    const time = track.time[i] ?? Number.NaN;
    const value = track.value[i] ?? null;
    if (time < from || time > to || value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    count++;
    if (time - last > largestGapMs) largestGapMs = time - last;
    last = time;
  }
  return { low: count === 0 ? Number.NaN : low, high: count === 0 ? Number.NaN : high, count, largestGapMs };
}

/** The value of the line at or before a time; null in a gap or before the first point. */
export function valueAt(track: Track, time: number): number | null {
  let from = 0;
  let to = track.time.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((track.time[middle] ?? 0) <= time) from = middle + 1;
    else to = middle;
  }
  return from === 0 ? null : (track.value[from - 1] ?? null);
}
