import { expect, it } from 'vitest';
import { detectors as plugins } from '../../../detectors/index.ts';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { Random } from '../../core/random.ts';
import { calibrationOf } from '../calibration/index.ts';
import { Recording } from './recording.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { learnPlan, together } from './shards.ts';

/** Two equal areas, each with a pump that defines the mode of its equipment. */
const tags = ['A', 'B'].flatMap((area) => {
  const more = { area, device: `PLC-${area}`, equipment: `${area}.P1` };
  const modes = { tag: `${area}.RUN`, settleMs: 2_000, of: { 0: 'stopped', 1: 'running' } };
  return [
    tagOf(`${area}.RUN`, { ...more, kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' } }),
    tagOf(`${area}.FT`, { ...more, modes }),
    tagOf(`${area}.LT`, more),
    tagOf(`${area}.SP`, { ...more, role: 'setpoint' }),
    tagOf(`${area}.HRS`, { ...more, kind: 'counter', unit: 'h' }),
  ];
});
const plan: DetectionPlan = {
  tags,
  groups: ['A', 'B'].map((name, area) => ({ name, tags: [0, 1, 2].map((tag) => 5 * area + tag), periodMs: 5_000 })),
  devices: ['PLC-A', 'PLC-B'],
  detectors: plugins.map(({ type, schema }) => ({ type, config: schema.parse({}) })),
  budgetPerDay: 24,
};

function running(seconds: number): Recording {
  const random = new Random(4);
  const recording = new Recording();
  for (let second = 0; second < seconds; second++)
    for (const area of [0, 1]) {
      const runs = Math.floor(second / (300 + 40 * area)) % 2;
      const level = 2 + Math.sin(second / 200) + 0.02 * random.normal();
      const values = [runs, 3 * runs + 0.05 * random.normal(), Math.round(1_000 * level) / 1_000, 1, Math.floor(second / 60)];
      const samples = values.map((value, i) => ({ tag: 5 * area + i, time: 1_000 * second, value }));
      recording.append(batchOf(samples, area === 0 ? 'PLC-A' : 'PLC-B'));
    }
  return recording;
}

it('learns the same, bit for bit, for any number of threads', async () => {
  const recording = running(1_200);
  const calibrated = async (workers: number) => {
    const told: number[] = [];
    const texts: string[] = [];
    const learned = await learnPlan(plan, recording, workers, (done, text) => {
      told.push(done);
      if (text !== texts.at(-1)) texts.push(text);
    });
    expect(texts).toEqual(['learning', 'setting thresholds']);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.every((done) => done >= 0 && done <= 1)).toBe(true);
    return JSON.stringify(calibrationOf(learned, { ...plan, description: 'a test' }));
  };
  const alone = await calibrated(1);
  expect(alone).toContain('A.FT/running');
  for (const workers of [2, 5]) expect(await calibrated(workers)).toBe(alone);
}, 120_000);

it('reports why a thread could not learn', async () => {
  const empty = learnPlan(plan, new Recording(), 2, () => {});
  await expect(empty).rejects.toThrow('no normal operation');
});

it('reports the mean progress of several threads, and the step that all have reached', () => {
  const told: (readonly [number, string])[] = [];
  const [one, other] = together(2, (done, text) => told.push([done, text]));
  one?.(0.1, 'pass 1');
  one?.(0.4, 'pass 2');
  other?.(0.2, 'pass 1');
  other?.(0.3, 'pass 1');
  one?.(0.6, 'thresholds');
  other?.(0.5, 'pass 2');
  other?.(0.7, 'thresholds');
  expect(told).toEqual([
    [0.05, 'pass 1'],
    [0.2, 'pass 1'],
    [expect.closeTo(0.3), 'pass 1'],
    [expect.closeTo(0.35), 'pass 1'],
    [expect.closeTo(0.45), 'pass 1'],
    [expect.closeTo(0.55), 'pass 2'],
    [expect.closeTo(0.65), 'thresholds'],
  ]);
});
