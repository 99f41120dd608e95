import type { Clock } from '../../../src/core/clock.ts';

/** Sessions in a row that break while some tags have not answered yet, before these are suspected. */
const patience = 2;
/** A tag that breaks sessions is left alone for so long, ms. */
const heldMs = 3_600_000;

/**
 * Finds the tag whose answer no session survives: a value larger than the library can take, or one that makes the server fall. Such
 * an answer ends the connection, and with it every other tag, again and again. So tags that had not answered when sessions
 * broke are begun with group by group, behind those that had; the group that breaks the next session is halved, until one tag
 * stands alone, which is then left out. Positions are those of the device's tags. It outlives sessions.
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

  /** Those that nothing is held against, then each group of suspects. They are to be begun with one after the other. */
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

  /** These are asked for now. */
  try(positions: readonly number[]): void {
    this.#trying = positions;
  }

  /** They have answered, or have had their time. */
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
