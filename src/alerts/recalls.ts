import type { Alert } from '../core/alert.ts';
import type { Explanation } from '../core/finding.ts';

/** Least time between two calls of one incident for further acts of clients, ms. */
const everyMs = 60_000;

/** Further acts in an acknowledged alert that wait for their call. */
interface Waiting {
  readonly acts: number;
  readonly since: number;
  readonly explanation: Explanation;
}

/**
 * Calls again for acknowledged alerts in which a client acts anew: an incident at most once a minute. What comes within the minute is called
 * together at its end.
 */
export class Recalls {
  readonly #calledAt = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();

  /** @returns true if the alert is called for at once; otherwise the act waits */
  take({ id, incident }: Pick<Alert, 'id' | 'incident'>, explanation: Explanation, now: number): boolean {
    if (this.#isDue(incident, now) && !this.#waiting.has(id)) {
      this.#calledAt.set(incident, now);
      return true;
    }
    const before = this.#waiting.get(id);
    this.#waiting.set(id, { acts: (before?.acts ?? 0) + 1, since: before?.since ?? now, explanation });
    return false;
  }

  /** Takes over an acknowledged alert of an earlier run: an act after its acknowledgement waited for its call. */
  restore({ id, state, acknowledgedAt = Number.POSITIVE_INFINITY, findings }: Alert, now: number): void {
    const act = findings.find(({ explanation: { actedAt = 0 } }) => actedAt > acknowledgedAt);
    if (state === 'C' && act !== undefined) this.#waiting.set(id, { acts: 1, since: now, explanation: act.explanation });
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Ids of alerts with waiting acts, the one with the oldest first. */
  ids(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** The acts of an alert whose call is due. @param isForced also before the minute is over: the alert returns to normal */
  due({ id, incident }: Pick<Alert, 'id' | 'incident'>, now: number, isForced = false): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || !(isForced || this.#isDue(incident, now))) return undefined;
    this.#waiting.delete(id);
    this.#calledAt.set(incident, now);
    return waiting;
  }

  forget(id: string): void {
    this.#waiting.delete(id);
  }

  forgetIncident(incident: string): void {
    this.#calledAt.delete(incident);
  }

  /** A site clock that went back does not delay a call. */
  #isDue(incident: string, now: number): boolean {
    const at = this.#calledAt.get(incident);
    return at === undefined || now - at >= everyMs || now < at;
  }
}
