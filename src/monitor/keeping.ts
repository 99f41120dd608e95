import type { SelfWatch } from './self-watch.ts';

/** Data that the monitor stores on disk. */
export interface KeptPart {
  /** Name, and the present handling of the data, as the alarm shows it. */
  readonly name: string;
  /** Reason why it is not stored; undefined while it is. */
  fault(): string | undefined;
  /** True if its fault appears on this alarm only together with others: alone it has its own alarm. */
  readonly hasOwnAlarm?: boolean;
}

/** Longest reason in the alarm, in characters. */
const mostReason = 60;

/** Checks that all data reach the disk. One alarm lists everything that does not. */
export class Keeping {
  readonly #parts: readonly KeptPart[];
  readonly #selfWatch: Pick<SelfWatch, 'noteNotKept'>;

  /** Begin of the present fault, as the alarm shows it. */
  #since: string | undefined;
  readonly #moment: () => string;

  /** @param moment returns the present time in the time zone of the site */
  constructor(parts: readonly KeptPart[], selfWatch: Pick<SelfWatch, 'noteNotKept'>, moment: () => string) {
    this.#parts = parts;
    this.#selfWatch = selfWatch;
    this.#moment = moment;
  }

  /** Must be called about once a second. */
  check(): void {
    const failing = this.#parts.flatMap((part) => {
      const reason = part.fault();
      return reason === undefined ? [] : [{ part, reason }];
    });
    const faults = failing.every(({ part }) => part.hasOwnAlarm === true) ? [] : failing;
    const [first] = faults;
    this.#since = first === undefined ? undefined : (this.#since ?? this.#moment());
    const names = faults.map(({ part }) => part.name).join(', ');
    this.#selfWatch.noteNotKept(
      first === undefined ? undefined : `Not kept since ${this.#since}: ${names}. Reason: ${first.reason.slice(0, mostReason)}.`,
    );
  }
}
