// Long: a day of the waterworks is learned and six hours are judged seven times. detectors/response has the detector's own tests.
import { beforeAll, describe, expect, it } from 'vitest';
import { headlessObservations } from '../../simulators/lab/headless.ts';
import { type Batch, BatchBuilder } from '../../src/core/batch.ts';
import type { Finding } from '../../src/core/finding.ts';
import { observeBatch } from '../../src/core/observation.ts';
import { TagTable } from '../../src/core/tag.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';
import type { Calibration } from '../../src/detection/baseline/format.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { type DetectionPlan, detectorFactories } from '../../src/detection/plan/plan.ts';
import { calibrateNow } from '../../src/learning/calibration/index.ts';
import { newWaterworks, waterworksPlan } from '../bench/waterworks/plant.ts';
import { startTime } from '../support/plants.ts';

const hourMs = 3_600_000;
const whole = waterworksPlan(10_000);
/** The detector alone, on equipment with commands and set-points. */
const plan: DetectionPlan = {
  ...whole,
  tags: whole.tags.filter(({ equipment }) => /^(CG|FL\d|BW|CL|PS\.P\d|PRV1|B\d)$/.test(equipment)),
  groups: [],
  detectors: whole.detectors.filter(({ type }) => type === 'response'),
};
const tags = new TagTable(plan.tags);

let calibration: Calibration;
/** Six hours of normal operation of another plant. */
let hours: readonly Batch[];

async function record(seed: number, from: number, count: number, life: 'calibration' | 'ordinary'): Promise<Batch[]> {
  const plant = await newWaterworks({ seed, startTime: from, life });
  return [...headlessObservations({ plant, tags, from, to: from + count * hourMs })];
}

beforeAll(async () => {
  const day = (await record(1, startTime - 24 * hourMs, 24, 'calibration')).map(observeBatch);
  const common = { detectors: detectorFactories(plan), tags, groups: [], folds: 3, description: 'a day' };
  calibration = calibrateNow({ ...common, source: () => day, budgetPerDay: plan.budgetPerDay }, () => day).calibration;
  hours = await record(101, startTime, 6, 'ordinary');
}, 600_000);

type Change = (name: string, value: number, time: number) => number;

/** What begins in the six hours, with some values changed. */
function findings(change: Change = (_, value) => value): Finding[] {
  const engine = createEngine({ ...applyCalibration(calibration, detectorFactories(plan)), tags, groups: [] });
  const last = new Map<string, Finding>();
  for (const batch of hours) {
    const builder = new BatchBuilder(batch.device, Math.max(1, batch.length));
    for (let row = 0; row < batch.length; row++) {
      const [tag, time] = [batch.tag[row] as number, batch.sourceTime[row] as number];
      const value = change(tags.at(tag).name, batch.value[row] as number, time);
      builder.add(tag, value, batch.quality[row] as number, time, batch.receiveTime[row] as number);
    }
    for (const { finding } of engine.observe(observeBatch(builder.publish()))) last.set(finding.id, finding);
  }
  return [...last.values()];
}

const told = (found: readonly Finding[]): string[] =>
  found.map(({ equipment, explanation }) => `${equipment}: ${explanation.sentence}`);

/** Time at which a tag first changes to a value, after an hour for warming up. */
function firstChange(name: string, to: number): number {
  const index = tags.indexOf(name);
  let last = Number.NaN;
  for (const { tag, value, sourceTime } of hours)
    for (let row = 0; row < tag.length; row++) {
      if (tag[row] !== index) continue;
      const time = sourceTime[row] as number;
      if (last !== to && value[row] === to && !Number.isNaN(last) && time > startTime + hourMs) return time;
      last = value[row] as number;
    }
  throw new Error(`${name} does not change to ${to}`);
}

describe('the waterworks after one learned day', () => {
  it('raise no finding in six hours of normal operation', () => {
    expect(told(findings())).toEqual([]);
  });

  it('have thresholds for every equipment with a learned response', () => {
    const { thresholds = {} } = calibration.detectors['response'] ?? {};
    expect(Object.keys(thresholds)).toEqual(
      expect.arrayContaining(['FL1', 'BW', 'CL', 'CG', 'PS.P1', 'PS.P4', 'PRV1', 'B1', 'B2']),
    );
  });

  it('find a pump that runs without its effect, from its start and from any moment on', () => {
    const start = firstChange('PS.P2.RUN', 1);
    const idle: Change = (name, value, time) => (/^PS\.P2\.(AMP|KW)$/.test(name) && time >= start ? 0.3 : value);
    expect(told(findings(idle))).toEqual([
      expect.stringMatching(
        /^PS\.P2: High-lift pump 2 .*, but high-lift pump 2 (current|power) does not rise: 0\.3 (A|kW) after/,
      ),
    ]);
    const broken: Change = (name, value, time) =>
      name === 'B1.AMP' && time >= startTime + hourMs / 2 ? Math.min(value, 0.2) : value;
    const [first] = told(findings(broken));
    expect(first).toMatch(/^B1: Booster 1 current fell from 3\d\.\d A to 0\.\d A without a command \(Booster 1 running: running/);
  });

  it('find a command without effect, of a pump that did not start in the learned day', () => {
    const start = firstChange('PS.P2.CMD', 1);
    const dead: Change = (name, value, time) => (/^PS\.P2\.(RUN|SPD|AMP|KW)$/.test(name) && time >= start ? 0 : value);
    expect(told(findings(dead))).toEqual([
      expect.stringMatching(/^PS\.P2: High-lift pump 2 command is run, but high-lift pump 2 \w+ does not rise: 0\.0 /),
    ]);
  });

  it('find a standby that does not start when it is called', () => {
    const called = startTime + 2 * hourMs;
    const standby: Change = (name, value, time) =>
      name === 'B2.CMD' ? (time >= called ? 1 : 0) : name.startsWith('B2.') ? 0 : value;
    expect(told(findings(standby))).toEqual([
      expect.stringMatching(/^B2: Booster 2 command is run, but booster 2 current does not rise: 0\.0 A after/),
    ]);
  });

  it('find a control error that lasts an hour, and its end', () => {
    const from = startTime + 2 * hourMs;
    const off: Change = (name, value, time) =>
      name === 'CG.ALDOSE' && time >= from && time < from + hourMs ? 0.9 * value : value;
    const found = findings(off);
    expect(told(found)).toEqual([
      expect.stringMatching(
        /^CG: Alum dose is \d+\.\d\d mg\/L and has been more than 0\.40 mg\/L below its set-point of .* for .*\. Normal: never\.$/,
      ),
    ]);
    const [first] = found;
    const [beganAt, endedAt] = [first?.beganAt ?? Number.NaN, first?.endedAt ?? Number.NaN];
    expect(beganAt - from).toBeLessThan(hourMs / 2);
    expect(endedAt - from - hourMs).toBeLessThan(120_000);
  });
});
