const dayMs = 86_400_000;

/**
 * Surprise that starts a finding if there was none lately. An adaptive detector's surprise is a mean of −log10 p. Each of its
 * views reaches 1 once in ten samples, but rarely all at once.
 */
const floor = 1;
/** Increase per finding. */
const step = 0.15;
/** Least number of samples per finding in the long run, for any budget: fewer samples carry too little information. */
const samplesApart = 1_500;

/**
 * Threshold of detectors that start without a calibration. It rises by a step with each finding, and falls by that step in the
 * budget's time per finding. Therefore the long-run rate of findings cannot exceed the budget, for any stream (adaptive conformal
 * inference; Gibbs and Candès, NeurIPS 2021). A stream with frequent surprises needs larger ones.
 */
export class AdaptiveThreshold {
  readonly #apartMs: number;
  #above = 0;
  #time = Number.NaN;

  /**
   * @param budgetPerDay findings per day of stream time
   * @param periodMs usual time between two samples of a tag
   * @param tags number of tags that it judges: with more of them it starts higher, because there are more chances
   */
  constructor(budgetPerDay: number, periodMs: number, tags = 1) {
    this.#above = step * Math.log2(Math.max(1, tags));
    this.#apartMs = Math.max(dayMs / budgetPerDay, samplesApart * periodMs);
  }

  /** The threshold at a time, ms UTC, not before the last one. */
  at(time: number): number {
    if (time > this.#time) this.#above = Math.max(0, this.#above - (step * (time - this.#time)) / this.#apartMs);
    if (!(time <= this.#time)) this.#time = time;
    return floor + this.#above;
  }

  /** Records the start of a finding. */
  raise(): void {
    this.#above += step;
  }

  snapshot(): { readonly above: number; readonly time: number } {
    return { above: this.#above, time: this.#time };
  }

  restore({ above, time }: { readonly above: number; readonly time: number }): void {
    this.#above = above;
    this.#time = time;
  }
}
