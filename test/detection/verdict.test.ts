import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertManager } from '../../src/alerts/manager.ts';
import { excludedIn } from '../../src/learning/job/exclude.ts';
import { loadBaseline, saveBaseline } from '../../src/learning/baselines/store.ts';
import type { Baseline } from '../../src/detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories, fingerprint, pluginOf } from '../../src/detection/plan/plan.ts';
import { BudgetBoard } from '../../src/monitor/budgets.ts';
import { type VerdictWord, verdicts } from '../../src/core/alert.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrate } from '../../src/learning/calibration/index.ts';
import { createFollowingEngine } from '../../src/detection/following/index.ts';
import { openState } from '../../src/state/state.ts';
import { batchOf, tagOf } from '../support/detectors.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';

const tags = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => tagOf(name, { equipment: `Equipment ${name}` }));
const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'all', tags: tags.map((_, tag) => tag), periodMs: 1_000 }],
  devices: ['PLC-1'],
  detectors: ['range', 'relations', 'novelty'].map((type) => ({
    type,
    config: pluginOf(type).schema.parse({}),
  })),
  budgetPerDay: 24,
};

/** Six tags that depend on two hidden causes; `change` may replace their values. */
function* plant(from: number, to: number, seed: number, change = (row: number[], _s: number) => row): Generator<Observation> {
  const random = new Random(seed);
  const hidden = [0, 0];
  for (let s = from; s < to; s++) {
    hidden.forEach((value, i) => (hidden[i] = 0.9 * value + random.normal()));
    const [p = 0, q = 0] = hidden;
    const row = [p, q, p + q, p - q, 2 * p, p + 2 * q].map((value) => value + 0.05 * random.normal());
    const samples = change(row, s - from).map((value, tag) => ({ tag, time: 1_000 * s, value }));
    yield observeBatch(batchOf(samples));
  }
}

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-verdict-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let baseline: Baseline;
beforeAll(async () => {
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => plant(0, 9_000, 1),
    description: 'a test',
    tags: new TagTable(tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  baseline = { fingerprint: fingerprint(plan), calibration, bands: {} };
}, 120_000);

const watching = () =>
  createFollowingEngine({
    ...applyCalibration(baseline.calibration, detectorFactories(plan)),
    tags: new TagTable(tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
  });

describe('a verdict of an operator', () => {
  const from = 10_000;
  /** The same deviation twice. */
  const twice = (row: number[], s: number): number[] => ((s >= 60 && s < 90) || (s >= 300 && s < 330) ? row.with(0, 30) : row);

  /** A plant whose operator gives this verdict on all alerts of the first deviation. */
  async function watched(word: VerdictWord | undefined) {
    using state = openState(join(dir, word ?? 'none'));
    saveBaseline(state.baselines, baseline, 1);
    const clock = new VirtualClock(1_000 * from);
    const table = new TagTable(tags);
    const manager = new AlertManager({ store: state.alerts, clock, epoch: state.id, tags: table });
    const engine = watching();
    const found: FindingChange[] = [];
    const watch = (begin: number, end: number): void => {
      for (const observation of [...plant(from, from + 400, 2, twice)].slice(begin, end)) {
        if (observation.kind === 'batch') clock.set(observation.batch.receiveTime[0] as number);
        for (const change of engine.observe(observation)) {
          found.push(change);
          manager.take(change);
        }
      }
    };
    watch(0, 200);
    const judged = state.alerts.find({ to: Infinity, limit: 99 }).map(({ id }) => id);
    if (word !== undefined) for (const id of judged) manager.judge(id, word, { role: 'operator', session: 's1' });
    watch(200, 400);
    const budgets = new BudgetBoard({
      site: { positions: [] },
      budgetPerDay: plan.budgetPerDay,
      alerts: state.alerts,
      clock,
      wall: new VirtualClock(0),
    });
    budgets.use(baseline.calibration, 0);
    const kept = state.baselines.latest('site');
    return {
      found,
      snapshot: engine.snapshot(),
      baseline: loadBaseline(state.baselines, plan),
      version: kept?.version,
      verdicts: state.alerts.find({ to: Infinity, limit: 99 }).map(({ verdict }) => verdict?.word),
      notLearned: (await excludedIn(state, table, 0, Infinity)).excluded,
      counted: (await budgets.read())[0]?.achieved[0],
    };
  }

  it('is kept and counted in the budget, and changes neither the baseline nor what is found or learned later', async () => {
    const without = await watched(undefined);
    expect(without.found.filter(({ change }) => change === 'begin').length).toBeGreaterThan(1);
    expect(without.notLearned.length).toBeGreaterThan(0);
    for (const word of verdicts) {
      const { verdicts: kept, counted, snapshot, ...rest } = await watched(word);
      const { verdicts: none, counted: all, snapshot: other, ...same } = without;
      expect(kept).toContain(word);
      expect(none).not.toContain(word);
      expect(rest).toEqual(same);
      expect(isDeepStrictEqual(snapshot, other)).toBe(true);
      expect(rest.baseline).toEqual(baseline);
      // verdicts true and expected do not count as false alarms
      if (word === 'false')
        expect([counted?.raised, counted?.unjudged]).toEqual([
          all?.raised,
          (all?.unjudged ?? 0) - kept.filter((one) => one === word).length,
        ]);
      else expect(counted?.raised).toBeLessThan(all?.raised ?? 0);
    }
  });
});

describe('a finding that lasts', () => {
  it('is explained anew by the tag that speaks for it now', () => {
    const engine = watching();
    const changes: FindingChange[] = [];
    // E is falsified, then D as well: normal values that do not match the other tags
    const moving = (row: number[], s: number): number[] =>
      s < 60 ? row : s < 120 ? row.with(4, (row[4] as number) + 4) : row.with(3, (row[3] as number) - 4);
    for (const observation of plant(10_000, 10_200, 3, moving)) changes.push(...engine.observe(observation));
    const of = changes.filter(({ finding }) => finding.detector === 'relations');
    const [begin] = of.filter(({ change }) => change === 'begin');
    const topOf = (one: FindingChange | undefined) => one?.finding.explanation.contributions[0]?.tag;
    expect(topOf(begin)).toBe('E');
    const same = of.filter(({ finding }) => finding.id === begin?.finding.id);
    const last = same.findLast(({ change }) => change === 'update');
    expect(topOf(last)).toBe('D');
    expect(last?.finding.explanation.sentence).toMatch(/^Test D is/);
    expect(last?.finding.tags[0]).toBe('D');
    expect(last?.finding.peak).toBeGreaterThanOrEqual(begin?.finding.peak ?? Infinity);
    expect(same.some(({ change }) => change === 'end')).toBe(false);
  });
});
