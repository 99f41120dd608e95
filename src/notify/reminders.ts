import { type Alert, type AlertChange, needsAcknowledgement } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { AlertDigest } from '../core/notifier.ts';
import { byUrgency } from './digest.ts';

export interface RemindersOptions {
  /** Time without an acknowledgement after which a reminder is sent, and least time between reminders, ms. */
  readonly everyMs: number;
  /** Open alerts of the site. */
  readonly open: () => readonly Alert[];
  /** Time of the site, in which alerts have their times. */
  readonly siteClock: Pick<Clock, 'now'>;
  /** Machine's clock, for the time between reminders. */
  readonly clock: Pick<Clock, 'monotonic'>;
  /** True for a change that the receiver gets. */
  readonly takes: (change: AlertChange) => boolean;
}

/** Part of the time by which an alert may be early, so that the alerts of one event are in one message. */
const early = 0.1;

/** Shortest wait before the next check, ms. */
const leastMs = 1_000;

/** Reminds a receiver of alerts that nobody has acknowledged. One message lists all of them. */
export class Reminders {
  readonly #options: RemindersOptions;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Result of the last check and its time: in a flood, all open alerts are not checked again at each change. */
  #checked: { readonly at: number; readonly first: number } | undefined;

  constructor(options: RemindersOptions) {
    this.#options = options;
  }

  /** Time until the next reminder, ms; Infinity if no alert waits. Alerts that are raised later have changes of their own. */
  get dueMs(): number {
    const { everyMs, siteClock, clock } = this.#options;
    const at = clock.monotonic();
    if (this.#checked === undefined || at - this.#checked.at >= leastMs) {
      const now = siteClock.now();
      const due = this.#waiting(now).map(({ alert }) => waitsSince(alert) + everyMs - now);
      this.#checked = { at, first: due.reduce((least, one) => Math.min(least, one), Infinity) };
    }
    const { first } = this.#checked;
    if (first === Infinity) return Infinity;
    return Math.max(first, this.#lastAt + everyMs - clock.monotonic(), leastMs);
  }

  /** The alerts that have waited long enough, if a reminder of them is due now. */
  take(): readonly AlertChange[] {
    const { everyMs, siteClock, clock } = this.#options;
    if (clock.monotonic() - this.#lastAt < everyMs) return [];
    const time = siteClock.now();
    const waiting = this.#waiting(time);
    if (!waiting.some(({ alert }) => time - waitsSince(alert) >= everyMs)) return [];
    this.#lastAt = clock.monotonic();
    return waiting.filter(({ alert }) => time - waitsSince(alert) >= everyMs * (1 - early)).toSorted(byUrgency);
  }

  #waiting(time: number): AlertChange[] {
    const { open, takes } = this.#options;
    return open()
      .filter(({ state }) => needsAcknowledgement(state))
      .map((alert): AlertChange => ({ sequence: 0, time, kind: 'raised', by: { role: 'monitor' }, alert }))
      .filter(takes);
  }
}

/** Messages that remind of alerts. */
export function remindersOf(changes: readonly AlertChange[], size: number): readonly AlertDigest[] {
  const of = Math.ceil(changes.length / size);
  return Array.from({ length: of }, (_, index): AlertDigest => {
    const latest = changes.slice(index * size, (index + 1) * size);
    return {
      from: Math.min(...latest.map(({ alert }) => waitsSince(alert))),
      to: latest[0]?.time ?? Number.NaN,
      changes: latest.length,
      raised: 0,
      latest,
      omitted: 0,
      waiting: true,
      ...(of === 1 ? {} : { part: { number: index + 1, of } }),
    };
  });
}

const waitsSince = ({ annunciatedAt, raisedAt }: Alert): number => annunciatedAt ?? raisedAt;
