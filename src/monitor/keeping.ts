import type { SelfWatch } from './self-watch.ts';

/** Something that the monitor keeps on disk. */
export interface KeptPart {
  /** Name, and what happens to it meanwhile, as the alarm shows it. */
  readonly name: string;
  /** Why it is not kept; undefined while it is. */
  fault(): string | undefined;
  /** True where its fault is on this alarm only beside others: alone it has an alarm of its own. */
  readonly hasOwnAlarm?: boolean;
}

/** Longest reason in the alarm, in characters. */
const mostReason = 60;

/** Watches whether everything that must be kept reaches the disk. One alarm lists what does not, however many parts that are. */
export class Keeping {
  readonly #parts: readonly KeptPart[];
  readonly #selfWatch: Pick<SelfWatch, 'noteNotKept'>;

  constructor(parts: readonly KeptPart[], selfWatch: Pick<SelfWatch, 'noteNotKept'>) {
    this.#parts = parts;
    this.#selfWatch = selfWatch;
  }

  /** To be called about once a second. */
  check(): void {
    const failing = this.#parts.flatMap((part) => {
      const reason = part.fault();
      return reason === undefined ? [] : [{ part, reason }];
    });
    const faults = failing.every(({ part }) => part.hasOwnAlarm === true) ? [] : failing;
    const [first] = faults;
    const names = faults.map(({ part }) => part.name).join(', ');
    this.#selfWatch.noteNotKept(
      first === undefined ? undefined : `Not kept: ${names}. Reason: ${first.reason.slice(0, mostReason)}.`,
    );
  }
}
