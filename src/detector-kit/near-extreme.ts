import type { Columns } from './columns.ts';

const octaveOf = (ms: number): number => Math.floor(Math.log2(Math.max(1, ms)));

/**
 * Counts the stays in each state that are about as long as the longest one, or as short as the shortest one: their lengths lie in the same
 * octave (power of two of the ms), or in the next. Thousands of short stays tell nothing about how long the longest may be.
 */
export class NearExtreme {
  /** 1 for the longest stay, −1 for the shortest. */
  readonly #direction: 1 | -1;
  /** Octave of the most extreme stay; NaN before the first, and in baselines of earlier versions. */
  readonly #octave: Float64Array;
  readonly #within: Float64Array;
  readonly #next: Float64Array;

  constructor(columns: Columns, name: 'longest' | 'shortest', width: number) {
    this.#direction = name === 'longest' ? 1 : -1;
    this.#octave = columns.add(`${name}Octave`, width, Number.NaN, true);
    this.#within = columns.add(`${name}Within`, width, 0, true);
    this.#next = columns.add(`${name}Next`, width, 0, true);
  }

  add(state: number, ms: number): void {
    const octave = octaveOf(ms);
    const within = this.#direction * ((this.#octave[state] as number) - octave);
    if (within === 0) (this.#within[state] as number)++;
    else if (within === 1) (this.#next[state] as number)++;
    if (within >= 0) return;
    this.#next[state] = within === -1 ? (this.#within[state] as number) : 0;
    this.#within[state] = 1;
    this.#octave[state] = octave;
  }

  /** Number of stays near an extreme, at least 1; undefined if none was counted. @param ms the extreme, also of a stay that is not over */
  count(state: number, ms: number): number | undefined {
    const beyond = this.#direction * (octaveOf(ms) - (this.#octave[state] as number));
    if (Number.isNaN(beyond)) return undefined;
    const within = this.#within[state] as number;
    if (beyond <= 0) return within + (this.#next[state] as number);
    return beyond === 1 ? within : 1;
  }
}
