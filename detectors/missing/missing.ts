import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Json, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, column, factOf, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded, raise } from '../../src/detector-kit/grade.ts';
import { Arrivals } from './arrivals.ts';
import { explainMissing } from './explain.ts';

export interface MissingConfig {
  readonly minSamples: number;
}

/** Number of scans by which a tag may be late before it can be missing. */
const leastScans = 3;
const version = 1;

/**
 * Detects tags without values while their device sends those of others. One channel for each device, so that an unreadable block
 * is one finding. Surprise is the longest time for which a tag has had no value, in units of the longest time in normal
 * operation. Tags without values in normal operation are ignored.
 */
export class MissingDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: MissingConfig;
  readonly #tags: TagTable;
  readonly #devices: readonly string[];
  readonly #members: readonly (readonly number[])[];
  readonly #scanMs: Float64Array;
  readonly #baseline: Columns;
  readonly #longest: Float64Array;
  readonly #samples: Float64Array;
  readonly #running: Arrivals;
  readonly #learning: Arrivals;
  /** Stream time of the last judgement, ms UTC. */
  #time = Number.NaN;
  /** Addition to the time limit of each tag because the monitor itself may be late, ms. */
  #allowMs = 0;
  /** Factor by which the poll periods of each device are extended, by device. */
  readonly #pace: Pace[];

  constructor(config: MissingConfig, target: DetectorTarget) {
    this.#config = config;
    this.#tags = target.tags;
    const watched = new Set(target.watched);
    const all = target.devices.map((device) => target.tags.ofDevice(device).filter((tag) => watched.has(tag)));
    this.#devices = target.devices.filter((_, device) => (all[device] ?? []).length > 1);
    this.#members = all.filter((tags) => tags.length > 1);
    this.channels = this.#devices.map((device, i) => ({
      key: device,
      tags: this.#members[i] ?? [],
      area: '',
      equipment: '',
      device,
    }));
    this.#scanMs = Float64Array.from(target.tags.tags, ({ scanMs }) => scanMs);
    this.#baseline = new Columns(target.tags.size);
    this.#longest = this.#baseline.add('longestMs');
    this.#samples = this.#baseline.add('samples');
    this.#pace = this.#devices.map(() => ({ ...usualPace }));
    this.#running = new Arrivals(this.#members, this.#scanMs);
    this.#learning = new Arrivals(this.#members, this.#scanMs);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'batch')
      this.#learning.take(observation.batch, (tag, ms) => {
        raise(this.#longest, tag, ms);
        (this.#samples[tag] as number)++;
      });
    else if (observation.kind === 'event' && observation.event.type === 'calibration') {
      if (observation.event.phase === 'begin') this.#baseline.clear();
      this.#learning.clear();
    }
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'batch') this.#running.take(observation.batch, () => {});
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'punctuality') this.#allowMs = event.allowMs >= 0 ? event.allowMs : 0;
    else if (event.type === 'device-health') this.#takePace(this.#devices.indexOf(event.device), event.time, event.stretch ?? 1);
    else if (event.type === 'tick') this.#judge(event.time, report);
  }

  /** Polls that were planned at a slower pace are still waited for after the pace becomes faster. */
  #takePace(device: number, time: number, stretch: number): void {
    const pace = this.#pace[device];
    if (pace === undefined || !(stretch >= 1)) return;
    if (stretch < pace.stretch && !(time < pace.until)) {
      pace.before = pace.stretch;
      const slowest = Math.max(...(this.#members[device] ?? []).map((tag) => this.#scanMs[tag] as number));
      pace.until = time + leastScans * pace.stretch * slowest;
    }
    pace.stretch = stretch;
  }

  #stretch(device: number): number {
    const { stretch, before, until } = this.#pace[device] ?? usualPace;
    return this.#time < until ? Math.max(stretch, before) : stretch;
  }

  #judge(time: number, report: Report): void {
    this.#time = time;
    this.#members.forEach((tags, device) => {
      if (!tags.some((tag) => this.#knows(tag))) return;
      // `device-health` judges a device that sends nothing at all
      const most = this.#running.isThere(device, time) ? Math.max(...tags.map((tag) => this.#ratio(device, tag))) : 0;
      report(device, time, graded(Math.max(0, most)));
    });
  }

  #knows(tag: number): boolean {
    return (this.#samples[tag] as number) >= this.#config.minSamples;
  }

  /** Time without a value in units of the normal one; 0 if the tag is unknown or not late yet. */
  #ratio(device: number, tag: number): number {
    const ms = (this.#time - (this.#running.seen[tag] as number) - this.#allowMs) / this.#stretch(device);
    return this.#knows(tag) && ms > this.#leastMs(tag) ? ms / this.#usual(tag) : 0;
  }

  /** Minimum time without a value for a finding: thresholds may be below the longest time of normal operation. */
  #leastMs(tag: number): number {
    return leastScans * (this.#scanMs[tag] as number);
  }

  /**
   * Normal time without a value, ms. Doubled for the first value after the device is back, because values then arrive one after
   * the other.
   */
  #usual(tag: number): number {
    const patience = 1 + (this.#running.awaited[tag] as number);
    return patience * Math.max(this.#longest[tag] as number, this.#leastMs(tag));
  }

  explain(channel: number): Explanation {
    const missing = (this.#members[channel] ?? [])
      .map((index) => ({
        tag: this.#tags.at(index),
        ratio: this.#ratio(channel, index),
        usualMs: this.#usual(index) * this.#stretch(channel),
        allowedMs: this.#allowMs,
        quality: this.#running.quality[index] as number,
      }))
      .filter(({ ratio }) => ratio > 0)
      .toSorted((a, b) => b.ratio - a.ratio);
    // thresholds can be below the longest time of normal operation: then the worst tag counts
    const beyond = missing.filter(({ ratio }) => ratio > 1);
    return explainMissing(
      this.#devices[channel] ?? '',
      (this.#members[channel] ?? []).length,
      beyond.length > 0 ? beyond : missing.slice(0, 1),
    );
  }

  facts(): readonly Fact[] {
    return this.#devices.flatMap((device, i) =>
      (this.#members[i] ?? [])
        .filter((tag) => this.#knows(tag))
        .map((tag) => factOf(device, tag, this.#line(tag), this.#samples[tag] as number)),
    );
  }

  amend(device: string, name: string, figures: Readonly<Record<string, number>>): void {
    const tag = (this.#members[this.#devices.indexOf(device)] ?? []).find((index) => this.#tags.at(index).name === name);
    if (tag === undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `missing has no baseline entry of ${name || 'no tag'} on ${device}`);
    amendLine(this.#line(tag), tag, figures);
  }

  /** Baseline entry: longest time without a value of a tag of the device. */
  #line(tag: number): BaselineLine {
    return { name: this.#tags.at(tag).name, unit: 's', figures: { longest: column(this.#longest, { least: 0, per: 1_000 }) } };
  }

  snapshot(): DetectorSnapshot {
    const tags: Record<string, Json> = {};
    const learning: Record<string, Json> = {};
    this.#watched().forEach(([{ name }, index]) => {
      tags[name] = this.#baseline.toJson(index) ?? {};
      const open = this.#learning.tags.toJson(index);
      if (open !== undefined) learning[name] = open;
    });
    const devices = Object.fromEntries(this.#devices.map((name, i) => [name, this.#learning.devices.toJson(i) ?? {}]));
    return {
      baseline: { detector: 'missing', version, tags, learning: { tags: learning, devices } },
      running: {
        time: this.#time,
        allowMs: this.#allowMs,
        tags: this.#running.tags.save(),
        devices: this.#running.devices.save(),
        pace: this.#pace.map((pace) => ({ ...pace })),
      },
    };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'missing' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector missing, version ${version}`);
    const tags = isRecord(baseline['tags']) ? baseline['tags'] : {};
    const names = new Set(this.#watched().map(([{ name }]) => name));
    const odd = Object.keys(tags).find((name) => !names.has(name)) ?? [...names].find((name) => !(name in tags));
    if (odd !== undefined) throw mismatch(`tag ${odd} is not in both`);
    const learning = isRecord(baseline['learning']) ? baseline['learning'] : {};
    const open = isRecord(learning['tags']) ? learning['tags'] : {};
    const devices = isRecord(learning['devices']) ? learning['devices'] : {};
    this.#watched().forEach(([{ name }, index]) => {
      this.#baseline.fromJson(index, filled(tags[name]));
      this.#learning.tags.fromJson(index, filled(open[name]));
    });
    this.#devices.forEach((name, i) => this.#learning.devices.fromJson(i, filled(devices[name])));
    const state = isRecord(running) ? running : {};
    this.#time = typeof state['time'] === 'number' ? state['time'] : Number.NaN;
    this.#allowMs = typeof state['allowMs'] === 'number' ? state['allowMs'] : 0;
    this.#running.tags.load(state['tags']);
    this.#running.devices.load(state['devices']);
    const paces: readonly unknown[] = Array.isArray(state['pace']) ? state['pace'] : [];
    this.#pace.forEach((pace, device) => Object.assign(pace, usualPace, isPace(paces[device]) ? paces[device] : {}));
  }

  #watched(): (readonly [Tag, number])[] {
    return this.#members.flat().map((index) => [this.#tags.at(index), index] as const);
  }
}

interface Pace {
  stretch: number;
  /** The slower pace before a change, which is used until this stream time, ms UTC. */
  before: number;
  until: number;
}

const usualPace: Readonly<Pace> = { stretch: 1, before: 1, until: 0 };

/** Snapshots of earlier versions have none. */
const isPace = (pace: unknown): pace is Pace =>
  isRecord(pace) && (['stretch', 'before', 'until'] as const).every((key) => Number.isFinite(pace[key]));

/** An entry, or undefined if it is in its initial state. */
const filled = (entry: unknown): unknown => (isRecord(entry) && Object.keys(entry).length === 0 ? undefined : entry);
