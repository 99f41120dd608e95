import type { AlertChange } from '../core/alert.ts';

/** Changes kept in memory for readers that come back after a lost connection. */
const kept = 2_000;

/** The numbered stream of changes: without gaps, the last ones kept for replay. */
export class ChangeLog {
  #sequence: number;
  #changes: AlertChange[] = [];
  readonly #listeners = new Set<(change: AlertChange) => void>();

  constructor(sequence: number) {
    this.#sequence = sequence;
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

  /** What came after a sequence; undefined when some of it is no longer kept, or the reader is ahead of this stream. */
  after(sequence: number): readonly AlertChange[] | undefined {
    if (sequence > this.#sequence) return undefined;
    if (sequence === this.#sequence) return [];
    const first = this.#changes[0];
    if (first === undefined || first.sequence > sequence + 1) return undefined;
    return this.#changes.filter((change) => change.sequence > sequence);
  }

  subscribe(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
