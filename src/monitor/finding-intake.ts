import type { FindingChange } from '../core/finding.ts';
import type { Part } from '../core/plugin.ts';

/**
 * Hands findings to the alerts and keeps those that the alerts do not take, e.g. while their store fails. Of a finding that waits, its
 * begin and its last change are kept, so that no more can wait than there are open findings.
 */
export class FindingIntake {
  readonly #take: (change: FindingChange) => void;
  readonly #part: Part;
  /** By id of the finding. */
  readonly #waiting = new Map<string, FindingChange[]>();

  /** @param part reports whether the alerts take what they are given */
  constructor(take: (change: FindingChange) => void, part: Part) {
    this.#take = take;
    this.#part = part;
  }

  take(changes: readonly FindingChange[]): void {
    for (const change of changes) {
      const { id } = change.finding;
      const before = this.#waiting.get(id);
      if (before !== undefined) this.#waiting.set(id, shortened([...before, change]));
      else if (!this.#give(change)) this.#waiting.set(id, [change]);
    }
  }

  /** Gives what waits once more, and then does `work`, whose failure is one of the alerts too. */
  attempt(work: () => void): void {
    for (const [id, changes] of this.#waiting) {
      while (changes.length > 0 && this.#give(changes[0] as FindingChange)) changes.shift();
      if (changes.length === 0) this.#waiting.delete(id);
    }
    try {
      work();
      if (this.#waiting.size === 0) this.#part.recovered();
    } catch (thrown) {
      this.#part.failed(thrown);
    }
  }

  #give(change: FindingChange): boolean {
    try {
      this.#take(change);
      return true;
    } catch (thrown) {
      this.#part.failed(thrown);
      return false;
    }
  }
}

/** The first change of a finding, and its last. */
function shortened(changes: readonly FindingChange[]): FindingChange[] {
  return changes.filter((_, index) => index === 0 || index === changes.length - 1);
}
