import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Json, Report } from '../../src/core/detector.ts';
import type { Batch } from '../../src/core/batch.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, type BaselineLine, factOf, type Figure } from '../../src/detector-kit/facts.ts';
import { explainInterlock } from './explain.ts';
import { type Edges, highSide, lowSide } from './edges.ts';
import type { InterlockConfig } from './config.ts';
import { Judge } from './judge.ts';
import { Learned } from './learned.ts';
import { stateVariables, type Variable } from './variables.ts';
import { Visits } from './visits.ts';
import { Layout } from './watch.ts';

const version = 1;

/**
 * Detects values that never occurred in the present state of the drives. For each state of each state variable the ranges of
 * measurements are learned from separate visits. Ranges that are narrower than the measurement's whole range are judged. See
 * README.md.
 */
export class InterlockDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: InterlockConfig;
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #visits: Visits;
  readonly #judge: Judge;

  constructor(config: InterlockConfig, target: DetectorTarget) {
    this.#config = config;
    this.#layout = new Layout(stateVariables(target, config.mostCompanions), target.tags);
    this.channels = this.#layout.variables.map(({ key, members, area, equipment }) => ({ key, tags: members, area, equipment }));
    this.#learned = new Learned(this.#layout, config.resolution);
    this.#visits = new Visits(this.#layout, this.#learned, config.settleMs);
    this.#judge = new Judge(this.#layout, this.#learned, this.#visits, config.settleMs);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'batch') this.#visits.observe(observation.batch);
    else if (observation.kind === 'event') this.#calibrate(observation.event);
  }

  #calibrate(event: Event): void {
    if (event.type !== 'calibration') return;
    if (event.phase === 'begin') this.#visits.begin();
    if (event.phase !== 'end') return;
    const { minVisits, narrower, mostPairs } = this.#config;
    this.#visits.end(event.spanMs, { minVisits, narrower, mostPairs });
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'batch') this.#scoreBatch(observation.batch, report);
  }

  #scoreBatch(batch: Batch, report: Report): void {
    this.#judge.observe(batch);
    const { watch } = this.#judge;
    for (let i = 0; i < watch.touchedCount; i++) {
      const variable = watch.touched[i] as number;
      if (!this.#learned.judges(variable) || !watch.known(variable)) continue;
      report(variable, watch.now, this.#judge.surprise(variable));
    }
  }

  judges(channel: number): boolean {
    return this.#learned.judges(channel);
  }

  unmoved(channel: number): boolean {
    return this.#learned.isUnmoved(channel);
  }

  explain(channel: number): Explanation {
    const { watch, worst } = this.#judge;
    const { tags, placeOf, firstPair } = this.#layout;
    const variable = this.#layout.variables[channel] as Variable;
    const state = watch.state[channel] as number;
    const pair = worst[channel] as number;
    const companion = pair - (firstPair[channel] as number);
    const edges = this.#learned.find(channel, state);
    const tag = variable.companions[companion];
    const members = variable.members.map((index) => ({
      tag: tags.at(index),
      value: watch.value[placeOf[index] as number] as number,
    }));
    if (edges === undefined || tag === undefined) return explainInterlock(variable, state, members, undefined);
    const value = watch.value[placeOf[tag] as number] as number;
    return explainInterlock(variable, state, members, { tag: tags.at(tag), value, companion, edges });
  }

  facts(): readonly Fact[] {
    return this.#layout.variables.flatMap(({ key }, variable) =>
      this.#lines(variable).map((line) => factOf(key, variable, line)),
    );
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const variable = this.#layout.variables.findIndex((one) => one.key === key);
    const line = variable < 0 ? undefined : this.#lines(variable).find((one) => one.name === name);
    if (line === undefined) throw new ScadaError('config', 'INPUT_INVALID', `interlock has no such baseline entry of ${key}`);
    amendLine(line, variable, figures);
  }

  #lines(index: number): BaselineLine[] {
    const { variables, tags } = this.#layout;
    return this.#learned
      .statesOf(index)
      .flatMap((edges) => interlockLines(variables[index] as Variable, edges, (tag) => tags.at(tag)));
  }

  snapshot(): DetectorSnapshot {
    const variables: Record<string, Json> = {};
    this.#layout.variables.forEach(({ key }, variable) => (variables[key] = this.#learned.toJson(variable)));
    return {
      baseline: { detector: 'interlock', version, variables, ...this.#visits.toJson() },
      running: this.#judge.save(),
    };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'interlock' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector interlock, version ${version}`);
    const variables = isRecord(baseline['variables']) ? baseline['variables'] : {};
    const keys = this.#layout.variables.map(({ key }) => key);
    const odd = Object.keys(variables).find((key) => !keys.includes(key));
    if (odd !== undefined) throw mismatch(`${odd} is not in both`);
    // a baseline of an earlier version has no variables for members of a set: they are unwatched until the next calibration
    keys.forEach((key, variable) => this.#learned.fromJson(variable, variables[key] ?? []));
    this.#visits.fromJson(baseline);
    this.#judge.load(running);
  }
}

/** Baseline entries of one state of the drives, one for each value that is judged in it, with its sides and edges. */
function interlockLines(variable: Variable, edges: Edges, tagAt: (index: number) => Tag): BaselineLine[] {
  return edges.judged.map((companion) => {
    const tag = tagAt(variable.companions[companion] as number);
    const sides = edges.sides[companion] as number;
    const lowIsJudged = (sides & lowSide) !== 0;
    const highIsJudged = (sides & highSide) !== 0;
    const low: Figure = {
      read: () => edges.low(companion),
      write: (_, value) => edges.moveLow(companion, value),
      most: highIsJudged ? undefined : edges.high(companion),
    };
    const high: Figure = {
      read: () => edges.high(companion),
      write: (_, value) => edges.moveHigh(companion, value),
      least: lowIsJudged ? undefined : edges.low(companion),
    };
    const name = `${variable.counted ? `${edges.state} on` : edges.state}: ${tag.name}`;
    return { name, unit: tag.unit, figures: { ...(lowIsJudged ? { low } : {}), ...(highIsJudged ? { high } : {}) } };
  });
}
