import type { AlertChange } from '../core/alert.ts';

/** Changes kept in memory, more than a flood makes in a few seconds; earlier ones are read from the store. */
const kept = 5_000;

/** The gapless numbered stream of changes. The last ones stay in memory for readers that are nearly up to date. */
export class ChangeLog {
  #sequence: number;
  #changes: AlertChange[] = [];
  readonly #listeners = new Set<(change: AlertChange) => void>();

  /** @param recent the last changes of earlier runs, oldest first */
  constructor(sequence: number, recent: readonly AlertChange[]) {
    this.#sequence = sequence;
    this.#changes = [...recent];
  }

  get sequence(): number {
    return this.#sequence;
  }

  publish(change: AlertChange): void {
    this.#sequence = change.sequence;
    this.#changes.push(change);
    if (this.#changes.length > 2 * kept) this.#changes = this.#changes.slice(-kept);
    for (const listener of this.#listeners) listener(change);
  }

  /** The changes after a sequence; undefined when some of them are no longer in memory. */
  after(sequence: number, limit: number): readonly AlertChange[] | undefined {
    if (sequence === this.#sequence) return [];
    const first = this.#changes[0];
    if (first === undefined || first.sequence > sequence + 1) return undefined;
    const from = sequence + 1 - first.sequence;
    return this.#changes.slice(from, from + limit);
  }

  subscribe(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
