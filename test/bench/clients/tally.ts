/** How often each number of ms was measured, as pairs. */
export type Histogram = readonly (readonly [ms: number, count: number])[];

/** Figures of a process of clients since its last report. */
export interface ClientReport {
  /** Open websockets. */
  readonly open: number;
  /** Delay from the change of a register to the frame with it. */
  readonly delays: Histogram;
  /** Delay from the receipt of the oldest sample of a frame to the frame. */
  readonly ages: Histogram;
  /** Delay from the change of a register beyond its limit to the alert. */
  readonly alerts: Histogram;
  /** Time until `GET /api/health` is answered. */
  readonly answers: Histogram;
  readonly frames: number;
  /** Values that no register had in the last seconds. */
  readonly wrong: number;
  /** Watched tags without a new sample for seconds. */
  readonly silent: number;
  /** Alerts that arrived after a later sample of their tag than the one that crossed the limit. */
  readonly behind: number;
  /** Crossed limits that ended without an alert. */
  readonly unalarmed: number;
  /** Value frames that the server skipped. */
  readonly skipped: number;
  readonly failedRequests: number;
}

/** Counts what the pages of one process receive. */
export class Tally {
  #delays = new Map<number, number>();
  #ages = new Map<number, number>();
  #alerts = new Map<number, number>();
  #answers = new Map<number, number>();
  frames = 0;
  wrong = 0;
  silent = 0;
  behind = 0;
  unalarmed = 0;
  skipped = 0;
  failedRequests = 0;

  delayed(ms: number): void {
    add(this.#delays, ms);
  }

  aged(ms: number): void {
    add(this.#ages, ms);
  }

  alerted(ms: number): void {
    add(this.#alerts, ms);
  }

  answered(ms: number): void {
    add(this.#answers, ms);
  }

  /** The figures since the last call. */
  take(): Omit<ClientReport, 'open'> {
    const { frames, wrong, silent, behind, unalarmed, skipped, failedRequests } = this;
    const report = {
      delays: [...this.#delays],
      ages: [...this.#ages],
      alerts: [...this.#alerts],
      answers: [...this.#answers],
      frames,
      wrong,
      silent,
      behind,
      unalarmed,
      skipped,
      failedRequests,
    };
    for (const histogram of [this.#delays, this.#ages, this.#alerts, this.#answers]) histogram.clear();
    Object.assign(this, { frames: 0, wrong: 0, silent: 0, behind: 0, unalarmed: 0, skipped: 0, failedRequests: 0 });
    return report;
  }
}

function add(histogram: Map<number, number>, ms: number): void {
  const whole = Math.round(ms);
  histogram.set(whole, (histogram.get(whole) ?? 0) + 1);
}

/** Adds histograms and reads them. */
export class Delays {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(histogram: Histogram): void {
    for (const [ms, count] of histogram) {
      this.#counts.set(ms, (this.#counts.get(ms) ?? 0) + count);
      this.#total += count;
    }
  }

  get total(): number {
    return this.#total;
  }

  /** The smallest delay that this share of all does not exceed, ms; NaN without any. */
  at(share: number): number {
    let seen = 0;
    for (const [ms, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= share * this.#total) return ms;
    }
    return Number.NaN;
  }
}
