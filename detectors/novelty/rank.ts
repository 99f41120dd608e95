/** Width of a bin of log10 distances, and number of bins: twelve decades. */
const binWidth = 0.05;
const bins = 240;
/** Minimum number of known distances for a rank. */
const fewest = 30;
/** Share of the distances that determines the tail, and their minimum number. */
const tailShare = 0.02;
const fewestInTail = 8;
/** Decades: lower bound of the tail. */
const steepest = 0.02;
/** Upper bound of −log10 p: a few thousand distances do not support a lower probability. */
export const mostSurprise = 4;

/**
 * Rarity of a distance among all past ones, as −log10 of its p-value. It is the rank (conformal; Laxhammar and Falkman 2014), and
 * beyond the largest 2 % a Pareto tail (Hill 1975), because a rank alone cannot distinguish large from huge. Stored as a
 * histogram of logarithms, so that cost and memory do not grow.
 */
export class Rank {
  readonly counts = new Uint32Array(bins);
  total = 0;

  /** @param magnitude log10(1 + distance / resolution) */
  add(magnitude: number, times = 1): void {
    const bin = binOf(magnitude);
    this.counts[bin] = (this.counts[bin] as number) + times;
    this.total += times;
  }

  /** −log10 p, from 0 to `mostSurprise`; NaN while too few distances are known. */
  surprise(magnitude: number): number {
    if (this.total < fewest) return Number.NaN;
    const tail = this.#tail();
    const surprise =
      magnitude > tail.from
        ? Math.log10(this.total / tail.count) + (magnitude - tail.from) / (tail.scale * Math.LN10)
        : Math.log10((this.total + 1) / (this.#above(magnitude) + 1));
    return Math.min(mostSurprise, Math.max(0, surprise));
  }

  /** Start of the largest distances, their number, and their average excess in decades. */
  #tail(): { readonly from: number; readonly count: number; readonly scale: number } {
    const wanted = Math.max(fewestInTail, tailShare * this.total);
    let count = 0;
    let sum = 0;
    let bin = bins - 1;
    for (; bin > 0 && count + (this.counts[bin] as number) < wanted; bin--) {
      count += this.counts[bin] as number;
      sum += (this.counts[bin] as number) * (bin + 0.5) * binWidth;
    }
    // too few distances above zero to determine their spread: only the rank counts
    if (bin === 0) return { from: Number.POSITIVE_INFINITY, count: wanted, scale: steepest };
    const rest = wanted - count;
    const share = rest / (this.counts[bin] as number);
    const from = (bin + 1 - share) * binWidth;
    sum += rest * (bin + 1 - share / 2) * binWidth;
    return { from, count: wanted, scale: Math.max(steepest, sum / wanted - from) };
  }

  /** Number of distances that are at least as large; those in the same bin count in part. */
  #above(magnitude: number): number {
    const own = binOf(magnitude);
    let above = 0;
    for (let bin = bins - 1; bin > own; bin--) above += this.counts[bin] as number;
    // a distance of zero does not count in part
    const share = own === 0 ? 1 : Math.max(0, own + 1 - magnitude / binWidth);
    return above + share * (this.counts[own] as number);
  }
}

const binOf = (magnitude: number): number => Math.min(bins - 1, Math.floor(magnitude / binWidth));
