import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { traffic as plugin } from '../../../detectors/traffic/index.ts';
import { make } from '../../../test/support/detectors.ts';
import { ends, hmi, normalTraffic, target, traffic } from '../../../test/support/wire.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { BaselineLine } from '../../core/monitor.ts';
import { calibrate } from '../calibration/index.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { openState } from '../../state/state.ts';
import { loadBaseline, saveBaseline, saveTraffic } from './store.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import { type DetectionPlan, detectorFactories, fingerprint } from '../../detection/plan/plan.ts';
import { BaselineManager } from './manager.ts';
import { liveReview } from './live.ts';
import type { Baseline } from '../../detection/baseline/format.ts';

const plan: DetectionPlan = {
  tags: target.tags.tags,
  groups: [],
  devices: target.devices,
  detectors: [{ type: 'traffic', config: plugin.schema.parse({}) }],
  budgetPerDay: 24,
};
const dir = mkdtempSync(join(tmpdir(), 'scadawatch-forgotten-'));
const state = openState(dir);
const engineer = { role: 'engineer', session: 's1' };
let judged: Baseline[] = [];

beforeAll(async () => {
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => normalTraffic(7_200),
    description: 'two hours of a test',
    tags: target.tags,
    groups: [],
    budgetPerDay: plan.budgetPerDay,
  });
  saveBaseline(state.baselines, { fingerprint: fingerprint(plan), calibration, bands: {} }, 500_000);
});
afterAll(() => {
  state[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** Channels of the findings about the polling of coils, which normal traffic contains. */
function found(): string[] {
  const baseline = judged.at(-1) as Baseline;
  const engine = createEngine({
    ...applyCalibration(baseline.calibration, detectorFactories(plan)),
    tags: target.tags,
    groups: [],
  });
  const asks = [7_300, 7_301, 7_302].map((second) => traffic(second, ends(hmi, 'plc1'), 'FC1', { low: 0, high: 15 }));
  return asks
    .flatMap((one) => engine.observe(one))
    .flatMap(({ change, finding }) => (change === 'begin' ? [finding.channel] : []));
}

it('an unlearned traffic entry is a finding when it recurs, others are judged as before, and approval reverts this', async () => {
  judged = [];
  const manager = new BaselineManager(state, plan, new VirtualClock(1_000_000));
  const review = liveReview(manager, async (baseline) => void judged.push(baseline));
  const of = { detector: 'traffic', channel: 'plc1/operation', name: '10.0.0.5 to 10.0.0.11 tcp/502 unit 1 FC1' };
  const marked = (): string[] =>
    review.lines().flatMap(({ name, unlearned }) => (unlearned === undefined ? [] : [`${name} by ${unlearned.by}`]));
  await review.approve([of], engineer);
  expect(judged).toEqual([]);
  await review.unlearn(of, engineer, 'coils are nobody’s business');
  expect(marked()).toEqual([`${of.name} by engineer`]);
  expect(found()).toEqual(['plc1/operation']);
  await review.approve([of], engineer);
  expect(marked()).toEqual([]);
  expect(found()).toEqual([]);
});

it('decisions about traffic do not apply to traffic that is learned later, and cause no errors there', async () => {
  const manager = new BaselineManager(state, plan, new VirtualClock(1_000_000));
  const [line] = manager.lines().filter(({ channel }) => channel === 'rtu2/operation');
  manager.unlearn(line as BaselineLine, engineer);
  saveTraffic(state.baselines, { source: 'a test', baseline: make(plugin, target).snapshot().baseline }, 600_000);
  const next = new BaselineManager(state, plan, new VirtualClock(1_000_000));
  expect(next.lines()).toEqual([]);
  expect(loadBaseline(state.baselines, plan)).toBeDefined();
  // a running detector keeps the traffic that it has learned
  manager.unlearn(manager.lines().find(({ unlearned }) => unlearned === undefined) as BaselineLine, engineer);
  expect(loadBaseline(state.baselines, plan)).toBeDefined();
});
