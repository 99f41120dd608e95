/** A shape: so many means of two samples each, one after the other. */
const points = 12;
export const shapeSamples = 2 * points;

/**
 * The shapes that a tag has lately described, and how far the present one is from the second-nearest of them that it shares no
 * sample with (a discord of the matrix profile when it is far; Yeh et al. 2016).
 */
export class Shapes {
  /** Means of each two neighbouring samples, a ring. */
  readonly means: Float64Array;
  count = 0;
  /** The shape that is looked at, the last of its means first: for who asks for a distance to fill. */
  readonly present = new Float64Array(points);

  /** @param size means that are remembered, a power of two */
  constructor(size: number) {
    this.means = new Float64Array(size);
  }

  add(mean: number): void {
    this.means[this.count & (this.means.length - 1)] = mean;
    this.count++;
  }

  /**
   * Root mean square distance of the present shape; NaN while there are not two to compare with.
   * @param since samples between the last mean that was added and the end of the present shape
   */
  distance(since: number): number {
    const { means } = this;
    const mask = means.length - 1;
    const last = this.count - 1;
    const oldest = Math.max(0, this.count - means.length) + shapeSamples - 2;
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let end = last - Math.max(0, shapeSamples - since); end >= oldest; end--) {
      let sum = 0;
      for (let point = 0; point < points && sum < second; point++) {
        const difference = (this.present[point] as number) - (means[(end - 2 * point) & mask] as number);
        sum += difference * difference;
      }
      if (sum < nearest) {
        second = nearest;
        nearest = sum;
      } else if (sum < second) second = sum;
    }
    return second === Number.POSITIVE_INFINITY ? Number.NaN : Math.sqrt(second / points);
  }
}
