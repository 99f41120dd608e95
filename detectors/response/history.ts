import { Columns } from '../../src/detector-kit/columns.ts';
import { counted, placeIn } from '../../src/detector-kit/ring.ts';

/** Samples of each measurement that are kept. */
const length = 16;
/** Samples over which a move is measured. */
const moveSamples = 4;
/** Largest age of a move, in samples. */
const mostDelay = length - moveSamples - 1;
/** Number of samples that give the value before a step. */
const averaged = 4;

/** The last samples of each measurement. */
export class History {
  readonly state: Columns;
  readonly #scanMs: readonly number[];
  readonly #count: Float64Array;
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  /** Age of a move in samples: a step that explains it may be read this much later. */
  readonly #delay: Int32Array;

  constructor(scanMs: readonly number[]) {
    this.#scanMs = scanMs;
    this.state = new Columns(scanMs.length);
    this.#count = this.state.add('count');
    this.#values = this.state.add('values', length);
    this.#times = this.state.add('times', length);
    this.#delay = new Int32Array(scanMs.length).fill(1);
  }

  /** @param slowest scan period of the slowest driver of each measurement, ms */
  delay(slowest: readonly number[]): void {
    slowest.forEach(
      (ms, answer) => (this.#delay[answer] = Math.min(mostDelay, 1 + Math.ceil(ms / (this.#scanMs[answer] as number)))),
    );
  }

  add(answer: number, time: number, value: number): void {
    const count = this.#count[answer] as number;
    const at = answer * length + placeIn(count, length);
    this.#values[at] = value;
    this.#times[at] = time;
    this.#count[answer] = counted(count, length);
  }

  /** Mean of the last samples up to a time; NaN if there is none, or the last one is older than two scans. */
  before(answer: number, time: number): number {
    let [sum, n] = [0, 0];
    const kept = Math.min(length, this.#count[answer] as number);
    for (let age = 0; age < kept && n < averaged; age++) {
      const at = this.#place(answer, age);
      const taken = this.#times[at] as number;
      if (taken > time) continue;
      if (n === 0 && time - taken > 2 * (this.#scanMs[answer] as number)) return Number.NaN;
      sum += this.#values[at] as number;
      n++;
    }
    return n === 0 ? Number.NaN : sum / n;
  }

  last(answer: number): number {
    return (this.#count[answer] as number) === 0 ? Number.NaN : (this.#values[this.#place(answer, 0)] as number);
  }

  /** The last move that is old enough to be explained. */
  move(answer: number): number {
    return (this.#values[this.#place(answer, this.#delay[answer] as number)] as number) - this.oldest(answer);
  }

  /** Value before that move. */
  oldest(answer: number): number {
    return this.#values[this.#place(answer, (this.#delay[answer] as number) + moveSamples)] as number;
  }

  /** Time of the value before that move; NaN if there are not enough samples. */
  moveBegan(answer: number): number {
    const age = (this.#delay[answer] as number) + moveSamples;
    return (this.#count[answer] as number) <= age ? Number.NaN : (this.#times[this.#place(answer, age)] as number);
  }

  #place(answer: number, age: number): number {
    const newest = placeIn(this.#count[answer] as number, length) - 1 - age;
    return answer * length + (newest < 0 ? newest + length : newest);
  }
}
