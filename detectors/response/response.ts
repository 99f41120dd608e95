import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine } from '../../src/detector-kit/facts.ts';
import type { ResponseConfig } from './config.ts';
import { LearnedErrors } from './errors.ts';
import { explainSubject } from './explain.ts';
import { factsOf, lineOf } from './facts.ts';
import { Judge } from './judge.ts';
import { Layout } from './layout.ts';
import { Learned } from './learned.ts';
import { Learner } from './learner.ts';

const version = 1;

/**
 * Compares what measurements do after steps of commands, statuses and set-points with what they did in normal operation, and control
 * errors with their usual duration. One channel for each equipment. See README.md.
 */
export class ResponseDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #errors: LearnedErrors;
  readonly #learner: Learner;
  readonly #judge: Judge;

  constructor(config: ResponseConfig, target: DetectorTarget) {
    this.#layout = new Layout(target, config, config.resolution);
    this.channels = this.#layout.channels;
    this.#learned = new Learned(this.#layout, config);
    this.#errors = new LearnedErrors(this.#layout, config.minErrors);
    this.#learner = new Learner(this.#layout, this.#learned, this.#errors, config.afterStepMs);
    this.#judge = new Judge(this.#layout, this.#learned, this.#errors, config.afterStepMs);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'batch') this.#learner.observe(observation.batch);
    else if (observation.kind === 'event') this.#calibrate(observation.event);
  }

  #calibrate(event: Event): void {
    if (event.type !== 'calibration') return;
    if (event.phase === 'begin') {
      this.#learned.clear();
      this.#errors.state.clear();
      this.#learner.rest();
    }
    if (event.phase === 'end') this.#learner.end();
    this.#judge.refresh();
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'batch') return;
    const judge = this.#judge;
    judge.observe(observation.batch);
    const { touched, now } = judge.tracker;
    for (let channel = 0; channel < touched.length; channel++)
      if (touched[channel] === 1 && judge.judges(channel)) report(channel, now, judge.surprise(channel));
  }

  judges(channel: number): boolean {
    return this.#judge.judges(channel);
  }

  unmoved(channel: number): boolean {
    return this.#learned.isChosen && this.#layout.drivers.every((_, driver) => !this.#isMovedOf(channel, driver));
  }

  #isMovedOf(channel: number, driver: number): boolean {
    return this.#layout.equipmentOf[driver] === channel && this.#learned.isMoved(driver);
  }

  explain(channel: number): Explanation {
    return explainSubject(channel, this.#layout, this.#learned, this.#errors, this.#judge);
  }

  facts(): readonly Fact[] {
    return this.#learned.isChosen ? factsOf(this.#layout, this.#learned, this.#errors) : [];
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const line = lineOf(this.#layout, this.#learned, this.#errors, key, name);
    if (line === undefined) throw new ScadaError('config', 'INPUT_INVALID', `response has no such baseline entry of ${key}`);
    amendLine(line, 0, figures);
  }

  snapshot(): DetectorSnapshot {
    const { families, relations, groups, loops } = this.#layout;
    return {
      baseline: {
        detector: 'response',
        version,
        chosen: this.#learned.isChosen,
        steps: this.#learned.kinds.toRecord(families),
        answers: this.#learned.relations.toRecord(relations),
        moves: this.#learned.moves.toRecord(groups),
        errors: this.#errors.state.toRecord(loops.map(({ key }) => key)),
        learning: this.#learner.toJson(),
      },
      running: this.runningState(),
    };
  }

  runningState(): unknown {
    return this.#judge.save();
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'response' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector response, version ${version}`);
    const { families, relations, groups, loops } = this.#layout;
    this.#learned.kinds.fromRecord(families, baseline['steps']);
    this.#learned.relations.fromRecord(relations, baseline['answers']);
    this.#learned.moves.fromRecord(groups, baseline['moves']);
    this.#errors.state.fromRecord(
      loops.map(({ key }) => key),
      baseline['errors'],
    );
    this.#learned.isChosen = baseline['chosen'] === true;
    this.#learner.fromJson(baseline['learning']);
    this.#judge.refresh();
    this.#judge.load(running);
  }
}
