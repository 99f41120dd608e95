import type { Columns } from '../../src/detector-kit/columns.ts';
import { Moves } from '../../src/detector-kit/moves.ts';
import type { Samples } from '../../src/detector-kit/samples.ts';
import type { Memory } from '../../src/detector-kit/tag-detector.ts';

/** Values at which counters restart at 0: registers of 15, 16, 31 and 32 bits, totals of four to nine digits. */
const turnsOverAt = [2 ** 15, 2 ** 16, 2 ** 31, 2 ** 32, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].toSorted((a, b) => a - b);
/** Maximum count since the last sample after a turn-over, as a share of the span. */
const mostTurned = 0.01;

/** Count since the last sample when the value fell; NaN if it did not turn over. */
export function turnedOver(last: number, value: number): number {
  for (const span of turnsOverAt) {
    const counted = value + span - last;
    if (last < span && value >= 0 && counted <= mostTurned * span) return counted;
  }
  return Number.NaN;
}

/** Counting rates across turn-overs and falls. */
export class Counts implements Memory {
  readonly state: Columns;
  readonly moves: Moves;
  /** Value as reported by the device. */
  readonly value: Float64Array;
  /** Value before a fall that was no turn-over; NaN on all other samples. */
  readonly fellFrom: Float64Array;
  /** Total count in this stretch. */
  readonly total: Float64Array;

  constructor(scanMs: readonly number[], window: number) {
    this.moves = new Moves(scanMs, window);
    this.state = this.moves.state;
    this.value = this.state.add('reading', 1, Number.NaN);
    this.fellFrom = this.state.add('fellFrom', 1, Number.NaN);
    this.total = this.state.add('total');
  }

  advance(samples: Samples): void {
    const { length, channel, value } = samples;
    const counted = new Float64Array(length);
    for (let i = 0; i < length; i++) counted[i] = this.#count(channel[i] as number, value[i] as number);
    this.moves.advance({ ...samples, value: counted });
  }

  /** @returns the total count in this stretch */
  #count(channel: number, value: number): number {
    const last = this.value[channel] as number;
    this.value[channel] = value;
    let counted = value - last;
    this.fellFrom[channel] = Number.NaN;
    if (counted < 0) {
      counted = turnedOver(last, value);
      if (Number.isNaN(counted)) this.fellFrom[channel] = last;
    }
    // the counts before and after a fall are unknown
    if (counted > 0) this.total[channel] = (this.total[channel] as number) + counted;
    return this.total[channel] as number;
  }
}
