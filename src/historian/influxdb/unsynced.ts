import type { Clock } from '../../core/clock.ts';

interface Acknowledged {
  readonly lines: readonly string[];
  readonly at: number;
}

/** Most stored lines, of any age. */
const mostLines = 1_000_000;

/**
 * Lines that a server has acknowledged but may not have on disk yet. VictoriaMetrics replies when lines are in memory, and loses
 * them by a kill -9 within the next seconds. Its connections then break, so recently acknowledged lines are sent again over every
 * new connection. Lines are removed when a later write proves that the server ran long enough after them.
 */
export class UnsyncedLines {
  readonly #keepMs: number;
  readonly #clock: Clock;
  #acknowledged: Acknowledged[] = [];
  #lines = 0;
  #connection = 0;

  /** @param keepMs time after which the server has everything on disk; 0 if it syncs before it replies */
  constructor(keepMs: number, clock: Clock) {
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  /** Lines to send again before a write over this connection. */
  before(connection: number): readonly string[] {
    return connection === this.#connection ? [] : this.#acknowledged.flatMap(({ lines }) => lines);
  }

  /** Records that a write over this connection, and the lines of `before`, were acknowledged. */
  acknowledge(lines: readonly string[], connection: number): void {
    if (this.#keepMs === 0) return;
    const now = this.#clock.monotonic();
    if (connection !== this.#connection) this.#acknowledged = this.#acknowledged.map((each) => ({ ...each, at: now }));
    this.#connection = connection;
    this.#acknowledged.push({ lines, at: now });
    this.#lines += lines.length;
    const kept = this.#acknowledged.findIndex(({ at }) => at >= now - this.#keepMs);
    this.#forget(kept);
    while (this.#lines > mostLines) this.#forget(1);
  }

  #forget(count: number): void {
    for (const { lines } of this.#acknowledged.splice(0, count)) this.#lines -= lines.length;
  }
}
