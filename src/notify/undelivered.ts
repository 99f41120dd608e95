/** Numbers of changes, from and to inclusive. */
export type NumberRange = readonly [from: number, to: number];

/** Changes that a receiver has refused. */
export interface Undelivered {
  readonly changes: number;
  /** Where they are in the list of changes: each is in a range, and a range may contain others. Ascending. */
  readonly ranges: readonly NumberRange[];
}

/** Most ranges. Beyond it the two that are closest to each other become one: it sends changes between them again, and loses none. */
const mostRanges = 1_000;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly changes: number;
}

/** A list of changes by their numbers, bounded without losing one. The changes themselves stay in the stored list of changes. */
export class UndeliveredList {
  #ranges: Range[];

  constructor(ranges: readonly NumberRange[] = []) {
    this.#ranges = ranges.map(([from, to]) => ({ from, to, changes: to - from + 1 }));
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  status(): Undelivered {
    return {
      changes: this.#ranges.reduce((sum, { changes }) => sum + changes, 0),
      ranges: this.#ranges.map(({ from, to }): NumberRange => [from, to]),
    };
  }

  /** @param sequence usually after all others */
  add(sequence: number): void {
    const at = this.#ranges.findLastIndex(({ from }) => from <= sequence);
    const before = this.#ranges[at];
    if (before !== undefined && sequence <= before.to) return;
    this.#ranges.splice(at + 1, 0, { from: sequence, to: sequence, changes: 1 });
    this.#join(at + 1, 1);
    this.#join(at, 1);
    if (this.#ranges.length > mostRanges) this.#joinClosest();
  }

  /** Removes the numbers from `from` to `to`. */
  remove(from: number, to: number): void {
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.to < from || range.from > to) return [range];
      const parts = [
        { from: range.from, to: from - 1 },
        { from: to + 1, to: range.to },
      ].filter((part) => part.from <= part.to);
      return parts.map((part) => ({ ...part, changes: Math.min(range.changes, part.to - part.from + 1) }));
    });
  }

  /** Joins a range with the next one if it is at most `distance` away. */
  #join(at: number, distance: number): void {
    const [one, next] = [this.#ranges[at], this.#ranges[at + 1]];
    if (one === undefined || next === undefined || next.from - one.to > distance) return;
    this.#ranges.splice(at, 2, { from: one.from, to: next.to, changes: one.changes + next.changes });
  }

  #joinClosest(): void {
    let closest = 0;
    let least = Infinity;
    this.#ranges.forEach(({ to }, at) => {
      const distance = (this.#ranges[at + 1]?.from ?? Infinity) - to;
      if (distance < least) [closest, least] = [at, distance];
    });
    this.#join(closest, least);
  }
}

/** Ranges as text, e.g. `17, 20–31`; of many, the first ones and the whole span. */
export function rangesText(ranges: readonly NumberRange[]): string {
  const most = 5;
  const text = ([from, to]: NumberRange): string => (from === to ? `${from}` : `${from}–${to}`);
  const shown = ranges.slice(0, most).map(text).join(', ');
  const rest = ranges.slice(most);
  return rest.length === 0 ? shown : `${shown} and ${rest.length} more up to ${ranges.at(-1)?.[1]}`;
}
