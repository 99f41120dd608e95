import type { Channel, DetectorGroup } from '../../src/core/detector.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { BaselineLine } from '../../src/detector-kit/facts.ts';
import { gapPeriods, Rows } from '../../src/detector-kit/rows.ts';
import { relationLines } from './facts.ts';
import { describedStates } from './described.ts';
import { fitGroup } from './model/fit.ts';
import { JudgedGroup, type Row } from './judging/group.ts';
import type { GroupBaseline, LearnedSwitches } from './model/baseline.ts';
import type { StateOf } from './model/states.ts';
import type { RelationsConfig } from './schema.ts';

/** Tags whose relations are learned together: their channel, their baseline, and the rows of a calibration in progress. */
export class Place {
  readonly channel: Channel;
  judged: JudgedGroup | undefined;
  readonly #group: DetectorGroup;
  readonly #tags: readonly Tag[];
  readonly #onOff: readonly boolean[] | undefined;
  readonly #leastSpanMs: number;
  #rows: Rows | undefined;
  #stays = 0;

  /**
   * @param group its name in explanations
   * @param tags its tags, with their names in explanations
   * @param withCodes use discrete tags that were not both on and off as well, such as a bit for each filter, or a command that was never given
   * @param leastSpanMs a shorter calibration is not enough to learn them
   */
  constructor(channel: Channel, group: DetectorGroup, tags: readonly Tag[], withCodes = true, leastSpanMs = 0) {
    this.channel = channel;
    this.#group = group;
    this.#tags = tags;
    this.#leastSpanMs = leastSpanMs;
    this.#onOff = withCodes ? undefined : tags.map(({ kind }) => kind === 'discrete');
  }

  /** Starts a calibration. */
  begin(mostRows: number): void {
    this.#rows = new Rows(this.#tags.length, gapPeriods * this.#group.periodMs, mostRows);
    this.#stays = 0;
  }

  learn({ time, value }: Row): void {
    this.#rows?.add(time, value);
  }

  /** The next rows belong to another stay in the mode. */
  beginStay(): void {
    this.#stays++;
  }

  /**
   * The calibration data are complete.
   * @param spanMs their duration, of which the learned rows may be a part; NaN if unknown
   * @param byMode set if it is learned in one mode alone
   * @param switches set if it is learned between the switches of an equipment
   * @param stateOf their state in a row
   */
  end(
    { lags, folds, alpha, calibrationRows }: RelationsConfig,
    spanMs: number,
    byMode: boolean,
    switches?: LearnedSwitches,
    stateOf: StateOf = () => '',
  ): void {
    if (this.#rows === undefined) return;
    if (spanMs < this.#leastSpanMs) {
      this.#rows = undefined;
      this.judge(undefined);
      return;
    }
    const span = byMode || Number.isNaN(spanMs) ? this.#rows.seen : Math.round(spanMs / this.#group.periodMs);
    const rows = this.#rows;
    const baseline = fitGroup(
      rows,
      this.#tags.map(({ name }) => name),
      {
        // the past of a row that is off agrees with it
        mostLags: switches === undefined ? lags : 0,
        lasting: switches !== undefined,
        ...(switches === undefined ? {} : { stateOf }),
        folds,
        alpha,
        periodMs: this.#group.periodMs,
        wholeRows: Math.min(span, calibrationRows),
        ...(this.#onOff === undefined ? {} : { onOff: this.#onOff }),
      },
    );
    const stays = byMode ? { stays: this.#stays } : {};
    this.judge(baseline && { ...baseline, ...stays, ...(switches && this.#described(rows, baseline, switches, stateOf)) });
    this.#rows = undefined;
  }

  /** The switches without the states that the relations do not describe. */
  #described(rows: Rows, baseline: GroupBaseline, switches: LearnedSwitches, stateOf: StateOf): LearnedSwitches {
    const judged = new JudgedGroup(this.#group, this.#tags, baseline);
    const states = describedStates(rows, stateOf, judged, this.#group.periodMs);
    const staysByState = Object.fromEntries(Object.entries(switches.staysByState).filter(([state]) => states.has(state)));
    return { ...switches, staysByState };
  }

  /** Sets the baseline by which rows are judged; without one nothing is judged. */
  judge(baseline: GroupBaseline | undefined): void {
    this.judged = baseline === undefined ? undefined : new JudgedGroup(this.#group, this.#tags, baseline);
  }

  /** Baseline entries. An edited entry replaces the baseline; the running state of the group is kept. */
  lines(): BaselineLine[] {
    const { judged } = this;
    if (judged === undefined) return [];
    const { baseline, stays } = judged;
    const lines = relationLines(this.#tags, baseline, (change) => {
      this.judge(change(baseline));
      this.judged?.restore(judged.snapshot());
    });
    return stays === undefined ? lines : lines.map((line) => ({ ...line, words: { ...line.words, stays: String(stays) } }));
  }
}
