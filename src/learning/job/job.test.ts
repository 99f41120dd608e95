import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { type DetectionPlan, planDetection } from '../../detection/plan/plan.ts';
import { registry } from '../../app/registry.ts';
import { type CalibrationSource, runCalibration } from './job.ts';

const file = 'simulators/plants/waterworks/plant.yaml';
const config = parseConfig(readFileSync(file, 'utf8'), file, { registry, environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' } });
const whole = planDetection(config);
const plan: DetectionPlan = { ...whole, detectors: whole.detectors.filter(({ type }) => ['range', 'profile'].includes(type)) };
const to = Date.UTC(2026, 10, 24, 6);
const source = (hours: number): CalibrationSource => ({
  type: 'simulate',
  plant: 'waterworks',
  seed: 5,
  from: to - hours * 3_600_000,
  to,
});

describe('a calibration in separate threads', () => {
  it('reports its progress, never backwards, to the end', async () => {
    const told: { readonly done: number; readonly text: string }[] = [];
    const job = { plan, source: source(1), workers: 2 };
    const baseline = await runCalibration(job, (done, text) => told.push({ done, text }), new AbortController().signal);
    const done = told.map((one) => one.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done[0]).toBeLessThan(0.02);
    expect(done.at(-1)).toBe(1);
    const texts = [...new Set(told.map(({ text }) => text))];
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.slice(-3)).toEqual(['looking for modes', 'learning the usual band of each tag', 'calibrated']);
    expect(Object.keys(baseline.calibration.detectors)).toEqual(['range', 'profile']);
    expect(Object.keys(baseline.bands).length).toBeGreaterThan(50);
  }, 120_000);

  it('stops when its signal aborts', async () => {
    const stop = new AbortController();
    const running = runCalibration({ plan, source: source(240), workers: 2 }, () => stop.abort(), stop.signal);
    await expect(running).rejects.toThrow(/abort/i);
  }, 120_000);

  it('reports its failure', async () => {
    const odd = { ...source(1), plant: 'none' } as CalibrationSource;
    const running = runCalibration({ plan, source: odd, workers: 1 }, () => {}, new AbortController().signal);
    await expect(running).rejects.toMatchObject({
      code: 'LAB_REFUSED',
      hint: expect.stringContaining('choose one of') as string,
    });
  }, 120_000);
});
