/** Number of rows whose residuals together determine the deviating tags: as many as a sustained alarm needs. */
const rows = 6;

export interface EvidenceSnapshot {
  readonly ring: Float64Array;
  readonly count: number;
}

/** Products P·y of the last rows that belong to the present deviation. */
export class Evidence {
  readonly #tags: number;
  #ring: Float64Array;
  #count = 0;

  constructor(tags: number) {
    this.#tags = tags;
    this.#ring = new Float64Array(rows * tags);
  }

  push(product: Float64Array): void {
    this.#ring.set(product, (this.#count % rows) * this.#tags);
    this.#count++;
  }

  /** Ends the present deviation. */
  forget(): void {
    this.#ring.fill(0);
    this.#count = 0;
  }

  /** The stored rows, in no order. */
  get products(): Float64Array[] {
    return Array.from({ length: Math.min(rows, this.#count) }, (_, row) =>
      this.#ring.subarray(row * this.#tags, (row + 1) * this.#tags),
    );
  }

  snapshot(): EvidenceSnapshot {
    return { ring: this.#ring.slice(), count: this.#count };
  }

  restore({ ring, count }: EvidenceSnapshot): void {
    this.#ring = ring.slice();
    this.#count = count;
  }
}
