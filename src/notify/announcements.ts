import { type Alert, type AlertChange, hasReturned, isHidden, isMoreUrgent, type Priority } from '../core/alert.ts';
import { Lru } from '../core/lru.ts';

/** Alerts whose priority is remembered; that of another one is read from the store. */
const remembered = 1_000;

/** Changes after which an alert is no longer hidden. */
const revealing: readonly AlertChange['kind'][] = ['released', 'unshelved', 'unsuppressed'];

/**
 * Changes in the form in which a receiver wants them. A receiver that wants no `updated` still has to know of an alert that has become
 * more urgent, and of one that was hidden when it was raised: it gets them as `raised` and `recurred`.
 */
export class Announcements {
  readonly #wants: (change: AlertChange) => boolean;
  readonly #before: (change: AlertChange) => Alert | undefined;
  readonly #priorities = new Lru<string, Priority>(remembered);

  /**
   * @param wants true for a change that the receiver wants
   * @param before reads the alert before a change
   */
  constructor(wants: (change: AlertChange) => boolean, before: (change: AlertChange) => Alert | undefined) {
    this.#wants = wants;
    this.#before = before;
  }

  /** Must be called for each change in order. @returns undefined if the receiver does not want it */
  of(change: AlertChange): AlertChange | undefined {
    const { kind, alert } = change;
    const known = this.#priorities.get(alert.id);
    this.#priorities.set(alert.id, alert.priority);
    if (this.#wants(change)) return change;
    if (isHidden(alert.state) || hasReturned(alert.state)) return undefined;
    if (kind !== 'updated' && !revealing.includes(kind)) return undefined;
    const isRevealed = revealing.includes(kind);
    const called: AlertChange = { ...change, kind: isRevealed ? 'recurred' : 'raised' };
    if (!this.#wants(called)) return undefined;
    if (isRevealed) return called;
    const earlier = known ?? this.#before(change)?.priority;
    return earlier !== undefined && isMoreUrgent(alert.priority, earlier) ? called : undefined;
  }
}
