/**
 * ISA-18.2 calls an alarm chattering that comes and goes three times and more in a minute. The same holds here for what changes the
 * words of an alert.
 */
const cycles = 3;
const windowMs = 60_000;

/** A chattering alert is back to normal when its condition has stayed away for this long, ms: longer than one of its cycles lasts. */
export const quietMs = 20_000;

/** How the condition of an alert comes and goes. Not stored: after a restart, chattering shows again within three cycles. */
export class Course {
  /** Ids of findings that are open. */
  readonly open = new Set<string>();
  /** Detectors with the channels of which the alert has had findings. */
  readonly channels = new Set<string>();
  /** The condition came back after it had gone. */
  readonly returns = new Repeats();
  /** The alert got other words. */
  readonly words = new Repeats();
  /** When the condition went while it chattered, ms UTC; undefined where it did not chatter or has come back. */
  awayAt: number | undefined;
}

/** Finds out when something happens too often to be reported each time. */
export class Repeats {
  #times: readonly number[] = [];

  add(time: number): void {
    this.#times = [...this.#times, time].slice(-cycles);
  }

  areFrequent(time: number): boolean {
    const [first] = this.#times;
    return first !== undefined && this.#times.length === cycles && time - first <= windowMs;
  }
}

/** The courses of alerts, and which alert each open finding belongs to. */
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
