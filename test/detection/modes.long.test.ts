// Long: three days of the waterworks are learned before a day with each fault is scored.
import { beforeAll, describe, expect, it } from 'vitest';
import { headlessObservations } from '../../simulators/lab/headless.ts';
import { learnedLines } from '../../src/learning/baselines/lines.ts';
import { detectorFactories, type DetectionPlan } from '../../src/detection/plan/plan.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Finding } from '../../src/core/finding.ts';
import { observeBatch } from '../../src/core/observation.ts';
import { type TagModes, TagTable } from '../../src/core/tag.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { learnWaterworks, newWaterworks, waterworksPlan } from '../bench/waterworks/plant.ts';
import { startTime } from '../support/plants.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';

const hourMs = 3_600_000;
const hours = 24;

/** Modes that the example configuration does not contain. */
const pumpModes: TagModes = { tag: 'PS.P2.RUN', of: { 0: 'stopped', 1: 'running' }, settleMs: 120_000 };

/** A filter and a high-lift pump alone, and the detectors that judge one tag by itself. */
function planOf(): DetectionPlan {
  const whole = waterworksPlan(10_000);
  const types = ['range', 'frozen', 'discrete'];
  return {
    ...whole,
    tags: whole.tags
      .filter(({ equipment }) => /^(FL1|PS\.P2)$/.test(equipment))
      .map((tag) => (tag.equipment === 'PS.P2' && tag.name !== pumpModes.tag ? { ...tag, modes: pumpModes } : tag)),
    groups: [],
    detectors: whole.detectors.filter(({ type }) => types.includes(type)),
  };
}

const plan = planOf();
const tags = new TagTable(plan.tags);
let calibration: Calibration;
let day: readonly Batch[];

beforeAll(async () => {
  calibration = (await learnWaterworks(plan, 0x5eed, 3)).calibration;
  const plant = await newWaterworks({ seed: 101, startTime, life: 'ordinary' });
  day = [...headlessObservations({ plant, tags, from: startTime, to: startTime + hours * hourMs })];
}, 300_000);

/** A tag with a false `value` for a quarter of an hour, from four minutes after the mode tag changed to one of `values`. */
interface Falsified {
  readonly tag: string;
  readonly told: string;
  readonly values: readonly number[];
  readonly value: number;
}

/** Findings that begin on the day, with one falsified tag or none. */
function findingsWith({ tag, told, values, value }: Partial<Falsified> = {}): Finding[] {
  const engine = createEngine({ ...applyCalibration(calibration, detectorFactories(plan)), tags, groups: [] });
  const [falsified, teller] = [tags.indexOf(tag ?? ''), tags.indexOf(told ?? '')];
  const found: Finding[] = [];
  let wasInMode = true;
  let from = Number.POSITIVE_INFINITY;
  for (const batch of day) {
    const builder = new BatchBuilder(batch.device, Math.max(1, batch.length));
    for (let row = 0; row < batch.length; row++) {
      const [index, time] = [batch.tag[row] as number, batch.sourceTime[row] as number];
      if (index === teller) {
        // the first hour is the warm-up
        const isInMode = values?.includes(batch.value[row] as number) === true;
        if (isInMode && !wasInMode && time > startTime + hourMs && from > time) from = time + hourMs / 15;
        wasInMode = isInMode;
      }
      const isFalse = index === falsified && time >= from && time < from + hourMs / 4;
      const shown = isFalse && value !== undefined ? value : (batch.value[row] as number);
      builder.add(index, shown, batch.quality[row] as number, time, batch.receiveTime[row] as number);
    }
    for (const { change, finding } of engine.observe(observeBatch(builder.publish())))
      if (change === 'begin') found.push(finding);
  }
  return found;
}

describe('modes of the waterworks', () => {
  it('raise nothing when the filter is washed', () => {
    const washes = day.flatMap(({ tag, value }) =>
      [...tag].filter((index, row) => /^FL\d\.ST$/.test(tags.at(index).name) && (value[row] as number) === 2),
    );
    expect(washes.length).toBeGreaterThan(0);
    const found = findingsWith().filter(({ equipment }) => equipment === 'FL1');
    expect(found.map(({ detector, channel }) => `${detector} ${channel}`)).toEqual([]);
  });

  it('are silent where no copy that had not learned them could judge them, and say so', () => {
    const lines = learnedLines({ fingerprint: '', calibration, bands: {} }, plan);
    const lineOf = (name: string) => lines.find(({ detector, channel }) => `${detector} ${channel}` === name);
    const rinsing = lineOf('noise FL1.FT/rinsing');
    expect(rinsing?.figures).toMatchObject({ stays: '4', judged: 'no, too few stays' });
    expect(rinsing?.threshold).toBeUndefined();
    const washing = lineOf('range FL1.FT/washing');
    expect(washing?.figures['judged']).toBeUndefined();
    expect(washing?.threshold).toBeGreaterThan(1);
  });

  it.each([
    ['a stopped pump draws what it draws when it runs', 'PS.P2.AMP', 'PS.P2.RUN', [0], 70.1, 'stopped'],
    ['a filter that is washed has the flow of one that filters', 'FL1.FT', 'FL1.ST', [1, 2, 3, 4], 30, 'washing'],
    ['a filter that filters has the level of one that is washed', 'FL1.LV', 'FL1.ST', [0], 1.05, 'filtering'],
  ])('find that %s', (_, tag, told, values, value, name) => {
    const found = findingsWith({ tag, told, values, value }).filter(({ channel }) => channel === `${tag}/${name}`);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.explanation.sentence).toContain(`(${name})`);
  });
});
