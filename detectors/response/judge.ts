import type { Batch } from '../../src/core/batch.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import { type LearnedErrors, OpenErrors, sides } from './errors.ts';
import type { Layout, Loop, Pair } from './layout.ts';
import { horizons, type Learned, mostKinds } from './learned.ts';
import { Tracker, type Watcher } from './tracker.ts';

/** What the surprise of a channel comes from. */
export type Subject =
  | { readonly kind: 'pair'; readonly pair: number }
  | { readonly kind: 'move'; readonly answer: number; readonly pair: number }
  | { readonly kind: 'error'; readonly loop: number; readonly side: number };

/**
 * Base periods for which an answer must be missing. A motor slows down before its contact drops, and its speed is often read before the contact
 * that explains it.
 */
const lackingPeriods = 2;

/** What is judged in one channel. */
interface Judged {
  readonly pairs: number[];
  readonly answers: number[];
  readonly loops: number[];
}

/**
 * Judges answers, moves without a step, and control errors. A surprise lasts while its cause does: after the last horizon, and
 * after a move, it can only fall, until the measurement is back or a driver changes.
 */
export class Judge implements Watcher {
  readonly tracker: Tracker;
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #errors: LearnedErrors;
  readonly #afterStepMs: number;
  readonly #open: OpenErrors;
  readonly #states: Columns;
  /** By pair: present surprise, and the horizon that it comes from (−1: none). */
  readonly #surprise: Float64Array;
  readonly horizon: Float64Array;
  /** By pair with a surprise: time of the first sample that lacks the answer, ms UTC; −∞ in running states of earlier versions. */
  readonly #lackingSince: Float64Array;
  readonly #moves: Columns;
  /** By answer: surprise of a move without a step, the value before it, and the pair that it is assigned to. */
  readonly #moveSurprise: Float64Array;
  readonly moveFrom: Float64Array;
  readonly #movePair: Float64Array;
  readonly #loops: Columns;
  /** By loop: surprise of the present error, and its side and size. */
  readonly #errorSurprise: Float64Array;
  readonly #errorSide: Float64Array;
  /** By channel; created again when the baseline changes. */
  #judged: readonly Judged[] = [];
  #judgesPair = new Uint8Array(0);
  #judgesMoves = new Uint8Array(0);

  constructor(layout: Layout, learned: Learned, errors: LearnedErrors, afterStepMs: number) {
    this.#layout = layout;
    this.#learned = learned;
    this.#errors = errors;
    this.#afterStepMs = afterStepMs;
    this.tracker = new Tracker(layout, this);
    this.#open = new OpenErrors(layout);
    this.#states = new Columns(layout.pairs.length);
    this.#surprise = this.#states.add('surprise');
    this.horizon = this.#states.add('horizon', 1, -1);
    this.#lackingSince = this.#states.add('lackingSince', 1, Number.NEGATIVE_INFINITY, true);
    this.#moves = new Columns(layout.answers.length);
    this.#moveSurprise = this.#moves.add('surprise');
    this.moveFrom = this.#moves.add('from', 1, Number.NaN);
    this.#movePair = this.#moves.add('pair', 1, -1);
    this.#loops = new Columns(layout.loops.length);
    this.#errorSurprise = this.#loops.add('surprise');
    this.#errorSide = this.#loops.add('side', 1, -1);
    this.refresh();
  }

  /** Selects what is judged, after the baseline has changed. */
  refresh(): void {
    const { channels, pairs, loops, answers, isSetpoint } = this.#layout;
    const judged = channels.map((): Judged => ({ pairs: [], answers: [], loops: [] }));
    this.#judgesPair = Uint8Array.from(pairs, ({ relation }) =>
      this.#learned.isChosen && this.#learned.judges(relation) ? 1 : 0,
    );
    this.#judgesMoves = new Uint8Array(answers.length);
    pairs.forEach(({ channel, driver, answer }, pair) => {
      if (this.#judgesPair[pair] === 0) return;
      judged[channel]?.pairs.push(pair);
      if (isSetpoint[driver] === true) return;
      if (judged[channel]?.answers.includes(answer) !== true) judged[channel]?.answers.push(answer);
      this.#judgesMoves[answer] = 1;
    });
    loops.forEach(({ channel }, loop) => {
      if (this.#learned.isChosen && this.#errors.isJudged(loop)) judged[channel]?.loops.push(loop);
    });
    this.#judged = judged;
  }

  observe(batch: Batch): void {
    this.tracker.observe(batch);
  }

  judges(channel: number): boolean {
    const { pairs, loops } = this.#judged[channel] as Judged;
    return pairs.length > 0 || loops.length > 0;
  }

  surprise(channel: number): number {
    const { pairs, answers, loops } = this.#judged[channel] as Judged;
    let most = 0;
    for (const pair of pairs) most = Math.max(most, this.#missing(pair));
    for (const answer of answers) if (this.#isOf(answer, channel)) most = Math.max(most, this.#moveSurprise[answer] as number);
    for (const loop of loops) most = Math.max(most, this.#errorSurprise[loop] as number);
    return most;
  }

  /** What has the largest surprise of a channel; undefined if all is as learned. */
  worst(channel: number): Subject | undefined {
    const { pairs, answers, loops } = this.#judged[channel] as Judged;
    const all: (readonly [number, Subject])[] = [
      ...pairs.map((pair) => [this.#missing(pair), { kind: 'pair', pair }] as const),
      ...answers
        .filter((answer) => this.#isOf(answer, channel))
        .map((answer) => {
          const pair = this.#movePair[answer] as number;
          return [this.#moveSurprise[answer] as number, { kind: 'move', answer, pair }] as const;
        }),
      ...loops.map((loop) => {
        const side = this.#errorSide[loop] as number;
        return [this.#errorSurprise[loop] as number, { kind: 'error', loop, side }] as const;
      }),
    ];
    const [most] = all.toSorted(([a], [b]) => b - a);
    return most === undefined || most[0] === 0 ? undefined : most[1];
  }

  /** Surprise of an answer that has been missing for long enough; otherwise 0. */
  #missing(pair: number): number {
    const lackingMs = this.tracker.now - (this.#lackingSince[pair] as number);
    return lackingMs >= lackingPeriods * this.#pair(pair).baseMs ? (this.#surprise[pair] as number) : 0;
  }

  errorMs(loop: number, side: number): number {
    return this.#open.durationMs(loop, side);
  }

  follows(pair: number): boolean {
    return this.#judgesPair[pair] === 1;
  }

  followsMoves(answer: number): boolean {
    return this.#judgesMoves[answer] === 1;
  }

  kind(driver: number, from: number, to: number): number {
    return this.#learned.kind(driver, from, to);
  }

  ended(pair: number): void {
    this.#states.clear(pair);
  }

  answered(pair: number, kind: number, horizon: number, change: number): void {
    const { relation } = this.#pair(pair);
    if (!this.#learned.isJudged(relation, kind, horizon)) return this.holds(pair, kind, change);
    this.horizon[pair] = horizon;
    this.#lack(pair, this.#surpriseOf(pair, kind, horizon, change));
  }

  followsHolds(pair: number): boolean {
    return this.#surprise[pair] !== 0;
  }

  holds(pair: number, kind: number, change: number): void {
    const last = this.#surprise[pair] as number;
    if (last === 0) return;
    this.#lack(pair, Math.min(last, this.#surpriseOf(pair, kind, this.horizon[pair] as number, change)));
  }

  #lack(pair: number, surprise: number): void {
    if (this.#surprise[pair] === 0) this.#lackingSince[pair] = this.tracker.now;
    this.#surprise[pair] = surprise;
  }

  moved(answer: number, move: number, from: number): void {
    const now = this.tracker.history.last(answer);
    const held = this.#moveSurprise[answer] as number;
    if (held > 0)
      this.#moveSurprise[answer] = Math.min(held, this.#learned.moveSurprise(answer, now - (this.moveFrom[answer] as number)));
    const surprise = this.#learned.moveSurprise(answer, move);
    if (surprise <= (this.#moveSurprise[answer] as number)) return;
    const pair = this.#pairThatMoves(answer, move);
    if (pair < 0) return;
    this.#moveSurprise[answer] = surprise;
    this.moveFrom[answer] = from;
    this.#movePair[answer] = pair;
  }

  explained(answer: number): void {
    this.#moves.clear(answer);
  }

  arrived(answer: number, setpointOf: (driver: number) => number): void {
    for (const loop of this.#layout.loopsOfAnswer[answer] as Int32Array) {
      if (!this.#errors.isJudged(loop)) continue;
      const { setpoint } = this.#layout.loops[loop] as Loop;
      const error = this.tracker.history.last(answer) - setpointOf(setpoint);
      this.#loops.clear(loop);
      if (Number.isNaN(error) || this.tracker.sinceStepMs(setpoint) <= this.#afterStepMs) this.#open.state.clear(loop);
      else this.#judgeError(loop, answer, error);
    }
  }

  #judgeError(loop: number, answer: number, error: number): void {
    this.#open.take(loop, this.tracker.now, error, this.#layout.stepOf[answer] as number);
    const { scanMs } = this.#layout.answer(answer);
    for (let side = 0; side < sides; side++) {
      const surprise = this.#errors.surprise(loop, side, this.#open.durationMs(loop, side), scanMs);
      if (!(surprise > (this.#errorSurprise[loop] as number))) continue;
      this.#errorSurprise[loop] = surprise;
      this.#errorSide[loop] = side;
    }
  }

  #surpriseOf(pair: number, kind: number, horizon: number, change: number): number {
    const { relation, answer, driver } = this.#pair(pair);
    const level = this.#layout.isSetpoint[driver] === true ? Number.NaN : this.tracker.history.last(answer);
    const step = (this.#layout.stepOf[answer] as number) / Math.abs(this.tracker.size[pair] as number);
    return this.#learned.surprise(relation, kind, horizon, change, level, step);
  }

  /**
   * The pair whose driver, by leaving its present state, moves the measurement in this direction: a status rather than a command,
   * then the largest answer; −1 if moves tell nothing about any.
   */
  #pairThatMoves(answer: number, move: number): number {
    let [found, most, isStatus] = [-1, 0, false];
    for (const pair of this.#layout.pairsOfAnswer[answer] as Int32Array) {
      const { driver } = this.#pair(pair);
      if (this.#judgesPair[pair] === 0 || this.#layout.isSetpoint[driver] === true) continue;
      const size = this.#sizeOfLeaving(pair, move > 0);
      const hasStatus = this.#layout.driver(driver).role === 'status';
      if (size === 0 || (isStatus && !hasStatus) || (isStatus === hasStatus && size <= most)) continue;
      [found, most, isStatus] = [pair, size, hasStatus];
    }
    return found;
  }

  /** Largest answer of a pair, in one direction, to a step out of the present state of its driver; 0 if moves tell nothing about it. */
  #sizeOfLeaving(pair: number, isRise: boolean): number {
    const { driver, answer, relation } = this.#pair(pair);
    const present = this.tracker.value[driver] as number;
    let most = 0;
    for (let kind = 0; kind < mostKinds; kind++) {
      if (this.#learned.stepOf(driver, kind)?.from !== present) continue;
      for (let horizon = 0; horizon < horizons; horizon++) {
        if (!this.#learned.isJudged(relation, kind, horizon)) continue;
        const size = this.#learned.mean(relation, kind, horizon);
        if (size > 0 === isRise && this.#learned.tellsMoves(answer, size)) most = Math.max(most, Math.abs(size));
      }
    }
    return most;
  }

  #isOf(answer: number, channel: number): boolean {
    const pair = this.#movePair[answer] as number;
    return pair >= 0 && this.#pair(pair).channel === channel;
  }

  #pair(pair: number): Pair {
    return this.#layout.pairs[pair] as Pair;
  }

  save(): unknown {
    return {
      tracker: this.tracker.save(),
      open: this.#open.state.save(),
      states: this.#states.save(),
      moves: this.#moves.save(),
      loops: this.#loops.save(),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const state = isRecord(saved) ? saved : {};
    this.tracker.load(state['tracker']);
    this.#open.state.load(state['open']);
    this.#states.load(state['states']);
    this.#moves.load(state['moves']);
    this.#loops.load(state['loops']);
  }
}
