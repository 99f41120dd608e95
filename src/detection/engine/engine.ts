import { type Channel, type Detector, type DetectorSnapshot, type Report, runningStateOf } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Certainty, Explanation, Finding, FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import { asEdited } from '../../detector-kit/words.ts';
import { Feed } from '../feed/feed.ts';
import { AdaptiveThreshold } from './adaptive.ts';
import { minorRulesOf, periodOf, thresholdsOf } from './channels.ts';
import { beginFinding, inWords, contributingTags } from './describe.ts';
import { type Concerned, LearningFreeze } from './freeze.ts';
import { FindingMachine, type FindingSettings } from './machine.ts';
import { type DescribeChannel, MinorWatch } from './minor.ts';
import { certaintyOf, RarityColumns } from './rarity.ts';
import {
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineOptions,
  type EngineSnapshot,
  type ScoreHook,
} from './types.ts';
import { UnlearnedStates } from './unlearned-states.ts';

/** An open finding is reported again when its peak has grown by this factor, when its explanation changes, or after a minute. */
const notableGrowth = 1.1;
const longestSilenceMs = 60_000;
/** Least time between two looks at an act on the network whose tag is not known, ms; none in the first seconds after its begin. */
const actUpdateMs = 250;
const actBeginMs = 5_000;
/** Surprise of a graded detector that is the extreme of what it has learned, with a hundredth for values that differ by less than their text shows. */
const learnedSurprise = 1.01;
/** Highest score of a channel that makes only minor findings at present. */
const mostMinor = 0.99;
/** Factor beyond an open finding of an adaptive threshold at which another one would start. */
const worseByFactor = 1.5;

/** Surprise → score → findings, over any set of detectors. */
export function createEngine(options: EngineOptions): Engine {
  return new DetectionEngine(options);
}

/** A detector in the engine: the position of its channels in the flat table, and the receiver of its surprises. */
interface PlacedDetector extends EngineDetector {
  readonly offset: number;
  readonly report: Report;
}

class DetectionEngine implements Engine {
  readonly #tags: TagTable;
  readonly #settings: FindingSettings;
  readonly #feed: Feed;
  readonly #placed: readonly PlacedDetector[];
  readonly #byInput: Readonly<Record<Observation['kind'], readonly PlacedDetector[]>>;
  readonly #placeOf: Uint32Array;
  /** 1 / threshold; 0 without one. */
  readonly #factor: Float64Array;
  readonly #rarity: RarityColumns;
  readonly #adaptive: AdaptiveThreshold;
  readonly #machine: FindingMachine;
  readonly #minor: MinorWatch | undefined;
  readonly #freeze: LearningFreeze;
  readonly #onScore: ScoreHook | undefined;
  readonly #open = new Map<number, Finding>();
  readonly #lastExplained = new Map<number, number>();
  #changes: FindingChange[] = [];
  readonly #unlearned: UnlearnedStates;
  /** Delay of the monitor, ms; 0 while it is on time. Long durations and late samples may be its own fault. */
  #lateMs = 0;

  constructor(options: EngineOptions) {
    const { finding, feed } = options.settings ?? defaultEngineSettings;
    this.#tags = options.tags;
    this.#settings = finding;
    this.#onScore = options.onScore;
    this.#feed = new Feed(options.tags, options.groups, feed);
    let offset = 0;
    const placed = options.detectors.map((entry, index) => {
      const start = offset;
      offset += entry.detector.channels.length;
      return { ...entry, offset: start, report: this.#reportOf(entry, index, start) };
    });
    this.#placed = placed;
    this.#byInput = {
      batch: placed.filter(({ plugin }) => plugin.input === 'sample'),
      vector: placed.filter(({ plugin }) => plugin.input === 'vector'),
      event: placed,
    };
    this.#placeOf = Uint32Array.from(placed.flatMap(({ detector }, index) => detector.channels.map(() => index)));
    const thresholds = placed.flatMap((place) => thresholdsOf(place, options));
    this.#factor = Float64Array.from(thresholds, ({ begin }) => (begin > 0 ? 1 / begin : 0));
    this.#rarity = new RarityColumns(thresholds);
    const { most, least } = finding.endScore;
    const ends = Float64Array.from(thresholds, ({ begin, end }) => Math.min(most, Math.max(least, end / begin)));
    const periodsOf = (place: (typeof placed)[number]): number[] =>
      place.detector.channels.map((channel) => periodOf(place, channel, options));
    const holds = placed.flatMap((place) =>
      periodsOf(place).map((period) => Math.min(finding.mostHoldMs, finding.endPeriods[place.plugin.input] * period)),
    );
    // the threshold of an adaptive channel rises with its own finding: a score below 1 does not show that its cause has gone
    const lapsing = (place: (typeof placed)[number]): boolean => place.plugin.threshold !== 'adaptive';
    const lapses = placed.flatMap((place) =>
      place.detector.channels.map(() => (lapsing(place) ? finding.lapseMs : Number.POSITIVE_INFINITY)),
    );
    const adaptive = placed.filter(({ plugin }) => plugin.threshold === 'adaptive');
    const periods = adaptive.flatMap(periodsOf);
    this.#adaptive = new AdaptiveThreshold(options.budgetPerDay ?? Number.POSITIVE_INFINITY, medianOf(periods), periods.length);
    this.#machine = new FindingMachine(ends, Float64Array.from(holds), Float64Array.from(lapses), finding);
    this.#minor = options.minor === true ? new MinorWatch(minorRulesOf(placed, options), this.#describeMinor) : undefined;
    const channels = placed.flatMap(({ plugin, detector }) =>
      detector.channels.map((channel) => ({ channel, byFamily: plugin.byFamily === true })),
    );
    this.#unlearned = new UnlearnedStates(options.tags, channels, options.states);
    this.#freeze = new LearningFreeze(
      options.tags,
      placed.map(({ detector }) => detector),
    );
  }

  get time(): number {
    return this.#feed.time;
  }

  get inUnlearnedState(): boolean {
    return this.#unlearned.isAny;
  }

  open(): readonly Finding[] {
    return [...this.#open.values()];
  }

  observe(observation: Observation): readonly FindingChange[] {
    if (this.#changes.length > 0) this.#changes = [];
    if (observation.kind === 'event' && observation.event.type === 'punctuality') this.#lateMs = observation.event.lateMs;
    this.#freeze.observe(observation);
    this.#unlearned.observe(observation);
    this.#feed.observe(observation, this.#dispatch);
    this.#minor?.pass(this.#feed.time);
    return this.#changes;
  }

  minor(): readonly MinorChange[] {
    return this.#minor?.take() ?? [];
  }

  openMinor(): readonly MinorChange[] {
    return [...(this.#minor?.open(this.#feed.time) ?? [])];
  }

  concerned(): readonly number[] {
    return this.#freeze.concerned();
  }

  concernedElsewhere(tags: ReadonlySet<number>): void {
    this.#freeze.elsewhere(tags);
  }

  snapshot(what: 'whole' | 'running' = 'whole'): EngineSnapshot {
    const of = (detector: Detector): DetectorSnapshot =>
      what === 'whole' ? detector.snapshot() : { baseline: null, running: runningStateOf(detector) };
    return {
      feed: this.#feed.snapshot(),
      machine: this.#machine.snapshot(),
      adaptive: this.#adaptive.snapshot(),
      ...(this.#minor === undefined ? {} : { minor: this.#minor.snapshot() }),
      open: [...this.#open],
      lastExplained: [...this.#lastExplained],
      freeze: this.#freeze.snapshot(),
      lateMs: this.#lateMs,
      unlearned: this.#unlearned.snapshot(),
      detectors: Object.fromEntries(this.#placed.map(({ name, detector }) => [name, of(detector)])),
    };
  }

  restore(snapshot: EngineSnapshot): void {
    for (const { name, detector } of this.#placed) {
      const kept: DetectorSnapshot | undefined = snapshot.detectors[name];
      if (kept === undefined)
        throw new ScadaError('config', 'BASELINE_MISMATCH', `the snapshot does not contain the detector ${name}`, {
          hint: 'calibrate again',
        });
      detector.restore(kept);
    }
    if (snapshot.machine.state.length !== this.#factor.length)
      throw new ScadaError('config', 'BASELINE_MISMATCH', 'the snapshot was taken with other channels', {
        hint: 'calibrate again',
      });
    this.#feed.restore(snapshot.feed);
    this.#machine.restore(snapshot.machine);
    this.#adaptive.restore(snapshot.adaptive);
    this.#minor?.restore(snapshot.minor);
    this.#lateMs = snapshot.lateMs ?? (snapshot.isLate === true ? 1 : 0);
    this.#unlearned.restore(snapshot.unlearned);
    this.#open.clear();
    for (const [slot, finding] of snapshot.open) this.#open.set(slot, finding);
    this.#lastExplained.clear();
    for (const [slot, time] of snapshot.lastExplained) this.#lastExplained.set(slot, time);
    this.#freeze.restore(
      snapshot.freeze,
      snapshot.open.map(([slot, finding]) => this.#concerned(slot, finding)),
    );
  }

  /** A separate method, because its closure lives as long as the engine and keeps its scope, e.g. every threshold. */
  #reportOf({ plugin }: EngineDetector, index: number, start: number): Report {
    if (plugin.threshold === 'minor')
      return (channel, time, surprise) => this.#report(index, start + channel, channel, time, Math.min(mostMinor, surprise));
    if (plugin.threshold === 'statistical')
      return (channel, time, surprise) => {
        const slot = start + channel;
        const factor = this.#factor[slot] as number;
        // the same as a score of `mostMinor` at most
        const most = this.#unlearned.isCapped(slot, surprise * factor) ? mostMinor / factor : Number.POSITIVE_INFINITY;
        const isLearned = plugin.graded === true && surprise <= learnedSurprise;
        this.#report(index, slot, channel, time, Math.min(most, surprise), isLearned);
      };
    return plugin.threshold === 'adaptive'
      ? (channel, time, surprise) => this.#reportAdaptive(index, start + channel, channel, time, surprise)
      : (channel, time, surprise) => this.#report(index, start + channel, channel, time, surprise);
  }

  #concerned(slot: number, { equipment, device, beganAt: since }: Finding): Concerned {
    const place = this.#placed[this.#placeOf[slot] as number] as PlacedDetector;
    return {
      detector: place.detector,
      channel: place.detector.channels[slot - place.offset] as Channel,
      equipment,
      device,
      since,
    };
  }

  readonly #dispatch = (observation: Observation): void => {
    for (const place of this.#byInput[observation.kind]) place.detector.score(observation, place.report);
  };

  /** @param isLearned true for a surprise that normal operation has shown: it makes no minor finding */
  #report(detector: number, slot: number, channel: number, time: number, surprise: number, isLearned = false): void {
    const score = surprise * (this.#factor[slot] as number);
    this.#onScore?.(detector, channel, time, score);
    this.#judge(slot, time, score);
    const unusual = isLearned ? 0 : score;
    if (
      this.#minor?.concerns(slot, unusual) === true &&
      score < 1 &&
      !this.#open.has(slot) &&
      !(this.#lateMs > 0 && this.#isHeld(slot))
    )
      this.#minor.report(slot, time, unusual);
  }

  /**
   * Reports the score of an adaptive channel. During an open finding, only a clearly larger deviation would start another one.
   */
  #reportAdaptive(detector: number, slot: number, channel: number, time: number, surprise: number): void {
    const score = surprise / this.#adaptive.at(time);
    const worst = this.#open.has(slot) ? this.#machine.peak(slot) * worseByFactor : 1;
    this.#onScore?.(detector, channel, time, score / Math.max(1, worst));
    this.#judge(slot, time, score);
  }

  #judge(slot: number, time: number, score: number): void {
    if (this.#lateMs > 0 && score >= 1 && this.#isHeld(slot)) return;
    switch (this.#machine.report(slot, time, score)) {
      case 'none':
        return;
      case 'begin':
        this.#begin(slot, time);
        return;
      case 'open':
        this.#update(slot, time);
        return;
      case 'end':
        this.#end(slot, time);
    }
  }

  /** A detector of time starts no finding while the monitor is late; an open one continues. */
  #isHeld(slot: number): boolean {
    return this.#placed[this.#placeOf[slot] as number]?.plugin.timed === true && !this.#open.has(slot);
  }

  #begin(slot: number, time: number): void {
    const place = this.#placed[this.#placeOf[slot] as number] as PlacedDetector;
    const finding = this.#findingAt(slot, time, this.#machine.since(slot));
    this.#minor?.becomes(slot, time);
    if (place.plugin.threshold === 'adaptive' && !this.#isAdaptiveOpen()) this.#adaptive.raise();
    this.#lastExplained.set(slot, time);
    this.#open.set(slot, finding);
    this.#freeze.begin(this.#concerned(slot, finding));
    this.#changes.push({ change: 'begin', finding });
  }

  readonly #describeMinor: DescribeChannel = (slot, time, since) => this.#findingAt(slot, time, since);

  /** A new finding about the last surprise of a channel. */
  #findingAt(slot: number, time: number, since: number): Finding {
    const place = this.#placed[this.#placeOf[slot] as number] as PlacedDetector;
    const index = slot - place.offset;
    return beginFinding(
      {
        detector: place.name,
        channel: place.detector.channels[index] as Channel,
        plugin: place.plugin,
        time,
        since,
        lateMs: this.#lateMs,
        score: this.#machine.score(slot),
        peak: this.#machine.peak(slot),
        certainty: this.#certainty(slot),
        explanation: this.#explain(place, index),
      },
      this.#tags,
    );
  }

  /** Marks normal values that a person has edited, with the editor. */
  #explain({ detector, edited }: PlacedDetector, index: number): Explanation {
    const explanation = inWords(detector.explain(index), this.#tags);
    const note = edited?.[detector.channels[index]?.key ?? ''];
    return note === undefined ? explanation : { ...explanation, sentence: asEdited(explanation.sentence, note) };
  }

  /**
   * True if an adaptive finding is open. One cause affects many tags, so a finding that starts meanwhile does not count in the
   * budget.
   */
  #isAdaptiveOpen(): boolean {
    return [...this.#open.keys()].some((slot) => this.#placed[this.#placeOf[slot] as number]?.plugin.threshold === 'adaptive');
  }

  #update(slot: number, time: number): void {
    const finding = this.#open.get(slot);
    if (finding === undefined || time - (this.#lastExplained.get(slot) ?? 0) < this.#updateMs(finding, time)) return;
    this.#lastExplained.set(slot, time);
    const peak = this.#machine.peak(slot);
    const place = this.#placed[this.#placeOf[slot] as number] as PlacedDetector;
    const index = slot - place.offset;
    // an explanation computed while the score falls would describe the end of the deviation
    const fresh = this.#machine.score(slot) >= 1 ? this.#explain(place, index) : finding.explanation;
    const changed =
      peak > finding.peak * notableGrowth ||
      fresh.title !== finding.explanation.title ||
      fresh.encrypted !== finding.explanation.encrypted ||
      fresh.actedAt !== finding.explanation.actedAt ||
      fresh.clients?.length !== finding.explanation.clients?.length ||
      fresh.contributions[0]?.tag !== finding.explanation.contributions[0]?.tag ||
      time - finding.updatedAt >= longestSilenceMs;
    if (!changed) return;
    const updated: Finding = {
      ...finding,
      tags: contributingTags(place.detector.channels[index] as Channel, fresh, this.#tags),
      updatedAt: time,
      score: this.#machine.score(slot),
      peak,
      certainty: this.#certainty(slot),
      explanation: fresh,
    };
    this.#open.set(slot, updated);
    this.#changes.push({ change: 'update', finding: updated });
  }

  /** The tag of an act on the network, or its encryption, decides which incident it belongs to: most become known in the first seconds. */
  #updateMs({ network, tags, beganAt }: Finding, time: number): number {
    const { updateMs } = this.#settings;
    if (network !== true || tags.length > 0) return updateMs;
    return time - beganAt < actBeginMs ? 0 : Math.min(updateMs, actUpdateMs);
  }

  /** Certainty of the worst score of a channel's open finding. */
  #certainty(slot: number): Certainty {
    if (this.#placed[this.#placeOf[slot] as number]?.plugin.threshold === 'stated') return { kind: 'stated' };
    const rarity = this.#rarity.at(slot);
    if (rarity === undefined) return { kind: 'learning' };
    return certaintyOf(this.#machine.peak(slot) / (this.#factor[slot] as number), rarity);
  }

  #end(slot: number, time: number): void {
    const finding = this.#open.get(slot);
    if (finding === undefined) return;
    this.#open.delete(slot);
    this.#freeze.end(this.#concerned(slot, finding));
    this.#lastExplained.delete(slot);
    const ended: Finding = {
      ...finding,
      updatedAt: time,
      endedAt: time,
      score: this.#machine.score(slot),
      peak: this.#machine.peak(slot),
      certainty: this.#certainty(slot),
    };
    this.#changes.push({ change: 'end', finding: ended });
  }
}

/** NaN for an empty list. */
const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
