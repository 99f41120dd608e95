import type { Clock } from '../../../src/core/clock.ts';

/** Number of consecutive broken sessions after which unanswered tags are suspected. */
const patience = 2;
/** Time for which a tag that breaks sessions is left out, ms. */
const heldMs = 3_600_000;

/**
 * Finds a tag whose answer breaks the session: a value larger than the library accepts, or one that crashes the server. Such an
 * answer closes the connection of all tags, again and again. Tags without an answer in broken sessions are therefore started
 * group by group, after all others. The group that breaks the next session is halved until one tag remains, which is left out.
 * Positions are those of the device's tags. Outlives sessions.
 */
export class Quarantine {
  readonly #clock: Clock;
  #groups: (readonly number[])[] = [];
  #trying: readonly number[] = [];
  #breaks = 0;
  readonly #held = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Unsuspected tags, then each group of suspects, to be started one after the other. */
  begin(all: readonly number[]): readonly (readonly number[])[] {
    const suspects = new Set(this.#groups.flat());
    return [all.filter((position) => !suspects.has(position)), ...this.#groups];
  }

  /** True while a tag is left out. */
  isHeld(position: number): boolean {
    const until = this.#held.get(position);
    if (until === undefined || until > this.#clock.monotonic()) return until !== undefined;
    this.#held.delete(position);
    return false;
  }

  /** These tags are being requested now. */
  try(positions: readonly number[]): void {
    this.#trying = positions;
  }

  /** The requested tags have answered, or their time has passed. */
  passed(): void {
    this.#groups = this.#groups.filter((group) => group !== this.#trying);
    this.#trying = [];
    this.#breaks = 0;
  }

  /** The session broke. @param answered true for tags that have answered in it */
  broke(answered: (position: number) => boolean): void {
    const tried = this.#trying;
    const suspected = this.#groups.includes(tried);
    const pending = tried.filter((position) => !answered(position) && !this.isHeld(position));
    this.#trying = [];
    if (pending.length === 0) return;
    if (!suspected && ++this.#breaks < patience) return;
    this.#breaks = 0;
    const others = this.#groups.filter((group) => group !== tried);
    const half = Math.ceil(pending.length / 2);
    if (pending.length > 1) this.#groups = [pending.slice(0, half), pending.slice(half), ...others];
    else {
      this.#groups = others;
      for (const position of pending) this.#held.set(position, this.#clock.monotonic() + heldMs);
    }
  }
}
