import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Batch } from '../../src/core/batch.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import { isGood } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord, mismatch } from '../../src/streaming/columns.ts';
import { Intake } from '../../src/streaming/intake.ts';
import { explainNovelty } from './explain.ts';
import { TagMemory } from './memory.ts';

export interface NoveltyConfig {
  readonly memory: number;
  readonly mostTags: number;
  readonly minSamples: number;
  readonly settleS: number;
}

const type = 'novelty';
const version = 1;

/**
 * Judges tags that no calibration has learned, from their first samples on: how far the present is from everything before.
 * What a calibration has learned is left to the other detectors. The memory of a tag is running state; the baseline only says
 * how many samples of which tag a calibration has seen.
 */
export class NoveltyDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: NoveltyConfig;
  readonly #tags: readonly Tag[];
  readonly #channelOf: Int32Array;
  readonly #learned: Float64Array;
  readonly #intake: Intake;
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
    this.#intake = new Intake(this.#tags.map(({ scanMs }) => scanMs));
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
      if (channel >= 0 && isGood(quality[row] as number) && Number.isFinite(value[row]))
        this.#learned[channel] = (this.#learned[channel] as number) + 1;
    }
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const { batch } = observation;
    const intake = this.#intake;
    for (let row = 0; row < batch.length; row++) {
      const channel = this.#channelOf[batch.tag[row] as number] ?? -1;
      if (channel < 0 || (this.#learned[channel] as number) >= this.#config.minSamples) continue;
      if (!intake.admit(channel, batch, row)) continue;
      const surprise = this.#take(channel, intake.time, intake.value);
      const watchedS = (intake.time - (this.#firstTime[channel] as number)) / 1_000;
      if (surprise >= 0 && watchedS >= this.#config.settleS) report(channel, intake.time, surprise);
    }
  }

  #take(channel: number, time: number, value: number): number {
    const before = this.#lastTime[channel] as number;
    const last = this.#lastValue[channel] as number;
    if (Number.isNaN(before)) this.#firstTime[channel] = time;
    this.#lastTime[channel] = time;
    this.#lastValue[channel] = value;
    const { kind, scanMs } = this.#tags[channel] as Tag;
    if (kind !== 'counter') return this.#memoryOf(channel).take(time, value, (time - before) / scanMs);
    // a counter is always where it never was: its steps are what can be usual
    return Number.isNaN(last) ? Number.NaN : this.#memoryOf(channel).take(time, value - last, (time - before) / scanMs);
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
    return { baseline: { detector: type, version, tags: learned }, running: { intake: this.#intake.state.save(), memories } };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    const { detector, version: made, tags } = isRecord(baseline) ? baseline : {};
    if (detector !== type || made !== version || !isRecord(tags))
      throw mismatch(`it was not made by detector ${type}, version ${version}`);
    const odd = this.#tags.find(({ name }) => typeof tags[name] !== 'number')?.name;
    if (odd !== undefined || Object.keys(tags).length !== this.#tags.length) throw mismatch(`tag ${odd ?? ''} is not in both`);
    this.#tags.forEach(({ name }, channel) => (this.#learned[channel] = tags[name] as number));
    const { intake, memories } = isRecord(running) ? running : {};
    this.#intake.state.load(intake);
    this.#memories = new Map();
    for (const entry of Array.isArray(memories) ? (memories as unknown[]) : []) {
      const { channel, memory } = isRecord(entry) ? entry : {};
      if (typeof channel !== 'number' || this.#tags[channel] === undefined) throw mismatch('a memory is of no tag');
      this.#memoryOf(channel).load(memory);
    }
  }
}
