import type { SelfWatch } from './self-watch.ts';

/** Something that the monitor keeps on disk. */
export interface KeptPart {
  /** Name, and what happens to it meanwhile, as the alarm shows it. */
  readonly name: string;
  /** Why it is not kept; undefined while it is. */
  fault(): string | undefined;
}

/** Longest reason in the alarm, in characters. */
const mostReason = 60;

/** Watches whether everything that must be kept reaches the disk. One alarm lists what does not, however many parts that are. */
export class Keeping {
  readonly #parts: readonly KeptPart[];
  readonly #selfWatch: Pick<SelfWatch, 'set'>;

  constructor(parts: readonly KeptPart[], selfWatch: Pick<SelfWatch, 'set'>) {
    this.#parts = parts;
    this.#selfWatch = selfWatch;
  }

  /** To be called about once a second. */
  check(): void {
    const faults = this.#parts.flatMap((part) => {
      const reason = part.fault();
      return reason === undefined ? [] : [{ name: part.name, reason }];
    });
    const [first] = faults;
    const names = faults.map(({ name }) => name).join(', ');
    const detail = first === undefined ? '' : `Not kept: ${names}. Reason: ${first.reason.slice(0, mostReason)}.`;
    this.#selfWatch.set('not-kept', first !== undefined, { detail });
  }
}
