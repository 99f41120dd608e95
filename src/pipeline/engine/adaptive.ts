const dayMs = 86_400_000;

/**
 * Surprise that begins a finding when none began lately. An adaptive detector's surprise is a mean of −log10 p: each of its views
 * would go so far once in ten samples, and seldom all of them at once.
 */
const floor = 1;
/** By how much each finding raises it. */
const step = 0.15;
/** Findings of a stream are at least so many samples apart in the long run, however large the budget: it is known from no more. */
const samplesApart = 1_500;

/**
 * The threshold of detectors that start without a calibration: it rises by a step with each finding and falls by that step in
 * the time that the alarm budget gives to one. Whatever the stream does, findings then come at most at the budget's rate in
 * the long run, for the threshold can not rise for ever (adaptive conformal inference; Gibbs and Candès, NeurIPS 2021). A stream
 * that surprises often must surprise more.
 */
export class AdaptiveThreshold {
  readonly #apartMs: number;
  #above = 0;
  #time = Number.NaN;

  /**
   * @param budgetPerDay findings per day of stream time
   * @param periodMs usual time between two samples of a tag
   * @param tags how many are judged by it: the more there are, the higher it begins, as so many chances would bring it there
   */
  constructor(budgetPerDay: number, periodMs: number, tags = 1) {
    this.#above = step * Math.log2(Math.max(1, tags));
    this.#apartMs = Math.max(dayMs / budgetPerDay, samplesApart * periodMs);
  }

  /** The threshold at a time, ms UTC, that is not before the last one. */
  at(time: number): number {
    if (time > this.#time) this.#above = Math.max(0, this.#above - (step * (time - this.#time)) / this.#apartMs);
    if (!(time <= this.#time)) this.#time = time;
    return floor + this.#above;
  }

  /** A finding has begun. */
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
