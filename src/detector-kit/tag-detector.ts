import {
  type Channel,
  type Detector,
  type DetectorSnapshot,
  type DetectorTarget,
  type Fact,
  type Json,
  type Report,
  reportAll,
} from '../core/detector.ts';
import type { Batch } from '../core/batch.ts';
import { Collector } from './collector.ts';
import { ScadaError } from '../core/errors.ts';
import type { Explanation } from '../core/finding.ts';
import type { Event, Observation } from '../core/observation.ts';
import type { Tag } from '../core/tag.ts';
import { type ChannelState, Columns, isRecord, mismatch } from './columns.ts';
import { amendLine, factOf, type BaselineLine } from './facts.ts';
import { isByMode, type ModePlan } from './modes.ts';
import { SampleColumns, type Samples } from './samples.ts';
import { TagChannels } from './tag-channels.ts';

/** Memory of a detector for the recent samples of each tag, e.g. the last value or a moving mean. */
export interface Memory {
  readonly state: ChannelState;
  /**
   * Processes the next sample of each of some channels. None is NaN or ±Infinity, and every time is after the last one. Most of the cost of a
   * detector is here and in the following: columns read from `this` once instead of for each sample make it a third faster.
   */
  advance(samples: Samples): void;
}

/**
 * What `learn` or `score` needs for each batch, in one object of one shape for all detectors. V8 looks up each field of a class with many subclasses
 * in a table. For many detectors that took longer than their own work.
 */
interface Stream<M> {
  readonly memory: M;
  readonly collector: Collector;
  /** Samples learned, by channel. */
  readonly learned: Float64Array;
  readonly minSamples: number;
  /** 1 for the channel of a mode, by channel. */
  readonly ofMode: Uint8Array;
}

/** Surprises are limited to this. */
const mostSurprise = 1e6;
/** Least surprise in a mode, so that calibration can distinguish a calm stay from none. */
const leastInMode = 1e-9;
const version = 1;

/**
 * Common parts of the detectors of single tags: channels, the choice of samples, gaps, the two kinds of state and their
 * snapshots. A detector supplies a `Memory`, kept twice (`running` for `score`, `learning` for `learn`), the learning from
 * one, and the surprise of the other. It loops over the samples of a batch itself: a call for each sample
 * from here, shared by all detectors, would cost more than most detectors need for it.
 *
 * Only good samples count, and those whose only fault is an exceeded engineering range; bad quality is not a bad process. A source
 * time that is not after the last one is ignored. After a gap the memory restarts, without surprise.
 */
export abstract class TagDetector<M extends Memory> implements Detector {
  /**
   * A tag with modes has a channel for each mode and one for all of them together. The last watches while a mode is new or its threshold
   * has too few stays, with the wider limits of all modes.
   */
  readonly channels: readonly Channel[];
  /** Tags by channel; the tag of a mode has the name of the mode. */
  protected readonly tags: readonly Tag[];
  protected readonly running: M;
  /** Memory of the samples in learning; present while there are any. */
  protected learning!: M;
  protected readonly baseline: Columns;
  /** Samples learned, by channel. */
  protected readonly samples: Float64Array;
  /** Separate stays in a mode that were learned, by channel; empty if no tag has modes. */
  readonly #stays: Float64Array | undefined;
  readonly #phase: Float64Array;
  readonly #type: string;
  readonly #minSamples: number;
  readonly #layout: TagChannels;
  readonly #modes: ModePlan;
  readonly #makeMemory: () => M;
  readonly #collected: SampleColumns;
  readonly #scored: Stream<M>;
  /** Created with the first learned sample: a site that only watches does not need it. */
  #learner: Stream<M> | undefined;

  protected constructor(
    type: string,
    target: DetectorTarget,
    suits: (tag: Tag) => boolean,
    minSamples: number,
    makeMemory: (tags: readonly Tag[], baseline: Columns) => M,
    /** True if normal values differ between the modes of a tag's equipment. */
    byMode = true,
  ) {
    this.#type = type;
    this.#minSamples = minSamples;
    this.#layout = new TagChannels(target, suits, byMode);
    const { tags, channels, modes } = this.#layout;
    this.#modes = modes;
    this.tags = tags;
    this.channels = channels;
    this.baseline = new Columns(channels.length);
    this.samples = this.baseline.add('samples');
    this.#phase = this.baseline.add('phase');
    // for any set of watched tags: those of one table are learned separately and combined
    const hasModes = byMode && target.tags.tags.some((tag) => isByMode(tag) && suits(tag));
    this.#stays = hasModes ? this.baseline.add('stays') : undefined;
    this.#collected = new SampleColumns(target.tags.size);
    this.#makeMemory = () => makeMemory(this.tags, this.baseline);
    this.running = this.#makeMemory();
    this.#scored = this.#streamOf(this.running);
  }

  #streamOf(memory: M): Stream<M> {
    const collector = new Collector(this.#layout, this.#collected);
    return { memory, collector, learned: this.samples, minSamples: this.#minSamples, ofMode: this.#layout.ofMode };
  }

  #learners(): Stream<M> {
    if (this.#learner !== undefined) return this.#learner;
    this.learning = this.#makeMemory();
    this.#learner = this.#streamOf(this.learning);
    return this.#learner;
  }

  /** Learns from the channels of `learning` after they have processed their samples. */
  protected abstract absorb(samples: Samples): void;
  /** Writes the surprise ≥ 0 of each sample after `running` has processed it; NaN if it is not judged. */
  protected abstract judge(samples: Samples, surprise: Float64Array): void;
  abstract explain(channel: number): Explanation;
  /** Baseline entries of a channel that a person reads and edits. */
  protected lines(_channel: number): readonly BaselineLine[] {
    return [];
  }
  /** The calibration data are complete. */
  protected finish(): void {}
  /**
   * The pace of the samples that follow.
   * @param _speed seconds of plant time per second; above 1 in a fast lab, where samples are less regular than those that were learned
   */
  protected pace(_speed: number): void {}
  /** The channel's samples restart after a gap, at `time`. */
  protected restart(memory: M, channel: number, _time: number): void {
    memory.state.clear(channel);
  }

  /** True in the first of two passes, and when learning has no passes: scales are learned. */
  protected learnsScale(channel: number): boolean {
    return this.#phase[channel] !== 2;
  }

  /** True in the second of two passes, when scales have been learned. Without passes, true after the scales have enough data. */
  protected learnsShape(channel: number): boolean {
    return this.#phase[channel] === 2 || (this.#phase[channel] === 0 && this.knows(channel));
  }

  /** True if enough was learned to judge the channel. */
  protected knows(channel: number): boolean {
    return (this.samples[channel] as number) >= this.#minSamples;
  }

  learn(observation: Observation): void {
    if (observation.kind === 'event') this.#calibrate(observation.event);
    else if (observation.kind === 'batch' && this.channels.length > 0) this.#learnBatch(observation.batch);
  }

  #learnBatch(batch: Batch): void {
    const { memory, collector, learned } = this.#learner ?? this.#learners();
    const { samples } = collector;
    collector.begin(batch);
    for (let row = 0; row < batch.length; ) {
      row = collector.collect(batch, row, batch.length);
      if (samples.hasGap) {
        this.#restart(memory);
        if (this.#stays !== undefined) this.#countStays(this.#stays);
      }
      memory.advance(samples);
      this.absorb(samples);
      const { length, channel } = samples;
      for (let i = 0; i < length; i++) (learned[channel[i] as number] as number)++;
    }
  }

  /** A restart is another stay; a second pass reads the same ones again. */
  #countStays(stays: Float64Array): void {
    const { length, channel, gap } = this.#collected;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      if (gap[i] === 1 && this.#phase[at] !== 2) (stays[at] as number)++;
    }
  }

  #restart(memory: M): void {
    const { length, channel, time, gap } = this.#collected;
    for (let i = 0; i < length; i++) if (gap[i] === 1) this.restart(memory, channel[i] as number, time[i] as number);
  }

  /** Ends a deviation of another mode. */
  #endOthers(batch: Batch, row: number, present: number, report: Report): void {
    const tag = batch.tag[row] as number;
    const first = this.#layout.firstOf[tag] as number;
    const time = batch.sourceTime[row] as number;
    if (!Number.isFinite(time)) return;
    const after = this.#layout.togetherOf(tag);
    for (let channel = first; channel < after; channel++)
      if (channel !== present && this.knows(channel)) report(channel, time, 0);
  }

  #calibrate(event: Event): void {
    if (event.type !== 'calibration') return;
    const { memory, collector } = this.#learners();
    if (event.phase === 'begin') this.baseline.clear();
    if (event.phase === 'end') this.finish();
    this.#phase.fill({ begin: 1, pass: 2, end: 0 }[event.phase]);
    memory.state.clear();
    collector.clear();
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'batch' && this.channels.length > 0) this.#scoreBatch(observation.batch, report);
    else if (observation.kind === 'event' && observation.event.type === 'punctuality') this.pace(observation.event.speed);
  }

  #scoreBatch(batch: Batch, report: Report): void {
    const scored = this.#scored;
    const { collector } = scored;
    if (collector.hasModes) return this.#scoreByMode(batch, report);
    for (let row = 0; row < batch.length; ) {
      row = collector.collect(batch, row, batch.length);
      this.#judgeCollected(scored, report);
    }
  }

  #scoreByMode(batch: Batch, report: Report): void {
    const scored = this.#scored;
    const { collector } = scored;
    const { samples } = collector;
    collector.begin(batch);
    for (let row = 0; row < batch.length; ) {
      const from = row;
      const byMode = collector.isByMode(batch, from);
      let to = from + 1;
      // a tag with modes is processed alone, because its other modes are calmed before it is judged
      if (!byMode) while (to < batch.length && !collector.isByMode(batch, to)) to++;
      row = collector.collect(batch, from, to);
      if (byMode) this.#endOthers(batch, from, samples.length === 0 ? -1 : (samples.channel[0] as number), report);
      this.#judgeCollected(scored, report);
    }
  }

  #judgeCollected({ memory, collector, learned, minSamples, ofMode }: Stream<M>, report: Report): void {
    const { samples } = collector;
    if (samples.hasGap) this.#restart(memory);
    memory.advance(samples);
    this.judge(samples, samples.surprise);
    const { length, channel, surprise } = samples;
    for (let i = 0; i < length; i++) {
      const at = channel[i] as number;
      const size = surprise[i] as number;
      const isJudged = (learned[at] as number) >= minSamples && size >= 0;
      surprise[i] = isJudged ? Math.min(Math.max(size, leastInMode * (ofMode[at] as number)), mostSurprise) : Number.NaN;
    }
    reportAll(report, samples);
  }

  stays(channel: number): number | undefined {
    return this.#layout.isOfMode(channel) ? this.#stays?.[channel] : undefined;
  }

  /** False for a channel whose data have nothing of what the detector compares, such as noise or a daily cycle. */
  protected compares(_channel: number): boolean {
    return true;
  }

  judges(channel: number): boolean {
    return this.knows(channel) && this.compares(channel);
  }

  absent(channel: number): boolean {
    return this.knows(channel) && !this.compares(channel);
  }

  facts(): readonly Fact[] {
    return this.channels.flatMap(({ key }, channel) => {
      const stays = this.stays(channel);
      const words = stays === undefined ? {} : { stays: String(stays) };
      const lines = this.knows(channel) ? this.lines(channel) : [];
      const samples = this.samples[channel] as number;
      return lines.map((line) => factOf(key, channel, { ...line, words: { ...line.words, ...words } }, samples));
    });
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const channel = this.channels.findIndex((one) => one.key === key);
    const line = channel < 0 ? undefined : this.lines(channel).find((one) => one.name === name);
    if (line === undefined) throw new ScadaError('config', 'INPUT_INVALID', `${this.#type} has no such baseline entry of ${key}`);
    amendLine(line, channel, figures);
  }

  snapshot(): DetectorSnapshot {
    const tags: Record<string, Json> = {};
    const learning: Record<string, Json> = {};
    this.channels.forEach(({ key }, channel) => {
      tags[key] = this.baseline.toJson(channel) ?? {};
      const memory = this.#learner?.memory.state.toJson(channel);
      const intake = this.#learner?.collector.intake.state.toJson(channel);
      if (memory !== undefined || intake !== undefined) learning[key] = { memory: memory ?? {}, intake: intake ?? {} };
    });
    const open = this.#learner?.collector.modes;
    const modes = this.#modes.sources.map((_, source) => open?.state.toJson(source) ?? {});
    const held = Array.from({ length: open?.held.channels ?? 0 }, (_, tag) => open?.held.toJson(tag) ?? {});
    return {
      baseline: { detector: this.#type, version, tags, learning, ...(modes.length === 0 ? {} : { modes, held }) },
      running: this.runningState(),
    };
  }

  runningState(): unknown {
    const { intake, modes } = this.#scored.collector;
    return {
      memory: this.running.state.save(),
      intake: intake.state.save(),
      ...(this.#modes.sources.length === 0 ? {} : { modes: modes.state.save(), held: modes.held.save() }),
    };
  }

  restore(snapshot: DetectorSnapshot): void {
    const { baseline, running } = snapshot;
    if (!isRecord(baseline) || baseline['detector'] !== this.#type || baseline['version'] !== version)
      throw mismatch(`it was not made by detector ${this.#type}, version ${version}`);
    const tags = isRecord(baseline['tags']) ? baseline['tags'] : {};
    const learning = isRecord(baseline['learning']) ? baseline['learning'] : {};
    const names = this.channels.map(({ key }) => key);
    const known = new Set(names);
    // baselines of earlier versions have no channel for all modes together: it is unlearned
    const lacking = names.find((name, channel) => !(name in tags) && !this.#layout.isTogether(channel));
    const odd = Object.keys(tags).find((name) => !known.has(name)) ?? lacking;
    if (odd !== undefined) throw mismatch(`tag ${odd} is not in both`);
    const learner = Object.keys(learning).length > 0 || baseline['modes'] !== undefined ? this.#learners() : this.#learner;
    names.forEach((name, channel) => {
      this.baseline.fromJson(channel, filled(tags[name]));
      const open = isRecord(learning[name]) ? learning[name] : {};
      learner?.memory.state.fromJson(channel, filled(open['memory']));
      learner?.collector.intake.state.fromJson(channel, filled(open['intake']));
    });
    const modes = Array.isArray(baseline['modes']) ? baseline['modes'] : [];
    modes.forEach((entry, source) => learner?.collector.modes.state.fromJson(source, filled(entry)));
    const held = Array.isArray(baseline['held']) ? baseline['held'] : [];
    held.forEach((entry, tag) => learner?.collector.modes.held.fromJson(tag, filled(entry)));
    const state = isRecord(running) ? running : {};
    this.running.state.load(state['memory']);
    const { collector } = this.#scored;
    collector.intake.state.load(state['intake']);
    if (this.#modes.sources.length === 0) return;
    collector.modes.state.load(state['modes']);
    collector.modes.held.load(state['held']);
  }
}

/** An entry, or undefined if the channel is in its initial state. */
const filled = (entry: unknown): unknown => (isRecord(entry) && Object.keys(entry).length === 0 ? undefined : entry);
