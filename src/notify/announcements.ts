import { type Alert, type AlertChange, hasReturned, isHidden, isMoreUrgent, type Priority } from '../core/alert.ts';
import { Lru } from '../core/lru.ts';

/** Alerts whose priority is remembered; that of another one is read from the store. */
const remembered = 10_000;

/** Changes after which an alert is no longer hidden. */
const revealing: readonly AlertChange['kind'][] = ['released', 'unshelved', 'unsuppressed'];

/** A change as its receiver gets it. */
export interface Announced {
  readonly change: AlertChange;
  /** Set for an update by which the alert has become more urgent. */
  readonly isMoreUrgent: boolean;
}

/**
 * Changes in the form in which a receiver wants them. A receiver that wants no `updated` still has to know of an alert that has become
 * more urgent, and of one that was hidden when it was raised: it gets them as `raised` and `recurred`.
 */
export class Announcements {
  readonly #wants: (change: AlertChange) => boolean;
  readonly #before: (change: AlertChange) => Promise<Alert | undefined>;
  readonly #priorities = new Lru<string, Priority>(remembered);

  /**
   * @param wants true for a change that the receiver wants
   * @param before reads the alert before a change
   */
  constructor(wants: (change: AlertChange) => boolean, before: (change: AlertChange) => Promise<Alert | undefined>) {
    this.#wants = wants;
    this.#before = before;
  }

  /** Must be called for each change in order. @returns undefined if the receiver does not want it */
  async of(change: AlertChange): Promise<Announced | undefined> {
    const known = this.#priorities.get(change.alert.id);
    this.#priorities.set(change.alert.id, change.alert.priority);
    const rises = async (): Promise<boolean> => {
      try {
        const earlier = known ?? (await this.#before(change))?.priority;
        return earlier !== undefined && isMoreUrgent(change.alert.priority, earlier);
      } catch {
        // the disk does not answer: a message too many is better than none
        return true;
      }
    };
    const called = this.#wants(change) ? change : await this.#calledBy(change, rises);
    return called && { change: called, isMoreUrgent: called.kind === 'updated' && (await rises()) };
  }

  /** A change that the receiver does not want, in a form in which it does. */
  async #calledBy(change: AlertChange, rises: () => Promise<boolean>): Promise<AlertChange | undefined> {
    const { kind, alert } = change;
    if (isHidden(alert.state) || hasReturned(alert.state)) return undefined;
    if (kind !== 'updated' && !revealing.includes(kind)) return undefined;
    const isRevealed = revealing.includes(kind);
    const called: AlertChange = { ...change, kind: isRevealed ? 'recurred' : 'raised' };
    if (!this.#wants(called)) return undefined;
    return isRevealed || (await rises()) ? called : undefined;
  }
}
