import type { Batch } from '../../src/core/batch.ts';
import type { Json } from '../../src/core/detector.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import { Intake } from '../../src/detector-kit/intake.ts';
import { SampleColumns } from '../../src/detector-kit/samples.ts';
import type { Layout, Pair } from './layout.ts';
import { horizons } from './learned.ts';
import { History } from './history.ts';

/** Scans after which a value is too old. */
const staleScans = 3;
/** Base periods without a step of other equipment before a step, so that one answer is not mixed with another. */
const quietPeriods = 32;
/** Base periods after any step in which a move of its answers is expected. */
const expectedPeriods = 64;

/** Base periods after a step at which each horizon is reached; never after the last one. */
const horizonPeriods = Float64Array.from({ length: horizons + 1 }, (_, horizon) =>
  horizon < horizons ? 2 ** horizon : Number.POSITIVE_INFINITY,
);

/** Receiver of the observations of a tracker. */
export interface Watcher {
  /** True if the steps of the driver of this pair are followed. */
  follows(pair: number): boolean;
  /** True if the moves of the answer without a step are followed. */
  followsMoves(answer: number): boolean;
  /** Number of a kind of step; −1 if it is not followed. */
  kind(driver: number, from: number, to: number): number;
  /** A new step begins, or its answer can no longer be observed. */
  ended(pair: number): void;
  /** The change of the measurement at a horizon, for a set-point per unit of its step. */
  answered(pair: number, kind: number, horizon: number, change: number): void;
  /** True if the changes of this pair between two horizons and after the last one are followed. */
  followsHolds(pair: number): boolean;
  /** The change between two horizons and after the last one; not every one unless they are followed. */
  holds(pair: number, kind: number, change: number): void;
  /** A move of the measurement in time without a step. */
  moved(answer: number, move: number, from: number): void;
  /** A step, or a gap, which explains later moves of the measurement. */
  explained(answer: number): void;
  /** A sample of a measurement, after everything else. */
  arrived(answer: number, setpointOf: (driver: number) => number): void;
}

/**
 * Follows the steps of drivers and the measurements after them. Times are those of the monitor's clock, so that the clocks of
 * devices need not agree. The value before a step is that of one base period earlier, because a measurement is often
 * read before the contact that explains it.
 */
export class Tracker {
  readonly drivers: Columns;
  readonly intake: Intake;
  readonly pairs: Columns;
  readonly answers: Columns;
  readonly history: History;
  /** ms UTC, receive time of the last batch. */
  now = Number.NEGATIVE_INFINITY;
  /** By driver: the present value and the time of its last change; NaN while it is unknown. */
  readonly value: Float64Array;
  readonly changedAt: Float64Array;
  /** By pair: kind of the last step (−1: none), the value before, the size of the step, and the next horizon. */
  readonly kind: Float64Array;
  readonly before: Float64Array;
  readonly size: Float64Array;
  readonly next: Float64Array;
  /** Channels that the last batch concerns. */
  readonly touched: Uint8Array;
  readonly #layout: Layout;
  readonly #watcher: Watcher;
  readonly #seen: Float64Array;
  /** By driver: last time at which the value moved by a whole step. */
  readonly #steppedAt: Float64Array;
  /** By answer: last step of any of its drivers, its equipment, and the last step of other equipment. */
  readonly #movedAt: Float64Array;
  readonly #movedBy: Float64Array;
  readonly #otherAt: Float64Array;
  /** By pair, of the layout: a sample of a measurement needs those of all its pairs. */
  readonly #driverOf: Int32Array;
  readonly #baseMs: Float64Array;
  readonly #staleMs: Float64Array;
  /** By answer: all its drivers are known at least until then, because they have been seen. */
  readonly #knownUntil: Float64Array;
  readonly #expectedMs: Float64Array;
  /** By answer: channels that a sample of it concerns. */
  readonly #channelsOf: readonly Int32Array[];
  /** By answer: no pair needs its samples before then, so that most samples are not compared with the horizons of all pairs. */
  readonly #dueAt: Float64Array;
  readonly #samples: SampleColumns;

  constructor(layout: Layout, watcher: Watcher) {
    this.#layout = layout;
    this.#watcher = watcher;
    const { drivers, answers, pairs, table } = layout;
    this.#driverOf = Int32Array.from(pairs, ({ driver }) => driver);
    this.#baseMs = Float64Array.from(pairs, ({ baseMs }) => baseMs);
    const scans = [...drivers, ...answers].map((tag) => table.at(tag).scanMs);
    this.intake = new Intake(scans);
    this.drivers = new Columns(drivers.length);
    this.value = this.drivers.add('value', 1, Number.NaN);
    this.changedAt = this.drivers.add('changedAt', 1, Number.NaN);
    this.#seen = this.drivers.add('seen', 1, Number.NEGATIVE_INFINITY);
    this.#steppedAt = this.drivers.add('steppedAt', 1, Number.NEGATIVE_INFINITY);
    this.pairs = new Columns(pairs.length);
    this.kind = this.pairs.add('kind', 1, -1);
    this.before = this.pairs.add('before', 1, Number.NaN);
    this.size = this.pairs.add('size', 1, 1);
    this.next = this.pairs.add('next');
    this.answers = new Columns(answers.length);
    this.#movedAt = this.answers.add('movedAt', 1, Number.NEGATIVE_INFINITY);
    this.#movedBy = this.answers.add('movedBy', 1, -1);
    this.#otherAt = this.answers.add('otherAt', 1, Number.NEGATIVE_INFINITY);
    this.history = new History(answers.map((_, answer) => layout.answer(answer).scanMs));
    this.touched = new Uint8Array(layout.channels.length);
    this.#knownUntil = new Float64Array(answers.length).fill(Number.NEGATIVE_INFINITY);
    this.#staleMs = Float64Array.from(scans, (ms) => staleScans * ms);
    const slowest = layout.pairsOfAnswer.map((list) => Math.max(0, ...Array.from(list, (pair) => this.#pair(pair).baseMs)));
    this.#expectedMs = Float64Array.from(slowest, (ms) => expectedPeriods * ms);
    this.history.delay(slowest);
    this.#channelsOf = layout.pairsOfAnswer.map((list) =>
      Int32Array.from(new Set(Array.from(list, (pair) => this.#pair(pair).channel))),
    );
    this.#dueAt = new Float64Array(answers.length).fill(Number.NEGATIVE_INFINITY);
    this.#samples = new SampleColumns(table.size);
  }

  observe(batch: Batch): void {
    this.touched.fill(0);
    if (this.intake.collectPoll(batch, this.#layout.slotOf, this.#samples)) this.#observePoll(batch);
    else this.#observeEach(batch);
  }

  #observeEach(batch: Batch): void {
    const { slotOf } = this.#layout;
    let isFirst = true;
    for (let row = 0; row < batch.length; row++) {
      const slot = slotOf[batch.tag[row] as number] ?? -1;
      if (slot < 0 || !this.intake.admit(slot, batch, row)) continue;
      const received = batch.receiveTime[row] as number;
      this.now = isFirst ? received : Math.max(this.now, received);
      isFirst = false;
      this.#take(slot, this.intake.value, this.intake.gap);
    }
  }

  #observePoll(batch: Batch): void {
    const { length, channel: slot, value, gap } = this.#samples;
    if (length > 0) this.now = batch.receiveTime[0] as number;
    for (let i = 0; i < length; i++) this.#take(slot[i] as number, value[i] as number, gap[i] === 1);
  }

  #take(slot: number, value: number, gap: boolean): void {
    const drivers = this.#layout.drivers.length;
    // adding 0 turns −0 into 0, because JSON has no −0
    if (slot < drivers) this.#drive(slot, value + 0, gap);
    else this.#measure(slot - drivers, value + 0, gap);
  }

  /** Time since the last step of the pair's driver, ms. */
  elapsedMs(pair: number): number {
    return this.now - (this.changedAt[this.#pair(pair).driver] as number);
  }

  clear(): void {
    this.#knownUntil.fill(Number.NEGATIVE_INFINITY);
    this.#dueAt.fill(Number.NEGATIVE_INFINITY);
    this.drivers.clear();
    this.intake.state.clear();
    this.pairs.clear();
    this.answers.clear();
    this.history.state.clear();
  }

  /** Time since the last step of a set-point, ms. */
  sinceStepMs(driver: number): number {
    return this.now - (this.#steppedAt[driver] as number);
  }

  save(): unknown {
    const { intake, drivers, pairs, answers, history } = this;
    const [reads, before] = [intake.state.save(), history.state.save()];
    return { now: this.now, reads, drivers: drivers.save(), pairs: pairs.save(), answers: answers.save(), before };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const state = isRecord(saved) ? saved : {};
    this.#knownUntil.fill(Number.NEGATIVE_INFINITY);
    this.#dueAt.fill(Number.NEGATIVE_INFINITY);
    this.now = typeof state['now'] === 'number' ? state['now'] : Number.NEGATIVE_INFINITY;
    this.intake.state.load(state['reads']);
    this.drivers.load(state['drivers']);
    this.pairs.load(state['pairs']);
    this.answers.load(state['answers']);
    this.history.state.load(state['before']);
  }

  toJson(): Json {
    const { drivers, answers, slots } = this.#names();
    return {
      now: Number.isFinite(this.now) ? this.now : null,
      reads: this.intake.state.toRecord(slots),
      drivers: this.drivers.toRecord(drivers),
      pairs: this.pairs.toRecord(this.#layout.pairKeys()),
      answers: this.answers.toRecord(answers),
      before: this.history.state.toRecord(answers),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(saved: unknown): void {
    const { drivers, answers, slots } = this.#names();
    const state = isRecord(saved) ? saved : {};
    this.#knownUntil.fill(Number.NEGATIVE_INFINITY);
    this.#dueAt.fill(Number.NEGATIVE_INFINITY);
    this.now = typeof state['now'] === 'number' ? state['now'] : Number.NEGATIVE_INFINITY;
    this.intake.state.fromRecord(slots, state['reads']);
    this.drivers.fromRecord(drivers, state['drivers']);
    this.pairs.fromRecord(this.#layout.pairKeys(), state['pairs']);
    this.answers.fromRecord(answers, state['answers']);
    this.history.state.fromRecord(answers, state['before']);
  }

  #names() {
    const [drivers, answers] = [this.#layout.drivers, this.#layout.answers].map((list) =>
      list.map((tag) => this.#layout.table.at(tag).name),
    ) as [string[], string[]];
    return { drivers, answers, slots: [...drivers, ...answers] };
  }

  #pair(pair: number): Pair {
    return this.#layout.pairs[pair] as Pair;
  }

  #drive(driver: number, value: number, gap: boolean): void {
    const last = this.value[driver] as number;
    const isGap = gap || Number.isNaN(last);
    this.#seen[driver] = this.now;
    this.value[driver] = value;
    if (!isGap && value === last) return;
    if (Math.abs(value - last) >= (this.#layout.driverStep[driver] as number)) this.#steppedAt[driver] = this.now;
    const kind = isGap ? -1 : this.#kindOf(driver, last, value);
    this.changedAt[driver] = this.now;
    const size = this.#layout.isSetpoint[driver] === true ? value - last : 1;
    for (const pair of this.#layout.pairsOfDriver[driver] as Int32Array) this.#step(pair, driver, kind, size);
  }

  #kindOf(driver: number, from: number, to: number): number {
    if (this.#layout.isSetpoint[driver] === true) {
      const base = this.#layout.driver(driver).scanMs;
      const isStep = Math.abs(to - from) >= (this.#layout.driverStep[driver] as number);
      if (!isStep || !(this.now - (this.changedAt[driver] as number) > quietPeriods * base)) return -1;
    }
    return this.#watcher.kind(driver, from, to);
  }

  /** Begins to follow the answer to a step, unless one of other equipment is too recent. */
  #step(pair: number, driver: number, kind: number, size: number): void {
    const { answer, baseMs } = this.#pair(pair);
    const equipment = this.#layout.equipmentOf[driver] as number;
    if (this.#movedBy[answer] !== equipment) {
      this.#otherAt[answer] = this.#movedAt[answer] as number;
      this.#movedBy[answer] = equipment;
      for (const other of this.#layout.pairsOfAnswer[answer] as Int32Array)
        if (this.#layout.equipmentOf[this.#pair(other).driver] !== equipment) this.#stop(other);
    }
    this.#movedAt[answer] = this.now;
    this.#dueAt[answer] = Number.NEGATIVE_INFINITY;
    this.#watcher.explained(answer);
    this.#stop(pair);
    if (kind < 0 || !this.#watcher.follows(pair) || this.now - (this.#otherAt[answer] as number) <= quietPeriods * baseMs) return;
    const before = this.history.before(answer, this.now - baseMs);
    if (Number.isNaN(before)) return;
    this.kind[pair] = kind;
    this.before[pair] = before;
    this.size[pair] = size;
    this.next[pair] = 0;
  }

  #stop(pair: number): void {
    if (this.kind[pair] === -1) return;
    this.kind[pair] = -1;
    this.#watcher.ended(pair);
  }

  #measure(answer: number, value: number, gap: boolean): void {
    if (gap) {
      this.history.state.clear(answer);
      this.#watcher.explained(answer);
      for (const pair of this.#layout.pairsOfAnswer[answer] as Int32Array) this.#stop(pair);
    }
    this.history.add(answer, this.now, value);
    if (this.now >= (this.#dueAt[answer] as number)) this.#followPairs(answer, value);
    if (this.#watcher.followsMoves(answer) && this.#isUnexplained(answer))
      this.#watcher.moved(answer, this.history.move(answer), this.history.oldest(answer));
    this.#watcher.arrived(answer, this.#setpointOf);
    const channels = this.#channelsOf[answer] as Int32Array;
    for (let i = 0; i < channels.length; i++) this.touched[channels[i] as number] = 1;
  }

  #followPairs(answer: number, value: number): void {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const pair of this.#layout.pairsOfAnswer[answer] as Int32Array) {
      if ((this.kind[pair] as number) < 0) continue;
      if (this.#isDue(pair) || this.#watcher.followsHolds(pair)) this.#follow(pair, value);
      if ((this.kind[pair] as number) >= 0) dueAt = Math.min(dueAt, this.#nextDueAt(pair));
    }
    this.#dueAt[answer] = dueAt;
  }

  /** Time before which a followed pair needs no sample, ms UTC; a millisecond early, because of rounding. */
  #nextDueAt(pair: number): number {
    if (this.#watcher.followsHolds(pair)) return Number.NEGATIVE_INFINITY;
    const changedAt = this.changedAt[this.#driverOf[pair] as number] as number;
    return changedAt + (this.#baseMs[pair] as number) * (horizonPeriods[this.next[pair] as number] as number) - 1;
  }

  /** Value of a set-point, NaN if it is unknown or too old. */
  readonly #setpointOf = (driver: number): number => (this.#isKnown(driver) ? (this.value[driver] as number) : Number.NaN);

  #isKnown(driver: number): boolean {
    return this.now - (this.#seen[driver] as number) <= (this.#staleMs[driver] as number);
  }

  /** True if the next horizon of a pair has been reached. Most samples are between two, or after the last. */
  #isDue(pair: number): boolean {
    const since = this.now - (this.changedAt[this.#driverOf[pair] as number] as number);
    return since / (this.#baseMs[pair] as number) >= (horizonPeriods[this.next[pair] as number] as number);
  }

  /** Passes on the change at the last horizon that was reached, if it was reached just now. */
  #follow(pair: number, value: number): void {
    const { baseMs, driver } = this.#pair(pair);
    const change = (value - (this.before[pair] as number)) / (this.size[pair] as number);
    const kind = this.kind[pair] as number;
    if (!this.#isKnown(driver)) return this.#stop(pair);
    const periods = this.elapsedMs(pair) / baseMs;
    let horizon = (this.next[pair] as number) - 1;
    while (horizon + 1 < horizons && periods >= (horizonPeriods[horizon + 1] as number)) horizon++;
    if (horizon >= (this.next[pair] as number)) {
      this.next[pair] = horizon + 1;
      if (periods < 1.5 * 2 ** horizon) return this.#watcher.answered(pair, kind, horizon, change);
    }
    if (horizon >= 0) this.#watcher.holds(pair, kind, change);
  }

  /** True if no driver has changed from well before the last move until now, and all of them are known. */
  #isUnexplained(answer: number): boolean {
    const from = this.history.moveBegan(answer);
    if (Number.isNaN(from) || !(from - (this.#movedAt[answer] as number) > (this.#expectedMs[answer] as number))) return false;
    if (this.now <= (this.#knownUntil[answer] as number)) return true;
    let until = Number.POSITIVE_INFINITY;
    for (const pair of this.#layout.pairsOfAnswer[answer] as Int32Array) {
      const driver = this.#driverOf[pair] as number;
      if (!this.#isKnown(driver)) return false;
      until = Math.min(until, (this.#seen[driver] as number) + (this.#staleMs[driver] as number));
    }
    this.#knownUntil[answer] = until;
    return true;
  }
}
