/** Rows whose residuals say together which tags do not fit: as many as an alarm needs to be sustained. */
const rows = 6;

export interface EvidenceSnapshot {
  readonly ring: Float64Array;
  readonly count: number;
}

/** (P·y) of the last rows, as far back as they belong to what is going on now. */
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

  /** What was going on is over. */
  forget(): void {
    this.#ring.fill(0);
    this.#count = 0;
  }

  /** The rows that are remembered, in no order. */
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
