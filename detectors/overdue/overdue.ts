import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine } from '../../src/detector-kit/facts.ts';
import type { OverdueConfig } from './config.ts';
import { explainOperation } from './explain.ts';
import { factsOf, lineOf } from './facts.ts';
import { Judge } from './judge.ts';
import { Layout } from './layout.ts';
import { Learned } from './learned.ts';
import { Learner } from './learner.ts';

const version = 1;

/** Reports recurrent operations that are overdue, while they are, and those at an unusual hour. See README.md. */
export class OverdueDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #learner: Learner;
  readonly #judge: Judge;

  constructor(config: OverdueConfig, target: DetectorTarget) {
    this.#layout = new Layout(target);
    this.channels = this.#layout.channels;
    this.#learned = new Learned(this.#layout, config, target.timeZone);
    this.#learner = new Learner(this.#layout, this.#learned);
    this.#judge = new Judge(this.#layout, this.#learned, config.unusualHourMs, target.timeZone);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'batch') this.#learner.observe(observation.batch);
    else if (observation.kind === 'event') this.#calibrate(observation.event);
  }

  #calibrate(event: Event): void {
    if (event.type !== 'calibration') return;
    if (event.phase === 'begin') {
      this.#learned.clear();
      this.#learned.refresh();
      this.#learner.begin();
    }
    if (event.phase === 'end') this.#learner.end(event.spanMs);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'event') this.#take(observation.event);
    if (observation.kind !== 'batch') return;
    this.#judge.observe(observation.batch);
    const { touched, now } = this.#judge.tracker;
    for (let channel = 0; channel < this.channels.length; channel++) {
      if (!(this.#layout.itemsOfChannel[channel] ?? []).some((item) => touched[item] === 1)) continue;
      const worst = this.#judge.worst(channel);
      if (worst !== undefined) report(channel, now, worst.surprise);
    }
  }

  #take(event: Event): void {
    if (event.type === 'punctuality') this.#judge.allowMs = event.allowMs >= 0 ? event.allowMs : 0;
    else if (event.type === 'maintenance') this.#judge.hold(event.tags);
  }

  judges(channel: number): boolean {
    return (this.#layout.itemsOfChannel[channel] ?? []).some((item) => this.#learned.judges(item));
  }

  unmoved(channel: number): boolean {
    return (this.#layout.itemsOfChannel[channel] ?? []).every((item) => this.#learned.isUnmoved(item));
  }

  explain(channel: number): Explanation {
    return explainOperation(channel, this.#layout, this.#learned, this.#judge);
  }

  facts(): readonly Fact[] {
    return factsOf(this.#layout, this.#learned);
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const line = lineOf(this.#layout, this.#learned, key, name);
    if (line === undefined) throw new ScadaError('config', 'INPUT_INVALID', `overdue has no such baseline entry of ${key}`);
    amendLine(line, 0, figures);
    this.#learned.refresh();
  }

  snapshot(): DetectorSnapshot {
    return {
      baseline: {
        detector: 'overdue',
        version,
        chosen: this.#learned.isChosen,
        share: this.#learned.share,
        pausing: [...this.#learned.pausing].map((item) => this.#layout.items[item]?.name ?? ''),
        operations: this.#learned.state.toRecord(this.#layout.itemNames()),
        learning: this.#learner.toJson(),
      },
      running: this.runningState(),
    };
  }

  runningState(): unknown {
    return this.#judge.save();
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'overdue' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector overdue, version ${version}`);
    this.#learned.state.fromRecord(this.#layout.itemNames(), baseline['operations']);
    const share = typeof baseline['share'] === 'number' ? baseline['share'] : 1;
    this.#learned.restored(baseline['chosen'] === true, share, this.#itemsOf(baseline['pausing']));
    this.#learner.fromJson(baseline['learning']);
    this.#judge.load(running);
  }

  /** Items by their names; baselines of earlier versions name none. */
  #itemsOf(names: unknown): number[] {
    const wanted = new Set<unknown>(Array.isArray(names) ? names : []);
    return this.#layout.itemNames().flatMap((name, item) => (wanted.has(name) ? [item] : []));
  }
}
