import type { Actor, Alert } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import type { LineRef } from '../../core/line-ref.ts';
import type { BaselineLine, FollowedThreshold, LearnedFrom, LineMark } from '../../core/monitor.ts';
import type { AuditEntry, StateStore } from '../../core/state.ts';
import type { Learnable, ThresholdRaise } from '../../core/threshold-raise.ts';
import { type LearnedBaseline, learnedBaseline } from './store.ts';
import type { Baseline, StoredEpisodes } from '../../detection/baseline/format.ts';
import { applyCalibration, leastThreshold } from '../../detection/baseline/apply.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../detection/plan/plan.ts';
import { loadFollowed } from './followed.ts';
import { learnableIn } from './learn-alert.ts';
import { learnedLines } from './lines.ts';
import { applyReview, loadReview, type Review, saveReview } from './review.ts';
import type { ReviewedLine } from './reviewed-line.ts';

/**
 * The baseline of a data directory with the decisions of people about its entries. Each act is stored and audited before it
 * returns.
 */
export class BaselineManager {
  readonly #state: StateStore;
  readonly #plan: DetectionPlan;
  readonly #clock: Clock;
  #learned: LearnedBaseline | undefined;
  #review: Review = { of: 0, lines: [] };
  #lines: readonly BaselineLine[] | undefined;
  #refusal: string | undefined;
  /** Set while a decision that takes effect only when it is on disk is being stored. */
  #isStoring = false;

  constructor(state: StateStore, plan: DetectionPlan, clock: Clock) {
    this.#state = state;
    this.#plan = plan;
    this.#clock = clock;
    this.reload();
  }

  /** Reads the stored baseline. One that the detectors refuse counts as none. */
  reload(): void {
    this.#learned = learnedBaseline(this.#state.baselines, this.#plan);
    this.#review = loadReview(this.#state.baselines, this.#learned?.version ?? 0, this.#learned?.traffic);
    this.#lines = undefined;
    this.#refusal = refusalOf(() => this.baseline, this.#plan);
    if (this.#refusal !== undefined) this.#learned = undefined;
  }

  /** Reason why the detectors refuse a baseline that was learned for this plan; undefined if they accept it. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Undefined if there is no baseline for the plan. */
  get learned(): LearnedFrom | undefined {
    if (this.#learned === undefined) return undefined;
    const { version, learnedAt, baseline } = this.#learned;
    return { version, at: learnedAt, from: baseline.calibration.source };
  }

  /** Episodes of the calibration as stored; undefined without a baseline, and in one of an earlier version. */
  get episodes(): StoredEpisodes | undefined {
    return this.#learned?.baseline.episodes;
  }

  /** Text of the promise; empty without a baseline. */
  get promise(): string {
    return this.#learned?.baseline.calibration.promise.text ?? '';
  }

  /** Baseline for the detectors, with the decisions applied. */
  get baseline(): Baseline | undefined {
    return this.#learned === undefined ? undefined : applyReview(this.#learned.baseline, this.#review, this.#plan);
  }

  /** Number of unlearned entries. */
  get unlearned(): number {
    return this.#review.lines.filter(({ unlearned }) => unlearned !== undefined).length;
  }

  /** Entries as learned, without decisions. */
  learnedLines(): readonly BaselineLine[] {
    return (this.#lines ??= this.#learned === undefined ? [] : learnedLines(this.#learned.baseline, this.#plan));
  }

  lines(): readonly BaselineLine[] {
    const reviewed = new Map(this.#review.lines.map((line) => [keyOf(line), line]));
    const silent = new Map(
      this.#review.lines.flatMap((line) => (line.unlearned === undefined ? [] : [[channelOf(line), line.unlearned]])),
    );
    const raised = new Map(
      this.#review.lines.flatMap((line) => (line.raised === undefined ? [] : [[channelOf(line), line.raised]])),
    );
    const followed = new Map(this.#followed().map(({ since, by, ...of }) => [channelOf(of), { since, by }]));
    return this.learnedLines().map((line) => ({
      ...withReview(
        withRaised(line, raised.get(channelOf(line))),
        reviewed.get(keyOf(line)),
        line.forgets === true ? reviewed.get(keyOf(line))?.unlearned : silent.get(channelOf(line)),
      ),
      ...(followed.has(channelOf(line)) ? { followed: followed.get(channelOf(line)) } : {}),
    }));
  }

  /** Approves entries; also reverts unlearning. @throws ScadaError INPUT_INVALID */
  approve(refs: readonly LineRef[], by: Actor, reason?: string): void {
    const lines = refs.map((ref) => this.#find(ref));
    const approved = this.#mark(by, reason);
    let review = this.#review;
    for (const line of lines) {
      review = withoutUnlearned(review, line);
      review = withLine(review, line, (before) => ({ ...before, approved }));
    }
    this.#save(review, `approved ${lines.length} lines`);
    const after = lines.length === 1 ? lines.map(figuresOf).join() : `${lines.length} lines`;
    this.#audit(by, 'baseline.approved', lines, { after, reason });
  }

  /**
   * Replaces learned figures by those of a person; entering a learned figure reverts the edit. An earlier approval is dropped,
   * because it was for other figures.
   * @throws ScadaError INPUT_INVALID if the detector refuses them, or they are unchanged
   */
  edit(ref: LineRef, figures: Readonly<Record<string, number>>, by: Actor, reason?: string): void {
    const line = this.#find(ref);
    if (Object.entries(figures).every(([word, value]) => line.figures[word] === value))
      throw new ScadaError('config', 'INPUT_INVALID', `${titleOf(line)} has these numbers already`, {
        hint: 'approve the entry to confirm them',
      });
    const mark = this.#mark(by, reason);
    const learned: BaselineLine['figures'] = { ...line.figures, ...line.edited?.was };
    const review = withLine(this.#review, line, (before) => {
      const all = Object.entries({ ...before.edited?.figures, ...figures });
      const own = Object.fromEntries(all.filter(([word, value]) => value !== learned[word]));
      const edited = Object.keys(own).length === 0 ? undefined : { ...mark, figures: own };
      return { ...before, approved: undefined, edited };
    });
    this.#check(review);
    this.#save(review, `edited ${titleOf(line)}`);
    this.#audit(by, 'baseline.edited', [line], { before: figuresOf(line), after: figuresOf(this.#find(ref)), reason });
  }

  /**
   * From now on, the detector does not judge the channel, or has forgotten the entry. Unlearned modes are not distinguished from
   * the next calibration on.
   * @throws ScadaError INPUT_INVALID
   */
  unlearn(ref: LineRef, by: Actor, reason?: string): void {
    const line = this.#find(ref);
    if (line.threshold === undefined && line.later === undefined && line.forgets === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `${titleOf(line)} raises nothing that could be unlearned`, {
        hint: 'a rule that the configuration states is changed there',
      });
    const unlearned = this.#mark(by, reason);
    const review = withLine(this.#review, line, (before) => ({ ...before, approved: undefined, unlearned }));
    this.#check(review);
    this.#save(review, `unlearned ${titleOf(line)}`);
    this.#audit(by, 'baseline.unlearned', [line], { before: figuresOf(line), reason });
  }

  /** Thresholds that would have kept an alert from being raised, or why it cannot be learned. */
  learnable(alert: Alert): Learnable {
    const learnedAt = this.#learned?.learnedAt ?? Number.POSITIVE_INFINITY;
    const plugins = new Map(detectorFactories(this.#plan).map(({ name, plugin }) => [name, plugin]));
    const learned = new Map(this.learnedLines().map((line) => [channelOf(line), line.threshold]));
    return learnableIn(alert, {
      lines: this.lines(),
      learnedAt,
      learnedThreshold: (line) => learned.get(channelOf(line)),
      pluginOf: (detector) => plugins.get(detector),
    });
  }

  /**
   * Raises thresholds, because what an alert has shown is normal. An earlier approval is dropped, because it was for the former one.
   * @param stored see `ThresholdReview`
   * @throws ScadaError INPUT_INVALID if a threshold has changed since the raise was computed, STATE_UNAVAILABLE if it is not on disk
   */
  async learn(
    alert: string,
    raises: readonly ThresholdRaise[],
    by: Actor,
    reason: string,
    stored: 'first' | 'queued',
  ): Promise<void> {
    const mark = this.#mark(by, reason);
    const all = this.lines();
    const changes = raises.map((raise) => {
      const line = all.find((one) => channelOf(one) === channelOf(raise));
      const least = leastThreshold(pluginOf(raise.detector));
      const isSame = line?.threshold !== undefined && Math.max(least, line.threshold) === raise.from;
      if (line === undefined || line.unlearned !== undefined || !isSame)
        throw new ScadaError('config', 'INPUT_INVALID', `the threshold of ${raise.detector} of ${raise.channel} has changed`, {
          hint: 'learn from a later alert',
        });
      return { line, raised: { ...mark, alert, was: raise.from, to: raise.to } };
    });
    const review = changes.reduce(
      (before, { line, raised }) =>
        withLine(withoutRaised(before, line), line, (one) => ({ ...one, approved: undefined, raised })),
      this.#review,
    );
    this.#check(review);
    const entries = changes.map(({ line, raised: { was, to } }) => {
      const figures = { before: `threshold ${was}`, after: `threshold ${to} by ${alert}`, reason };
      return this.#entry(by, 'baseline.raised', [{ ...line, name: '' }], figures);
    });
    const source = `learned ${alert} as normal`;
    if (stored === 'first') return await this.#saveFirst(review, source, entries);
    this.#save(review, source);
    for (const entry of entries) this.#state.audit.append(entry);
  }

  /** Uses the learned threshold of the channel again. @throws ScadaError INPUT_INVALID if none was raised */
  lower(ref: LineRef, by: Actor, reason: string): void {
    const line = this.#find(ref);
    if (line.raised === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `the threshold of ${titleOf(line)} is the learned one`, {
        hint: 'scadawatch baseline show lists the entries',
      });
    this.#save(withoutRaised(this.#review, line), `lowered ${titleOf(line)}`);
    const before = `threshold ${line.threshold}`;
    this.#audit(by, 'baseline.lowered', [{ ...line, name: '' }], {
      before,
      after: `threshold ${this.#find(ref).threshold}`,
      reason,
    });
  }

  /** Replaces all decisions. @throws ScadaError INPUT_INVALID */
  replace(lines: readonly ReviewedLine[], by: Actor, source: string): void {
    const review = { ...this.#review, lines };
    for (const line of lines) this.#find(line);
    this.#check(review);
    this.#save(review, source);
    this.#state.audit.append({
      ...by,
      time: this.#clock.now(),
      action: 'baseline.imported',
      object: source,
      after: `${lines.length} reviewed lines`,
    });
  }

  #followed(): readonly FollowedThreshold[] {
    return this.#learned === undefined ? [] : loadFollowed(this.#state.baselines, this.#learned.baseline.calibration);
  }

  #find(ref: LineRef): BaselineLine {
    const line = this.lines().find((one) => keyOf(one) === keyOf(ref));
    if (line === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `the baseline has no entry ${titleOf(ref)}`, {
        hint: 'scadawatch baseline show lists them',
      });
    return line;
  }

  /** Checks that the detectors accept a review. */
  #check(review: Review): void {
    if (this.#learned !== undefined) applyReview(this.#learned.baseline, review, this.#plan);
  }

  #save(review: Review, source: string): void {
    this.#refuseWhileStoring();
    saveReview(this.#state.baselines, review, this.#clock.now(), source);
    this.#review = review;
  }

  /** Uses a review when it is on disk with its audit entries. @throws ScadaError STATE_UNAVAILABLE */
  async #saveFirst(review: Review, source: string, entries: readonly AuditEntry[]): Promise<void> {
    this.#refuseWhileStoring();
    const learned = this.#learned;
    this.#isStoring = true;
    try {
      await this.#state.keep(({ baselines, audit }) => {
        saveReview(baselines, review, this.#clock.now(), source);
        for (const entry of entries) audit.append(entry);
      });
    } finally {
      this.#isStoring = false;
    }
    // a calibration that has ended meanwhile has no decisions yet
    if (this.#learned === learned) this.#review = review;
  }

  #refuseWhileStoring(): void {
    if (this.#isStoring)
      throw new ScadaError('retryable', 'STATE_UNAVAILABLE', 'another decision about the baseline is being stored', {
        hint: 'repeat the act',
      });
  }

  #mark(by: Actor, reason: string | undefined): LineMark {
    return { by: by.role, at: this.#clock.now(), ...(reason === undefined ? {} : { reason }) };
  }

  #audit(by: Actor, action: string, lines: readonly LineRef[], figures: AuditedFigures): void {
    this.#state.audit.append(this.#entry(by, action, lines, figures));
  }

  #entry(by: Actor, action: string, lines: readonly LineRef[], figures: AuditedFigures): AuditEntry {
    return { ...by, time: this.#clock.now(), action, object: titlesOf(lines), ...figures };
  }
}

type AuditedFigures = Pick<AuditEntry, 'before' | 'after' | 'reason'>;

/** Reason why the detectors of a plan refuse a baseline; undefined if they accept it. */
export function refusalOf(baseline: () => Baseline | undefined, plan: DetectionPlan): string | undefined {
  try {
    const known = baseline();
    if (known !== undefined) applyCalibration(known.calibration, detectorFactories(plan));
    return undefined;
  } catch (thrown) {
    return toScadaError(thrown).message;
  }
}

const keyOf = ({ detector, channel, name }: LineRef): string => [detector, channel, name].join('\n');
const channelOf = ({ detector, channel }: Pick<LineRef, 'detector' | 'channel'>): string => [detector, channel].join('\n');
/** Text that identifies an entry: `CW.LT01 range`, `PS.P1.RUN discrete 1 running`. */
export const titleOf = ({ detector, channel, name }: LineRef): string => [channel, detector, name].join(' ').trim();
/** Most entries that one audit entry names. */
const mostNamed = 10;
function titlesOf(lines: readonly LineRef[]): string {
  const named = lines.slice(0, mostNamed).map(titleOf).join('; ');
  return lines.length > mostNamed ? `${named}; ${lines.length - mostNamed} more` : named;
}

/** Figures of an entry as text: `low 1.2 m, high 3.4 m`. */
export const figuresOf = ({ figures, unit }: BaselineLine): string =>
  Object.entries(figures)
    .map(([word, value]) => (typeof value === 'number' ? `${word} ${value} ${unit}`.trim() : `${word} ${value}`))
    .join(', ');

function withReview(line: BaselineLine, reviewed: ReviewedLine | undefined, unlearned: LineMark | undefined): BaselineLine {
  const { approved, edited } = reviewed ?? {};
  const { figures: numbers = {}, ...mark } = edited ?? { at: 0, by: '' };
  const was = Object.fromEntries(Object.keys(numbers).map((word) => [word, line.figures[word] as number]));
  return {
    ...line,
    figures: { ...line.figures, ...numbers },
    ...(approved === undefined ? {} : { approved }),
    ...(edited === undefined ? {} : { edited: { ...mark, was } }),
    ...(unlearned === undefined ? {} : { unlearned }),
  };
}

/** An entry with the raised threshold of its channel, unless the learned one is higher by now. */
const withRaised = (line: BaselineLine, raised: ReviewedLine['raised']): BaselineLine =>
  raised === undefined || line.threshold === undefined
    ? line
    : { ...line, threshold: Math.max(line.threshold, raised.to), raised };

const withoutRaised = (review: Review, of: Pick<LineRef, 'detector' | 'channel'>): Review => ({
  ...review,
  lines: review.lines.map((line) => {
    const { raised, ...rest } = line;
    return raised !== undefined && channelOf(line) === channelOf(of) ? rest : line;
  }),
});

function withLine(review: Review, ref: LineRef, change: (before: ReviewedLine) => ReviewedLine): Review {
  const { detector, channel, name } = ref;
  const before = review.lines.find((line) => keyOf(line) === keyOf(ref)) ?? { detector, channel, name };
  return { ...review, lines: [...review.lines.filter((line) => keyOf(line) !== keyOf(ref)), change(before)] };
}

function withoutUnlearned(review: Review, of: BaselineLine): Review {
  const same = of.forgets === true ? keyOf : channelOf;
  return {
    ...review,
    lines: review.lines.map((line) => {
      const { unlearned, ...rest } = line;
      return same(line) === same(of) && unlearned !== undefined ? rest : line;
    }),
  };
}
