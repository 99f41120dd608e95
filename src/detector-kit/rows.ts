/** A longer step, in periods, separates a row from the previous one. */
export const gapPeriods = 3.5;

/** One column of some rows. A loop avoids the iterator and the calls of `Float64Array.from`. */
export function columnOf(rows: readonly Float64Array[], column: number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) values[row] = (rows[row] as Float64Array)[column] as number;
  return values;
}

/** Rows of zeros in one memory: an allocation for each row costs more than most computations with it. */
export function blankRows(count: number, columns: number): Float64Array[] {
  const memory = new Float64Array(count * columns);
  return Array.from({ length: count }, (_, row) => memory.subarray(row * columns, (row + 1) * columns));
}

/** Some columns of a row. */
export function picked(row: Float64Array, columns: readonly number[]): Float64Array {
  const values = new Float64Array(columns.length);
  for (let i = 0; i < columns.length; i++) values[i] = row[columns[i] as number] as number;
  return values;
}

/** Default number of rows that are kept together, so that lags and windows have their neighbours. */
const usualSegment = 240;

interface Segment {
  readonly index: number;
  /** True if its first row follows the last one of the segment before. */
  readonly follows: boolean;
  readonly rows: Float64Array[];
}

/**
 * Bounded rows of normal operation of one group: contiguous stretches of rows, evenly spread over the whole. When the capacity is
 * used up, every other stretch is dropped, and from then on only every other new one is kept. Deterministic.
 */
export class Rows {
  readonly tags: number;
  readonly #mostRows: number;
  readonly #segmentRows: number;
  readonly #gapMs: number;
  #segments: Segment[] = [];
  #stride = 1;
  #kept = 0;
  #segment = -1;
  #inSegment = 0;
  #lastTime = Number.NaN;
  /** Rows offered, kept or not. */
  seen = 0;

  /**
   * @param gapMs a longer step separates two stretches
   * @param segmentRows rows of a stretch that are kept or dropped together
   */
  constructor(tags: number, gapMs: number, mostRows: number, segmentRows = usualSegment) {
    this.tags = tags;
    this.#gapMs = gapMs;
    this.#mostRows = mostRows;
    this.#segmentRows = segmentRows;
  }

  add(time: number, value: Float64Array): void {
    this.seen++;
    const follows = time > this.#lastTime && time - this.#lastTime <= this.#gapMs;
    if (!follows || this.#inSegment >= this.#segmentRows) {
      this.#segment++;
      this.#inSegment = 0;
      if (this.#segment % this.#stride === 0) this.#segments.push({ index: this.#segment, follows, rows: [] });
    }
    this.#lastTime = time;
    this.#inSegment++;
    if (this.#segment % this.#stride !== 0) return;
    this.#segments.at(-1)?.rows.push(value.slice());
    this.#kept++;
    if (this.#kept > this.#mostRows) this.#thin();
  }

  get length(): number {
    return this.#kept;
  }

  /** Stretches of rows that follow each other, in order. */
  stretches(): readonly (readonly Float64Array[])[] {
    const stretches: Float64Array[][] = [];
    let previous = Number.NaN;
    for (const { index, follows, rows } of this.#segments) {
      const last = stretches.at(-1);
      if (last !== undefined && follows && index === previous + 1) last.push(...rows);
      else stretches.push([...rows]);
      previous = index;
    }
    return stretches;
  }

  #thin(): void {
    this.#stride *= 2;
    this.#segments = this.#segments.filter(({ index }) => index % this.#stride === 0);
    this.#kept = this.#segments.reduce((sum, { rows }) => sum + rows.length, 0);
  }
}
