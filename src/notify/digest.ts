import type { AlertChange, Priority } from '../core/alert.ts';
import type { AlertDigest } from '../core/notifier.ts';

/** Most alerts in a digest: a person reads no more. */
const listed = 20;
const order: Readonly<Record<Priority, number>> = { 1: 0, 2: 1, 3: 2, A: 3 };

/** Collects changes for one digest. */
export class DigestBuilder {
  readonly #latest = new Map<string, AlertChange>();
  #changes = 0;
  #raised = 0;
  #from = 0;
  #to = 0;

  get empty(): boolean {
    return this.#changes === 0;
  }

  add(change: AlertChange): void {
    if (this.#changes === 0) this.#from = change.time;
    this.#to = change.time;
    this.#changes++;
    if (change.kind === 'raised') this.#raised++;
    this.#latest.set(change.alert.id, change);
  }

  build(): AlertDigest {
    const sorted = [...this.#latest.values()].toSorted(
      (a, b) => order[a.alert.priority] - order[b.alert.priority] || a.alert.raisedAt - b.alert.raisedAt,
    );
    return {
      from: this.#from,
      to: this.#to,
      changes: this.#changes,
      raised: this.#raised,
      latest: sorted.slice(0, listed),
      omitted: Math.max(0, sorted.length - listed),
    };
  }
}
