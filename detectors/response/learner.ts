import type { Batch } from '../../src/core/batch.ts';
import type { Json } from '../../src/core/detector.ts';
import { Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { type LearnedErrors, OpenErrors, sides } from './errors.ts';
import type { Layout, Loop, Pair } from './layout.ts';
import type { Learned } from './learned.ts';
import { Tracker, type Watcher } from './tracker.ts';

/** Moves without a step in a block, of which the extremes are learned: neighbouring moves are similar. */
const blockMoves = 64;

/** Learns answers, moves and control errors from observations. After a calibration it continues with what is judged. */
export class Learner implements Watcher {
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #errors: LearnedErrors;
  readonly #afterStepMs: number;
  readonly #tracker: Tracker;
  readonly #open: OpenErrors;
  readonly #block: Columns;
  readonly #moves: Float64Array;
  readonly #rise: Float64Array;
  readonly #fall: Float64Array;

  constructor(layout: Layout, learned: Learned, errors: LearnedErrors, afterStepMs: number) {
    this.#layout = layout;
    this.#learned = learned;
    this.#errors = errors;
    this.#afterStepMs = afterStepMs;
    this.#tracker = new Tracker(layout, this);
    this.#open = new OpenErrors(layout);
    this.#block = new Columns(layout.answers.length);
    this.#moves = this.#block.add('moves');
    this.#rise = this.#block.add('rise');
    this.#fall = this.#block.add('fall');
  }

  observe(batch: Batch): void {
    this.#tracker.observe(batch);
  }

  /** Restarts what is in progress. */
  rest(): void {
    this.#tracker.clear();
    this.#open.state.clear();
    this.#block.clear();
  }

  /** Ends a calibration: what is in progress counts, then the judged answers are selected. */
  end(): void {
    this.#layout.answers.forEach((_, answer) => this.#endBlock(answer));
    this.#layout.loops.forEach((_, loop) => {
      for (let side = 0; side < sides; side++) this.#errors.noteOpen(loop, side, this.#open.durationMs(loop, side));
    });
    this.#learned.choose();
    this.#errors.choose();
    this.rest();
  }

  follows(pair: number): boolean {
    return !this.#learned.isChosen || this.#learned.judges(this.#pair(pair).relation);
  }

  followsMoves(): boolean {
    return true;
  }

  kind(driver: number, from: number, to: number): number {
    return this.#learned.isChosen ? this.#learned.kind(driver, from, to) : this.#learned.meet(driver, from, to);
  }

  ended(): void {}

  followsHolds(): boolean {
    return false;
  }

  holds(): void {}

  answered(pair: number, kind: number, horizon: number, change: number): void {
    const { relation, answer } = this.#pair(pair);
    this.#learned.note(relation, kind, horizon, change, this.#tracker.history.last(answer));
  }

  moved(answer: number, move: number): void {
    if (move > (this.#rise[answer] as number)) this.#rise[answer] = move;
    if (-move > (this.#fall[answer] as number)) this.#fall[answer] = -move;
    if (++(this.#moves[answer] as number) >= blockMoves) this.#endBlock(answer);
  }

  explained(): void {}

  arrived(answer: number, setpointOf: (driver: number) => number): void {
    for (const index of this.#layout.loopsOfAnswer[answer] as Int32Array) {
      if (this.#learned.isChosen && !this.#errors.isJudged(index)) continue;
      const { setpoint } = this.#layout.loops[index] as Loop;
      const error = this.#tracker.history.last(answer) - setpointOf(setpoint);
      if (Number.isNaN(error)) continue;
      if (this.#tracker.sinceStepMs(setpoint) <= this.#afterStepMs) {
        this.#open.state.clear(index);
        continue;
      }
      this.#errors.noteSample(index, error);
      const step = this.#layout.stepOf[answer] as number;
      this.#open.take(index, this.#tracker.now, error, step, (side, ms) => this.#errors.noteEnd(index, side, ms));
    }
  }

  #pair(pair: number): Pair {
    return this.#layout.pairs[pair] as Pair;
  }

  #endBlock(answer: number): void {
    if (this.#moves[answer] === 0) return;
    this.#learned.noteMoves(answer, this.#rise[answer] as number, this.#fall[answer] as number);
    this.#block.clear(answer);
  }

  toJson(): Json {
    const { answerNames, loopKeys } = this.#names();
    return {
      tracker: this.#tracker.toJson(),
      open: this.#open.state.toRecord(loopKeys),
      blocks: this.#block.toRecord(answerNames),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(saved: unknown): void {
    const { answerNames, loopKeys } = this.#names();
    if (!isRecord(saved)) throw mismatch('it lacks what is being learned');
    this.#tracker.fromJson(saved['tracker']);
    this.#open.state.fromRecord(loopKeys, saved['open']);
    this.#block.fromRecord(answerNames, saved['blocks']);
  }

  #names() {
    const { answers, loops, table } = this.#layout;
    return {
      answerNames: answers.map((tag) => table.at(tag).name),
      loopKeys: loops.map(({ key }) => key),
    };
  }
}
