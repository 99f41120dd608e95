/** Rows of a window: deviations of less than half of them leave no trace. */
const rows = 31;

export interface LastingSnapshot {
  readonly ring: Float64Array;
  readonly count: number;
}

/**
 * Median of the last residuals of each tag. After each step of a load some residuals are as large as those of a sensor that has drifted for
 * an hour, because sensors lag. They pass, and those of the drift stay.
 */
export class LastingResiduals {
  /** By tag; 0 until the window is full. */
  readonly medians: Float64Array;
  readonly #tags: number;
  #ring: Float64Array;
  /** The same values by tag, in ascending order. */
  readonly #sorted: readonly Float64Array[];
  #count = 0;

  constructor(tags: number) {
    this.#tags = tags;
    this.#ring = new Float64Array(rows * tags);
    this.#sorted = Array.from({ length: tags }, () => new Float64Array(rows));
    this.medians = new Float64Array(tags);
  }

  /** @param restart true if the row does not continue the previous ones */
  push(residuals: Float64Array, restart: boolean): void {
    if (restart) this.#count = 0;
    const held = Math.min(this.#count, rows);
    const start = (this.#count % rows) * this.#tags;
    for (let j = 0; j < this.#tags; j++) {
      const sorted = this.#sorted[j] as Float64Array;
      const value = residuals[j] as number;
      const left = held < rows ? held : remove(sorted, held, this.#ring[start + j] as number);
      insert(sorted, left, value);
      this.#ring[start + j] = value;
      this.medians[j] = left + 1 < rows ? 0 : (sorted[rows >> 1] as number);
    }
    this.#count++;
  }

  snapshot(): LastingSnapshot {
    return { ring: this.#ring.slice(), count: this.#count };
  }

  restore(snapshot: LastingSnapshot): void {
    this.#ring = snapshot.ring.slice();
    this.#count = snapshot.count;
    const held = Math.min(this.#count, rows);
    this.#sorted.forEach((sorted, j) => {
      for (let row = 0; row < held; row++) insert(sorted, row, this.#ring[row * this.#tags + j] as number);
      this.medians[j] = held < rows ? 0 : (sorted[rows >> 1] as number);
    });
  }
}

/** By tag, the largest median in normal operation. @param folds residuals of holdout rows, by fold, stretch and row */
export function largestLasting(folds: readonly (readonly (readonly Float64Array[])[])[], tags: number): number[] {
  const largest = Array.from({ length: tags }, () => 0);
  for (const fold of folds)
    for (const stretch of fold) {
      const lasting = new LastingResiduals(tags);
      stretch.forEach((residuals, row) => {
        lasting.push(residuals, row === 0);
        for (let j = 0; j < tags; j++) largest[j] = Math.max(largest[j] as number, Math.abs(lasting.medians[j] as number));
      });
    }
  return largest;
}

/** First position of a value that is not below another one. */
function placeOf(sorted: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(sorted: Float64Array, length: number, value: number): void {
  const at = placeOf(sorted, length, value);
  sorted.copyWithin(at + 1, at, length);
  sorted[at] = value;
}

/** @returns number of values that are left */
function remove(sorted: Float64Array, length: number, value: number): number {
  const at = placeOf(sorted, length, value);
  sorted.copyWithin(at, at + 1, length);
  return length - 1;
}
