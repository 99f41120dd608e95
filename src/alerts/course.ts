import type { Alert } from '../core/alert.ts';
import { joinGapMs } from '../core/join.ts';
import { Lasting, Stopwatch } from '../core/lasting.ts';
import { Stated } from './news.ts';

/** Cycles in a minute from which an alarm is chattering (ISA-18.2). The same limit applies to changes of an alert's text. */
const cycles = 3;
const windowMs = 60_000;

/** Time without its condition after which a chattering alert returns to normal, ms: longer than one of its cycles. */
const quietMs = 20_000;

/** Cycles of the condition of an alert. Not stored: after a restart, chattering is detected again within three cycles. */
export class Course {
  /** Ids of open findings. */
  readonly open = new Set<string>();
  /** Detectors and channels of the findings of the alert. */
  readonly channels = new Set<string>();
  /** Returns of the condition after it was away. */
  readonly returns = new Repeats();
  /** Changes of the alert's text. */
  readonly words = new Repeats();
  /** What the alert has stated about acts of clients. */
  readonly stated = new Stated();
  /** Time at which the condition of an alert that is held in alarm ended, ms UTC; undefined if it is present. */
  awayAt: number | undefined;
  /** Time at which the alert was in alarm again after it was over, ms UTC; undefined if it was never over. */
  recurredAt: number | undefined;
  /** Time since the condition ended, and since the alert was acknowledged or last annunciated; time of its shelf. */
  readonly away = new Stopwatch();
  readonly waits = new Stopwatch();
  readonly shelf = new Lasting();
  /** Set after the alert was called for again because of a further act: its text stays about that act. */
  isRecalled = false;
}

/**
 * True if an alert whose condition has ended stays in alarm: the condition is likely to recur.
 * @param isDriven another alert of the incident keeps it in alarm
 */
export const isHeld = (alert: Alert, isDriven: boolean, { returns }: Course, time: number): boolean =>
  returns.areFrequent(time) || isDriven || hasActed(alert);

/**
 * Time without its condition after which a held alert returns to normal, ms. While its cause is present it is the time for which the
 * alert would recur: a process that an intruder moves, or a controller that obeys a false signal, is not back to normal, although a
 * detector has nothing to report for some minutes. What an intruder wrote is in force as well, and one who pauses has not left.
 */
export const heldMs = (alert: Alert, isDriven: boolean): number => (isDriven || hasActed(alert) ? joinGapMs : quietMs);

/** True for the acts of an intruder on the network. */
const hasActed = ({ network, findings }: Alert): boolean =>
  network === true && findings.some(({ explanation: { seen = [] } }) => seen.length > 0);

/** Detects events that occur too often to be reported each time. */
export class Repeats {
  #times: readonly number[] = [];

  add(time: number): void {
    this.#times = [...this.#times, time].slice(-cycles);
  }

  areFrequent(time: number): boolean {
    const [first] = this.#times;
    // times of before a step of the clock may be later
    return first !== undefined && this.#times.length === cycles && Math.abs(time - first) <= windowMs;
  }
}

/** The courses of alerts, and the alert of each open finding. */
export class Courses {
  readonly #courses = new Map<string, Course>();
  readonly #alertOfFinding = new Map<string, string>();

  of(alert: string): Course {
    const course = this.#courses.get(alert) ?? new Course();
    this.#courses.set(alert, course);
    return course;
  }

  /** The alert of an open finding. */
  alertOf(finding: string): string | undefined {
    return this.#alertOfFinding.get(finding);
  }

  open(finding: string, alert: string): void {
    this.#alertOfFinding.set(finding, alert);
    this.of(alert).open.add(finding);
  }

  close(finding: string, alert: string): void {
    this.#alertOfFinding.delete(finding);
    this.of(alert).open.delete(finding);
  }

  forget(alert: string): void {
    for (const finding of this.of(alert).open) this.#alertOfFinding.delete(finding);
    this.#courses.delete(alert);
  }
}
