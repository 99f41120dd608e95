/** Usual intervals vary by less than this factor. */
const jitter = 1.5;
/** Largest lateness that counts, × the configured period. Otherwise a device that answers ever more slowly could hide any change of a level. */
const mostLate = 60;

export interface ReadingAgesSnapshot {
  /** Time of the last sample of each column; its last interval; the one before. All in ms. */
  readonly columns: readonly Float64Array[];
}

/**
 * Times at which the columns of a group were sampled. A device that is slow, or limited by its request budget, is polled less often than
 * configured: its rows repeat a reading that is older than those of the calibration. A subscription is silent too while a value
 * does not change. The achieved period is therefore the shorter one of the last two intervals: of a subscription, that of a value that moves.
 */
export class ReadingAges {
  readonly #rowMs: number;
  readonly #scanMs: readonly number[];
  readonly #sampledAt: Float64Array;
  readonly #interval: Float64Array;
  readonly #intervalBefore: Float64Array;
  readonly #age: Float64Array;
  readonly #isNew: Uint8Array;

  /** @param scanMs configured scan period of each column @param rowMs time between rows */
  constructor(scanMs: readonly number[], rowMs: number) {
    this.#rowMs = rowMs;
    this.#scanMs = scanMs;
    const unknown = (): Float64Array => new Float64Array(scanMs.length).fill(Number.NaN);
    [this.#sampledAt, this.#interval, this.#intervalBefore, this.#age] = [unknown(), unknown(), unknown(), unknown()];
    this.#isNew = new Uint8Array(scanMs.length);
  }

  /** @param age of the value of each column in this row, ms */
  push(time: number, age: Float64Array): void {
    for (let column = 0; column < this.#scanMs.length; column++) {
      const own = age[column] as number;
      const at = time - own;
      this.#age[column] = own;
      this.#isNew[column] = at === this.#sampledAt[column] ? 0 : 1;
      if (Number.isNaN(at) || this.#isNew[column] === 0) continue;
      this.#intervalBefore[column] = this.#interval[column] as number;
      this.#interval[column] = at - (this.#sampledAt[column] as number);
      this.#sampledAt[column] = at;
    }
  }

  /** True if a sample has come since the previous row. */
  isNew(column: number): boolean {
    return this.#isNew[column] === 1;
  }

  /** True if a tag is sampled less often than configured. */
  isLate(column: number): boolean {
    return this.#lateMs(column) > 0;
  }

  /** Age of a reading, rows, if its tag is sampled less often than configured; 0 otherwise, and if the tag is silent for longer than that. */
  lateRows(column: number): number {
    const age = this.#age[column] as number;
    const lateMs = this.#lateMs(column);
    return age <= lateMs ? age / this.#rowMs : 0;
  }

  /** Rows between a new sample and the previous one, if these were more than configured; 0 otherwise. */
  lateSince(column: number): number {
    if (!this.isNew(column) || Number.isNaN(this.#interval[column])) return 0;
    return this.#lateMs(column) / this.#rowMs;
  }

  snapshot(): ReadingAgesSnapshot {
    return { columns: this.#columns().map((column) => column.slice()) };
  }

  restore({ columns }: ReadingAgesSnapshot): void {
    this.#columns().forEach((column, i) => column.set(columns[i] ?? column));
  }

  /**
   * Shorter one of the last two intervals that are known, at most what counts as late; 0 if it is as configured. Before the second sample
   * any interval is possible.
   */
  #lateMs(column: number): number {
    const configured = Math.max(this.#scanMs[column] as number, this.#rowMs);
    const known = [this.#interval, this.#intervalBefore].map((of) => of[column] as number).filter((ms) => !Number.isNaN(ms));
    const achieved = Math.min(...known);
    return achieved > jitter * configured ? Math.min(achieved, mostLate * configured) : 0;
  }

  #columns(): Float64Array[] {
    return [this.#sampledAt, this.#interval, this.#intervalBefore];
  }
}
