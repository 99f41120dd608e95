import { atFullSize, withRoom } from './room.ts';

/** Length of a shape: consecutive means of two samples each. */
const points = 12;
export const shapeSamples = 2 * points;

/**
 * Recent shapes of a tag, and the distance of the present one from the second-nearest of them without a common sample. A far one
 * is a discord of the matrix profile (Yeh et al. 2016).
 */
export class Shapes {
  count = 0;
  /** Means of two neighbouring samples each, in a ring; as long as needed. */
  #means: Float64Array = new Float64Array(0);
  /** The finding of each shape, by its last mean, 0 for none; absent until there is one. */
  #findings: Uint16Array | undefined;
  readonly size: number;
  /** The examined shape, the last of its means first; the caller of a distance fills it. */
  readonly present = new Float64Array(points);

  /** @param size stored means, a power of two */
  constructor(size: number) {
    this.size = size;
  }

  /** @param finding number of the finding of the shape that ends here, 0 for none */
  add(mean: number, finding = 0): void {
    const at = this.count & (this.size - 1);
    this.#means = withRoom(this.#means, at + 1, this.size);
    this.#means[at] = mean;
    if (finding !== 0) this.#findings ??= new Uint16Array(this.size);
    if (this.#findings !== undefined) this.#findings[at] = finding;
    this.count++;
  }

  /** Means and findings at full size. */
  save(): readonly [Float64Array, Uint16Array] {
    return [atFullSize(this.#means, this.size), this.#findings?.slice() ?? new Uint16Array(this.size)];
  }

  /** Restores the result of `save`. */
  load(count: number, means: Float64Array, findings: Uint16Array): void {
    const kept = Math.min(count, this.size);
    this.count = count;
    this.#means = withRoom(new Float64Array(0), kept, this.size);
    this.#means.set(means.subarray(0, kept));
    this.#findings = findings.some((finding) => finding !== 0) ? findings.slice() : undefined;
  }

  /**
   * Root mean square distance of the present shape; NaN with fewer than two others. The shapes of one finding count as one, and
   * those of the present finding do not count. @param since samples between the last added mean and the end of the present shape
   * @param present finding of the present shape, 0 for none
   */
  distance(since: number, present = 0): number {
    const means = this.#means;
    const findings = this.#findings;
    const { present: shape } = this;
    const first = shape[points - 1] as number;
    const mask = this.size - 1;
    const last = this.count - 1;
    const oldest = Math.max(0, this.count - this.size) + shapeSamples - 2;
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let ofNearest = 0;
    for (let end = last - Math.max(0, shapeSamples - since); end >= oldest; end--) {
      const finding = findings?.[end & mask] ?? 0;
      if (finding !== 0 && finding === present) continue;
      // most shapes differ too much in this one point
      const away = first - (means[(end - 2 * (points - 1)) & mask] as number);
      if (away * away >= second) continue;
      let sum = 0;
      for (let point = 0; point < points && sum < second; point++) {
        const difference = (shape[point] as number) - (means[(end - 2 * point) & mask] as number);
        sum += difference * difference;
      }
      const isOther = finding === 0 || finding !== ofNearest;
      if (sum < nearest) {
        if (isOther) second = nearest;
        nearest = sum;
        ofNearest = finding;
      } else if (sum < second && isOther) second = sum;
    }
    return second === Number.POSITIVE_INFINITY ? Number.NaN : Math.sqrt(second / points);
  }
}
