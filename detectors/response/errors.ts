import { Columns } from '../../src/detector-kit/columns.ts';
import type { Layout, Loop } from './layout.ts';
import { depth, extremeSurprise, insertLargest } from './surprise.ts';

/** Sizes of control errors on each side: 1, 2, 4 … 64 steps of the measurement. */
export const sizes = 7;
/** Both sides: above the set-point, then below. */
export const sides = 2 * sizes;
/** Samples within the size that end an error. */
const samplesToEnd = 2;
/** Scans that count as one step of the duration where few errors have been learned. */
const fewErrorsScans = 6;
/**
 * Least step of the duration, ms, at any scan period. Learned errors of a few seconds are noise of the reading that crossed the size. They
 * say little on how long a process stays away: after one day of the waterworks, 10 s were the longest, and an analyser that was 0.02 mg/L off had an alert after 2.5 min.
 */
const leastStepMs = 30_000;
/** Share of the engineering range that the mean error of a controlled variable may have. */
const mostMeanError = 0.1;

/** Size of control errors with this index, in the unit of the measurement. */
export const sizeOf = (side: number, step: number): number => step * 2 ** (side % sizes);

/** Called with the duration of an error that has ended. */
type Ended = (side: number, ms: number) => void;

/** The control errors of each loop that are in progress: where |measurement − set-point| is at least a size, on one side. */
export class OpenErrors {
  readonly state: Columns;
  readonly #since: Float64Array;
  readonly #last: Float64Array;
  readonly #within: Float64Array;

  constructor(layout: Layout) {
    this.state = new Columns(layout.loops.length);
    this.#since = this.state.add('since', sides, Number.NaN);
    this.#last = this.state.add('last', sides, Number.NaN);
    this.#within = this.state.add('within', sides);
  }

  take(loop: number, time: number, error: number, step: number, ended?: Ended): void {
    this.#take(loop, 0, time, error, step, ended);
    this.#take(loop, sizes, time, -error, step, ended);
  }

  /** The same for one side, from its first place. */
  #take(loop: number, first: number, time: number, error: number, step: number, ended?: Ended): void {
    for (let side = first, size = step; side < first + sizes; side++, size *= 2) {
      const at = loop * sides + side;
      if (error >= size) {
        if (Number.isNaN(this.#since[at])) this.#since[at] = time;
        this.#last[at] = time;
        this.#within[at] = 0;
        // while no error of this size is in progress, no larger one is
      } else if (Number.isNaN(this.#since[at])) return;
      else if (++(this.#within[at] as number) >= samplesToEnd) {
        ended?.(side, this.durationMs(loop, side));
        this.#since[at] = this.#last[at] = Number.NaN;
        this.#within[at] = 0;
      }
    }
  }

  durationMs(loop: number, side: number): number {
    const at = loop * sides + side;
    return Number.isNaN(this.#since[at]) ? 0 : (this.#last[at] as number) - (this.#since[at] as number);
  }
}

/** The learned durations of control errors, by loop, side and size: the longest ones. */
export class LearnedErrors {
  readonly state: Columns;
  readonly #layout: Layout;
  readonly #minErrors: number;
  readonly #longest: Float64Array;
  readonly #count: Float64Array;
  readonly #samples: Float64Array;
  readonly #sum: Float64Array;
  readonly #judged: Float64Array;

  constructor(layout: Layout, minErrors: number) {
    this.#layout = layout;
    this.#minErrors = minErrors;
    this.state = new Columns(layout.loops.length);
    this.#longest = this.state.add('longestMs', sides * depth);
    this.#count = this.state.add('count', sides);
    this.#samples = this.state.add('samples');
    this.#sum = this.state.add('sum');
    this.#judged = this.state.add('judged');
  }

  noteSample(loop: number, error: number): void {
    (this.#samples[loop] as number)++;
    this.#sum[loop] = (this.#sum[loop] as number) + Math.abs(error);
  }

  noteEnd(loop: number, side: number, ms: number): void {
    const at = loop * sides + side;
    (this.#count[at] as number)++;
    insertLargest(this.#longest, at * depth, ms);
  }

  /** An error that has not ended is a part of normal operation too. */
  noteOpen(loop: number, side: number, ms: number): void {
    insertLargest(this.#longest, (loop * sides + side) * depth, ms);
  }

  isJudged(loop: number): boolean {
    return this.#judged[loop] === 1;
  }

  /**
   * True if enough errors of this side and size have ended. The smallest size is also judged without: a variable that has never
   * been away from its set-point.
   */
  isSideJudged(loop: number, side: number): boolean {
    return side % sizes === 0 || this.errors(loop, side) >= this.#minErrors;
  }

  longestMs(loop: number, side: number): number {
    return this.#longest[(loop * sides + side) * depth] as number;
  }

  /** Replaces the longest duration by a person's figure; the others keep their distance from it. */
  setLongest(loop: number, side: number, ms: number): void {
    const from = (loop * sides + side) * depth;
    const by = ms - (this.#longest[from] as number);
    for (let i = from; i < from + depth; i++) this.#longest[i] = Math.max(0, (this.#longest[i] as number) + by);
  }

  errors(loop: number, side: number): number {
    return this.#count[loop * sides + side] as number;
  }

  samples(loop: number): number {
    return this.#samples[loop] as number;
  }

  surprise(loop: number, side: number, ms: number, scanMs: number): number {
    if (!this.isSideJudged(loop, side)) return 0;
    const count = this.errors(loop, side);
    const unit = Math.max(leastStepMs, count >= this.#minErrors ? scanMs : fewErrorsScans * scanMs);
    return extremeSurprise(this.#longest, (loop * sides + side) * depth, Math.max(depth, count), ms, unit);
  }

  /** Selects the controlled variable of each set-point: the measurement with the smallest mean error, if it is small. */
  choose(): void {
    const { loops, stepOf } = this.#layout;
    const bySetpoint = Map.groupBy(loops.keys(), (loop) => (loops[loop] as Loop).setpoint);
    const meanError = (loop: number): number => (this.#sum[loop] as number) / (this.#samples[loop] as number);
    for (const some of bySetpoint.values()) {
      const [best] = some
        .filter((loop) => (this.#samples[loop] as number) > 0)
        .toSorted((a, b) => meanError(a) - meanError(b) || a - b);
      for (const loop of some) {
        const { answer } = loops[loop] as Loop;
        const { range } = this.#layout.answer(answer);
        const most = range === undefined ? sizeOf(sizes - 1, stepOf[answer] as number) : mostMeanError * (range.high - range.low);
        if (loop === best && meanError(loop) <= most) this.#judged[loop] = 1;
        else this.state.clear(loop);
      }
    }
  }
}
