import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Report } from '../../src/core/detector.ts';
import type { Batch } from '../../src/core/batch.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Observation } from '../../src/core/observation.ts';
import { Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, factOf, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { graded } from '../../src/detector-kit/grade.ts';
import { States } from '../../src/detector-kit/states.ts';
import { explainPair } from './explain.ts';
import type { SequenceConfig } from './config.ts';
import { judgePair, type Verdict } from './judge.ts';
import { Layout } from './layout.ts';
import { firstOf, secondOf, ItemStates } from './item-states.ts';

const version = 1;

/**
 * Compares discrete tags of one equipment in pairs. Detects new combinations and orders, and combinations that last longer than
 * in normal operation, although each of the two states is normal. One channel for each equipment.
 */
export class SequenceDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: SequenceConfig;
  readonly #layout: Layout;
  readonly #baseline: Columns;
  readonly #samples: Float64Array;
  readonly #states: States;
  readonly #learning: ItemStates;
  readonly #running: ItemStates;
  /** Last verdict, by pair. */
  readonly #verdicts: Columns;
  readonly #surprise: Float64Array;
  /** 1 while a judged observation concerns the equipment, by equipment. */
  readonly #concerned: Uint8Array;

  constructor(config: SequenceConfig, target: DetectorTarget) {
    this.#config = config;
    const layout = new Layout(target);
    this.#layout = layout;
    this.channels = layout.places.map(({ equipment, area, tags }) => ({ key: equipment, tags, area, equipment }));
    this.#baseline = new Columns(layout.items.length);
    this.#samples = this.#baseline.add('samples');
    this.#states = new States(this.#baseline);
    this.#learning = new ItemStates(layout);
    this.#running = new ItemStates(layout);
    this.#verdicts = new Columns(layout.items.length);
    this.#surprise = this.#verdicts.add('surprise');
    this.#concerned = new Uint8Array(layout.places.length);
  }

  learn(observation: Observation): void {
    if (observation.kind === 'batch') this.#learnBatch(observation.batch);
    else if (observation.kind === 'event' && observation.event.type === 'calibration') {
      if (observation.event.phase === 'begin') this.#baseline.clear();
      this.#learning.clear();
    }
  }

  #learnBatch(batch: Batch): void {
    const { code, before, beforeMs, changed, touched } = this.#learning;
    this.#learning.observe(batch);
    for (let i = 0; i < this.#learning.touchedCount; i++) {
      const item = touched[i] as number;
      if (Number.isNaN(code[item])) continue;
      (this.#samples[item] as number)++;
      const state = this.#states.note(item, code[item] as number);
      if (state < 0) continue;
      this.#states.learnStay(state, this.#learning.stayedMs(item));
      const from = changed[item] === 1 ? this.#states.find(item, before[item] as number) : -1;
      if (from >= 0) this.#states.learnChange(item, from, state, beforeMs[item] as number);
    }
  }

  score(observation: Observation, report: Report): void {
    const running = this.#running;
    if (observation.kind === 'event' && observation.event.type === 'punctuality') running.speed = observation.event.speed;
    if (observation.kind !== 'batch') return;
    running.observe(observation.batch);
    for (let i = 0; i < running.touchedCount; i++) {
      const item = running.touched[i] as number;
      const place = this.#layout.placeOf[item] as number;
      if (place < 0 || !this.#knows(item)) continue;
      this.#surprise[item] = this.#judge(item).surprise;
      this.#concerned[place] = 1;
    }
    if (running.touchedCount === 0) return;
    for (let place = 0; place < this.#concerned.length; place++) {
      if (this.#concerned[place] === 0) continue;
      this.#concerned[place] = 0;
      report(place, running.now, graded(this.#surprise[this.#worst(place)] as number));
    }
  }

  /** The pair of an equipment with the largest surprise. */
  #worst(place: number): number {
    const { pairs = [] } = this.#layout.places[place] ?? {};
    let worst = pairs[0] ?? 0;
    for (const pair of pairs) if ((this.#surprise[pair] as number) > (this.#surprise[worst] as number)) worst = pair;
    return worst;
  }

  #judge(item: number): Verdict {
    return judgePair(this.#layout, this.#states, this.#running, item, this.#config.trustedStays);
  }

  #knows(item: number): boolean {
    return (this.#samples[item] as number) >= this.#config.minSamples && !this.#states.full(item);
  }

  explain(channel: number): Explanation {
    const worst = this.#worst(channel);
    return explainPair(this.#layout, this.#states, this.#running, worst, this.#judge(worst));
  }

  facts(): readonly Fact[] {
    return this.#layout.places.flatMap(({ equipment, pairs }) =>
      pairs.flatMap((pair) => this.#lines(pair).map((line) => factOf(equipment, pair, line, this.#samples[pair] as number))),
    );
  }

  amend(equipment: string, name: string, figures: Readonly<Record<string, number>>): void {
    const { pairs = [] } = this.#layout.places.find((place) => place.equipment === equipment) ?? {};
    for (const pair of pairs) {
      const line = this.#lines(pair).find((one) => one.name === name);
      if (line === undefined) continue;
      amendLine(line, pair, figures);
      return;
    }
    throw new ScadaError('config', 'INPUT_INVALID', `sequence has no such baseline entry of ${equipment}`);
  }

  #lines(pair: number): BaselineLine[] {
    if (!this.#knows(pair)) return [];
    const [a, b] = this.#layout.pairOf(pair);
    const named = (value: number, { name, states }: typeof a): string => `${name} ${states?.[value] ?? value}`;
    return this.#states.lines(pair, (code) => `${named(firstOf(code), a)}, ${named(secondOf(code), b)}`);
  }

  snapshot(): DetectorSnapshot {
    const [slots, keys] = [this.#slotNames(), this.#itemKeys()];
    const { values, intake, items: standing } = this.#learning;
    const learning = {
      values: values.toRecord(slots),
      intake: intake.state.toRecord(slots),
      standing: standing.toRecord(keys),
    };
    const running = this.#running;
    return {
      baseline: { detector: 'sequence', version, items: this.#baseline.toRecord(keys), learning },
      running: {
        now: running.now,
        values: running.values.save(),
        intake: running.intake.state.save(),
        standing: running.items.save(),
        verdicts: this.#verdicts.save(),
      },
    };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'sequence' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector sequence, version ${version}`);
    const learning = isRecord(baseline['learning']) ? baseline['learning'] : {};
    const [slots, keys] = [this.#slotNames(), this.#itemKeys()];
    this.#baseline.fromRecord(keys, baseline['items']);
    this.#learning.values.fromRecord(slots, learning['values']);
    this.#learning.intake.state.fromRecord(slots, learning['intake']);
    this.#learning.items.fromRecord(keys, learning['standing']);
    const state = isRecord(running) ? running : {};
    this.#running.now = typeof state['now'] === 'number' ? state['now'] : Number.NEGATIVE_INFINITY;
    this.#running.values.load(state['values']);
    this.#running.intake.state.load(state['intake']);
    this.#running.items.load(state['standing']);
    this.#verdicts.load(state['verdicts']);
  }

  #itemKeys(): string[] {
    return this.#layout.items.map(({ key }) => key);
  }

  #slotNames(): string[] {
    return this.#layout.tags.map((tag) => this.#layout.table.at(tag).name);
  }
}
