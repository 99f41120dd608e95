import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { type Baseline, calibrationVersion } from '../../detection/baseline/format.ts';
import { type DetectionPlan, fingerprint } from '../../detection/plan/plan.ts';
import { openState } from '../../state/state.ts';
import { adoptShipped, readShipped } from './shipped.ts';
import { loadBaseline, saveBaseline } from './store.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-shipped-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const plan: DetectionPlan = { tags: [], groups: [], devices: ['plc1'], detectors: [], budgetPerDay: 2.4 };
const promise = { budgetPerDay: 2.4, promised: true, days: 3, achievedPerDay: 0, missingDays: 0, text: '' };
const baseline = (source: string): Baseline => ({
  fingerprint: fingerprint(plan),
  calibration: { version: calibrationVersion, source, from: 0, to: 1, promise, detectors: {} },
  bands: {},
});

it('becomes the first version of a data directory, with an entry in the audit trail', async () => {
  const file = join(dir, 'baseline.json.gz');
  writeFileSync(file, gzipSync(JSON.stringify(baseline('a week, shipped'))));
  const shipped = await readShipped(pathToFileURL(file));
  if (shipped === undefined) throw new Error('the file exists');
  using state = openState(join(dir, 'fresh'));
  expect(adoptShipped(state, { ...plan, budgetPerDay: 12 }, shipped, 1)).toBe(false);
  expect(loadBaseline(state.baselines, plan)).toBeUndefined();
  const limits = { tags: [], complete: true, text: 'none' };
  expect(adoptShipped(state, plan, { ...shipped, limits }, 2)).toBe(true);
  expect(loadBaseline(state.baselines, plan)).not.toHaveProperty('limits');
  expect(loadBaseline(state.baselines, plan)?.calibration.source).toBe('a week, shipped');
  const [entry] = state.audit.read({ action: 'baseline.learned', limit: 9 });
  expect(entry).toMatchObject({ object: 'version 1', after: 'a week, shipped', time: 2 });
});

it('never replaces a baseline that was learned on the site and fits', () => {
  using state = openState(join(dir, 'learned'));
  saveBaseline(state.baselines, baseline('own days'), 1);
  expect(adoptShipped(state, plan, baseline('shipped'), 2)).toBe(false);
  expect(loadBaseline(state.baselines, plan)?.calibration.source).toBe('own days');
});

it('replaces a baseline that no longer fits the plant of an upgraded lab, and keeps it as an earlier version', () => {
  using state = openState(join(dir, 'upgraded'));
  saveBaseline(state.baselines, { ...baseline('of an earlier plant'), fingerprint: 'of an earlier plant' }, 1);
  expect(adoptShipped(state, plan, baseline('shipped'), 2)).toBe(true);
  expect(loadBaseline(state.baselines, plan)?.calibration.source).toBe('shipped');
  const [entry] = state.audit.read({ action: 'baseline.learned', limit: 1 });
  expect(entry).toMatchObject({ object: 'version 2', time: 2 });
});

it('is not needed: a plant without the file learns', async () => {
  expect(await readShipped(pathToFileURL(join(dir, 'none.json.gz')))).toBeUndefined();
});

it('names the file if it is damaged', async () => {
  const file = join(dir, 'damaged.json.gz');
  writeFileSync(file, gzipSync(JSON.stringify(baseline('cut off'))).subarray(0, 40));
  await expect(readShipped(pathToFileURL(file))).rejects.toThrow(/shipped baseline cannot be read: .*damaged\.json\.gz/);
});
