import { Columns } from '../../../src/detector-kit/columns.ts';
import { dayMs, RecentLevels, Widths } from '../../../src/detector-kit/recent.ts';

/** Longest time for which one row counts, in rows. */
const longestStep = 3;
/** Calibrations that last as long as this many days absorb within a day, longer ones more slowly. */
const [fastestDays, slowestDays, daysPerDay] = [1, 4, 28] as const;
/** Longest time within which a recent level follows a wandering one, ms. */
export const horizonMs = slowestDays * dayMs;

/** Time after which a deviation that stays becomes usual, ms: the slower the longer the plant was observed. */
export const absorbMsOf = (spanMs: number): number =>
  Math.max(fastestDays * dayMs, Math.min(slowestDays * dayMs, spanMs / daysPerDay));

export interface AgeingParameters {
  /** Largest residual of each tag in normal operation. */
  readonly bound: Float64Array;
  /** Factor by which the level of each residual may wander until the recent level follows. */
  readonly growth: Float64Array;
  readonly absorbMs: number;
  readonly periodMs: number;
  /** False for sums of residuals, from which the level was subtracted before. */
  readonly hasLevel: boolean;
}

/** What is usual now of the residuals of one track, in a plant that leaves what was learned. */
export class Ageing {
  readonly #p: AgeingParameters;
  readonly #state: Columns;
  readonly #levels: RecentLevels | undefined;
  readonly #widths: Widths;

  constructor(parameters: AgeingParameters) {
    const { growth, hasLevel } = parameters;
    this.#p = parameters;
    this.#state = new Columns(growth.length);
    this.#levels = hasLevel ? new RecentLevels(this.#state) : undefined;
    this.#levels?.level.fill(0);
    this.#widths = new Widths(this.#state);
    this.#widths.width.set(growth);
  }

  /** Deviation of a residual from its recent level. */
  off(j: number, residual: number): number {
    return residual - (this.#levels?.level[j] ?? 0);
  }

  /** Factor on the scale of a residual, ≥ 1. */
  width(j: number): number {
    return this.#widths.width[j] as number;
  }

  /**
   * Follows the residuals of a row after it was judged.
   * @returns true if a deviation has become usual
   */
  follow(time: number, residuals: Float64Array, mask: Uint8Array, alarm: boolean): boolean {
    const { bound, growth, absorbMs, periodMs } = this.#p;
    let isAbsorbed = false;
    for (let j = 0; j < residuals.length; j++) {
      if (mask[j] === 1) continue;
      const residual = residuals[j] as number;
      this.#widths.follow(j, time, alarm ? 0 : Math.abs(this.off(j, residual)) / (bound[j] as number), growth[j]);
      if (this.#levels?.follow(j, time, residual, alarm, longestStep * periodMs, absorbMs) !== true) continue;
      this.#widths.widen(j, (this.#levels.spread[j] as number) / (bound[j] as number));
      isAbsorbed = true;
    }
    return isAbsorbed;
  }

  snapshot(): unknown {
    return this.#state.save();
  }

  restore(snapshot: unknown): void {
    this.#state.load(snapshot);
  }
}
