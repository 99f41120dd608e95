import type { Channel, Detector, DetectorSnapshot, Frozen, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Batch } from '../../src/core/batch.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import { isUsable } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Intake } from '../../src/detector-kit/intake.ts';
import { ModeWatch, planModes } from '../../src/detector-kit/modes.ts';
import { explainNovelty } from './explain.ts';
import { TagMemory } from './memory.ts';

export interface NoveltyConfig {
  readonly memory: number;
  readonly mostTags: number;
  readonly minSamples: number;
  readonly settleS: number;
}

/** Number of scans after which a sample counts as late: scans were missed. */
const lateScans = 1.5;

/**
 * Step of a counter in one scan. A late poll contains the steps of several scans. Whole numbers stay whole, and at least one: few
 * steps in many scans are as normal as before. @param scans since the last sample
 */
function stepOf(step: number, scans: number): number {
  if (!(scans > lateScans)) return step;
  const each = step / scans;
  return Number.isInteger(step) ? Math.sign(step) * Math.max(Math.min(1, Math.abs(step)), Math.round(Math.abs(each))) : each;
}

const type = 'novelty';
const version = 1;

/**
 * Judges tags without a calibration from their first samples, by the distance of the present from the past. Calibrated tags are
 * left to the other detectors. The memory of a tag is running state; the baseline only contains the number of samples of each tag
 * in a calibration.
 */
export class NoveltyDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: NoveltyConfig;
  readonly #tags: readonly Tag[];
  readonly #channelOf: Int32Array;
  readonly #learned: Float64Array;
  readonly #frozen: Frozen[];
  readonly #intake: Intake;
  readonly #hasModes: Uint8Array;
  readonly #modes: ModeWatch;
  readonly #firstTime: Float64Array;
  readonly #lastTime: Float64Array;
  readonly #lastValue: Float64Array;
  #memories = new Map<number, TagMemory>();

  constructor(config: NoveltyConfig, target: DetectorTarget) {
    this.#config = config;
    const watched = target.watched.filter((index) => target.tags.at(index).kind !== 'text').slice(0, config.mostTags);
    this.#tags = watched.map((index) => target.tags.at(index));
    this.channels = this.#tags.map(({ name, area, equipment }, i) => ({
      key: name,
      tags: [watched[i] as number],
      area,
      equipment,
    }));
    this.#channelOf = new Int32Array(target.tags.size).fill(-1);
    watched.forEach((index, channel) => (this.#channelOf[index] = channel));
    this.#learned = new Float64Array(watched.length);
    this.#frozen = watched.map(() => 'no');
    this.#intake = new Intake(this.#tags.map(({ scanMs }) => scanMs));
    const modes = planModes(target.tags, watched);
    this.#hasModes = Uint8Array.from(watched, (index) => ((modes.sourceOf[index] as number) < 0 ? 0 : 1));
    this.#modes = new ModeWatch(modes);
    this.#firstTime = this.#intake.state.add('first', 1, Number.NaN);
    this.#lastTime = this.#intake.state.add('before', 1, Number.NaN);
    this.#lastValue = this.#intake.state.add('value', 1, Number.NaN);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'event') {
      if (observation.event.type === 'calibration' && observation.event.phase === 'begin') this.#learned.fill(0);
    } else if (observation.kind === 'batch') this.#count(observation.batch);
  }

  #count({ length, tag, value, quality }: Batch): void {
    for (let row = 0; row < length; row++) {
      const channel = this.#channelOf[tag[row] as number] ?? -1;
      if (channel >= 0 && isUsable(quality[row] as number) && Number.isFinite(value[row]))
        this.#learned[channel] = (this.#learned[channel] as number) + 1;
    }
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    const intake = this.#intake;
    this.#modes.take(batch);
    for (let row = 0; row < batch.length; row++) {
      const channel = this.#channelOf[batch.tag[row] as number] ?? -1;
      if (channel < 0 || (this.#learned[channel] as number) >= this.#config.minSamples) continue;
      if (this.#hasModes[channel] === 1 ? this.#admitInMode(channel, batch, row) : intake.admit(channel, batch, row))
        this.#take(channel, intake.time, intake.value, report);
    }
  }

  /** False while equipment settles or is in none of its modes: its values are then neither learned nor judged. */
  #admitInMode(channel: number, batch: Batch, row: number): boolean {
    const modes = this.#modes;
    if (!modes.release(batch, row) || modes.placeOf(batch.tag[row] as number, modes.time) < 0) return false;
    return this.#intake.take(channel, modes.time, modes.value);
  }

  /** Judges a sample and then learns it, unless a finding has begun by then. */
  #take(channel: number, time: number, value: number, report: Report): void {
    const before = this.#lastTime[channel] as number;
    const last = this.#lastValue[channel] as number;
    if (Number.isNaN(before)) this.#firstTime[channel] = time;
    this.#lastTime[channel] = time;
    this.#lastValue[channel] = value;
    const { kind, scanMs } = this.#tags[channel] as Tag;
    // a counter always has a new value: its steps can be normal
    const scans = (time - before) / scanMs;
    const seen = kind === 'counter' ? stepOf(value - last, scans) : value;
    if (Number.isNaN(seen)) return;
    const memory = this.#memoryOf(channel);
    const surprise = memory.judge(time, seen, scans, this.#frozen[channel] === 'no');
    const watchedS = (time - (this.#firstTime[channel] as number)) / 1_000;
    if (surprise >= 0 && watchedS >= this.#config.settleS) report(channel, time, surprise);
    // the report may have frozen the tag
    const frozen = this.#frozen[channel];
    if (frozen === 'no') memory.learn(time, seen);
    else if (frozen === 'own') memory.learnFound();
    else memory.leaveOut();
    // a rank among normal distances alone would be too high: own findings are added, findings of other detectors are not
    if (frozen !== 'yes') memory.rank();
  }

  freeze(channel: number, frozen: Frozen): void {
    this.#frozen[channel] = frozen;
  }

  #memoryOf(channel: number): TagMemory {
    const known = this.#memories.get(channel);
    if (known !== undefined) return known;
    const memory = new TagMemory(this.#config.memory);
    this.#memories.set(channel, memory);
    return memory;
  }

  explain(channel: number): Explanation {
    return explainNovelty(this.#tags[channel] as Tag, this.#lastValue[channel] as number, this.#memoryOf(channel));
  }

  snapshot(): DetectorSnapshot {
    const learned = Object.fromEntries(this.#tags.map(({ name }, channel) => [name, this.#learned[channel] as number]));
    const memories = [...this.#memories].map(([channel, memory]) => ({ channel, memory: memory.save() }));
    const running = {
      intake: this.#intake.state.save(),
      modes: this.#modes.state.save(),
      held: this.#modes.held.save(),
      memories,
    };
    return { baseline: { detector: type, version, tags: learned }, running };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    const { detector, version: made, tags } = isRecord(baseline) ? baseline : {};
    if (detector !== type || made !== version || !isRecord(tags))
      throw mismatch(`it was not made by detector ${type}, version ${version}`);
    const odd = this.#tags.find(({ name }) => typeof tags[name] !== 'number')?.name;
    if (odd !== undefined || Object.keys(tags).length !== this.#tags.length) throw mismatch(`tag ${odd ?? ''} is not in both`);
    this.#tags.forEach(({ name }, channel) => (this.#learned[channel] = tags[name] as number));
    const { intake, modes, held, memories } = isRecord(running) ? running : {};
    this.#intake.state.load(intake);
    this.#modes.state.load(modes);
    this.#modes.held.load(held);
    this.#memories = new Map();
    for (const entry of Array.isArray(memories) ? (memories as unknown[]) : []) {
      const { channel, memory } = isRecord(entry) ? entry : {};
      if (typeof channel !== 'number' || this.#tags[channel] === undefined) throw mismatch('a memory is of no tag');
      this.#memoryOf(channel).load(memory);
    }
  }
}
