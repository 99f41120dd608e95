import type { FindingChange } from '../core/finding.ts';
import type { Part } from '../core/plugin.ts';

/**
 * Passes findings to the alerts and keeps those that are refused, e.g. while the store fails. For a waiting finding, its begin
 * and its last change are kept. The waiting changes are therefore bounded by the number of open findings.
 */
export class FindingIntake {
  readonly #take: (change: FindingChange) => void;
  readonly #part: Part;
  /** Waiting changes by id of the finding. */
  readonly #waiting = new Map<string, FindingChange[]>();

  /** @param part receives the state of the alerts */
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

  /** Passes waiting findings again, and then runs `work`, whose failure also counts as one of the alerts. */
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

/** First and last change of a finding. */
function shortened(changes: readonly FindingChange[]): FindingChange[] {
  return changes.filter((_, index) => index === 0 || index === changes.length - 1);
}
