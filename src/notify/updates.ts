import type { AlertChange } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { Grouping } from '../core/notification-settings.ts';
import type { AlertDigest } from '../core/notifier.ts';
import { DigestBuilder, isAct } from './digest.ts';

/** Time for which updates are collected unless the configuration states another one, ms. */
const defaultMs = 300_000;
/** Most alerts with a collected update; then they are due at once. */
const mostAlerts = 500;

/**
 * Updates that call for nobody: a new number, sentence or finding of an alert that the receiver knows. The last one of each alert waits,
 * and all are sent together. Any other change of the alert replaces its update.
 */
export class Updates {
  readonly #everyMs: number;
  readonly #clock: Clock;
  #collected = new DigestBuilder();
  #since = 0;

  /** @param everyMs time for which they are collected, ms; 0 for none */
  constructor(everyMs: number | undefined, clock: Clock) {
    this.#everyMs = everyMs ?? defaultMs;
    this.#clock = clock;
  }

  /** True if a change is an update that waits. @param isMoreUrgent the alert has become more urgent by it */
  covers(change: AlertChange, isMoreUrgent: boolean): boolean {
    return this.#everyMs > 0 && change.kind === 'updated' && !isAct(change) && !isMoreUrgent;
  }

  add(change: AlertChange): void {
    if (this.#collected.empty) this.#since = this.#clock.monotonic();
    this.#collected.add(change);
  }

  /** Forgets the update of an alert of which a later change is sent. */
  replace(alert: string): void {
    this.#collected.remove(alert);
  }

  /** Numbers of the changes that wait, for a restart. */
  get sequences(): readonly number[] {
    return this.#collected.changes.map(({ sequence }) => sequence);
  }

  /** Time until they are due, ms; Infinity if none waits. */
  get dueMs(): number {
    if (this.#collected.empty) return Infinity;
    return this.#collected.size >= mostAlerts ? 0 : this.#since + this.#everyMs - this.#clock.monotonic();
  }

  /** Takes them out. @param size most alerts of one message @param by what the alerts of one message share */
  take(size: number, by: Grouping | undefined): readonly AlertDigest[] {
    const digests = this.#collected.build(size, by).map((digest): AlertDigest => ({ ...digest, updates: true }));
    this.#collected = new DigestBuilder();
    return digests;
  }
}
