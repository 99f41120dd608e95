/** Levels of the body of a tail table. */
const knots = 200;
/** Share of the values that determines the tail beyond the body. */
const tailShare = 0.02;
const fewestInTail = 8;
/** Lower bound of reciprocal tail indices: with a lighter tail one unusual value would dominate. */
const lightest = 0.1;
/** Upper bound of a surprise, nats. */
export const mostSurprising = 15;

/** −ln of the share of normal values that are larger, as a table. */
export interface TailTable {
  /** Quantiles at equal steps of probability from 0 to 1 − `tail`. */
  readonly quantiles: readonly number[];
  /** Probability beyond the last quantile. */
  readonly tail: number;
  /** Hill's estimate of the reciprocal tail index there. */
  readonly hill: number;
}

/**
 * Fits a table to magnitudes ≥ 0 in normal operation, in ascending order: their empirical survival function, and a Pareto tail beyond its upper 2 %
 * (B. M. Hill, Ann. Statist. 3 (1975) 1163). Heavy-tailed tags therefore weigh less than others.
 */
export function fitTail(sorted: Float64Array): TailTable {
  const n = sorted.length;
  const count = Math.min(Math.max(fewestInTail, Math.round(tailShare * n)), Math.max(1, n - 1));
  const tail = count / Math.max(1, n);
  const base = Math.max(sorted[n - 1 - count] ?? 0, 1e-9);
  let sum = 0;
  for (let i = n - count; i < n; i++) sum += Math.log(Math.max(sorted[i] as number, base) / base);
  const quantiles = Array.from({ length: knots }, (_, i) => {
    const rank = Math.min(n - 1, Math.floor((i / (knots - 1)) * (n - 1 - count)));
    return Number((sorted[rank] ?? 0).toPrecision(6));
  });
  return { quantiles, tail, hill: Math.max(lightest, sum / count) };
}

/** Equal parts of the range of a table. They tell between which few knots a magnitude lies. */
const parts = 64;

const partOf = (magnitude: number, last: number): number =>
  last > 0 ? Math.min(parts - 1, Math.floor((magnitude / last) * parts)) : 0;

/** Tables of one residual stream, one per tag, stored in flat arrays for speed. */
export class TailTables {
  readonly #quantiles: Float64Array;
  /** By tag and part: the last knot in the parts before. */
  readonly #firstKnot: Uint8Array;
  readonly #tail: Float64Array;
  readonly #hill: Float64Array;

  constructor(tables: readonly TailTable[]) {
    this.#quantiles = new Float64Array(knots * tables.length);
    tables.forEach(({ quantiles }, tag) => this.#quantiles.set(quantiles, tag * knots));
    this.#tail = Float64Array.from(tables, ({ tail }) => tail);
    this.#hill = Float64Array.from(tables, ({ hill }) => hill);
    this.#firstKnot = new Uint8Array((parts + 1) * tables.length);
    for (let tag = 0; tag < tables.length; tag++) this.#index(tag);
  }

  #index(tag: number): void {
    const quantiles = this.#quantiles.subarray(tag * knots, (tag + 1) * knots);
    const last = quantiles[knots - 1] as number;
    let knot = 0;
    for (let part = 0; part <= parts; part++) {
      while (knot < knots - 2 && partOf(quantiles[knot + 1] as number, last) < part) knot++;
      this.#firstKnot[tag * (parts + 1) + part] = knot;
    }
  }

  /** The tables in their stored form. */
  tables(): TailTable[] {
    return Array.from(this.#tail, (tail, tag) => ({
      quantiles: Array.from(this.#quantiles.subarray(tag * knots, (tag + 1) * knots)),
      tail,
      hill: this.#hill[tag] as number,
    }));
  }

  /** Surprise in nats of a magnitude of one tag. */
  of(tag: number, magnitude: number): number {
    const start = tag * knots;
    const last = this.#quantiles[start + knots - 1] as number;
    if (!(magnitude <= last)) {
      const outside = Math.log(magnitude / Math.max(last, 1e-9));
      const beyond = -Math.log(this.#tail[tag] as number) + outside * (1 / (this.#hill[tag] as number));
      return beyond < mostSurprising ? beyond : mostSurprising;
    }
    const at = tag * (parts + 1) + partOf(magnitude, last);
    let low = this.#firstKnot[at] as number;
    let high = (this.#firstKnot[at + 1] as number) + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#quantiles[start + middle] as number) <= magnitude) low = middle;
      else high = middle;
    }
    const from = this.#quantiles[start + low] as number;
    const step = (this.#quantiles[start + high] as number) - from;
    const part = step > 0 ? Math.min(1, Math.max(0, (magnitude - from) / step)) : 0;
    return -Math.log(1 - ((low + part) / (knots - 1)) * (1 - (this.#tail[tag] as number)));
  }
}
