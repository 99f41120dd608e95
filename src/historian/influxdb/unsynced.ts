import type { Clock } from '../../core/clock.ts';

interface Acknowledged {
  readonly lines: readonly string[];
  readonly at: number;
}

/** Most lines that are remembered, whatever their age. */
const mostLines = 1_000_000;

/**
 * What a server has acknowledged and may not have on disk yet. VictoriaMetrics answers when it has lines in memory, and a kill -9 of
 * it within the next seconds loses them; since its connections break then, whatever it acknowledged last is sent again over
 * every new connection. Lines leave when a later write shows that the server lived on for long enough after them.
 */
export class UnsyncedLines {
  readonly #keepMs: number;
  readonly #clock: Clock;
  #acknowledged: Acknowledged[] = [];
  #lines = 0;
  #connection = 0;

  /** @param keepMs the time after which the server has everything on disk; 0 for one that syncs before it answers */
  constructor(keepMs: number, clock: Clock) {
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  /** The lines to send again when a write went over the given connection. */
  before(connection: number): readonly string[] {
    return connection === this.#connection ? [] : this.#acknowledged.flatMap(({ lines }) => lines);
  }

  /** A write over this connection was acknowledged, and so was what `before` asked for. */
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
