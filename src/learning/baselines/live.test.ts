import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { anAlert } from '../../../dashboard/server/testing/fake-alerts.ts';
import { detectors as plugins } from '../../../detectors/index.ts';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { LocalOwner } from '../../../test/support/local-owner.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { FindingChange } from '../../core/finding.ts';
import { observeBatch, type Observation } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { TagTable } from '../../core/tag.ts';
import { calibrate } from '../calibration/index.ts';
import { openQueuedState } from '../../state/queued.ts';
import { saveBaseline } from './store.ts';
import { type DetectionPlan, detectorFactories, fingerprint } from '../../detection/plan/plan.ts';
import { DetectionPool } from '../../detection/threads/pool.ts';
import { BaselineManager } from './manager.ts';
import { liveReview } from './live.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-live-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const tags = [tagOf('LT01'), tagOf('LT02')];
const plan: DetectionPlan = {
  tags,
  groups: [],
  devices: [],
  detectors: [{ type: 'range', config: plugins.find(({ type }) => type === 'range')?.schema.parse({}) }],
  budgetPerDay: 24,
};
const engineer = { role: 'engineer', session: 's1' };
const at = (time: number, value: number): Observation =>
  observeBatch(batchOf([0, 1].map((tag) => ({ tag, time: 1_000 * time, value }))));

it('stops judging an unlearned channel in the running thread, uses edited figures, and keeps open findings of others', async () => {
  const disk = new LocalOwner(dir);
  const clock = new VirtualClock(0);
  await using state = await openQueuedState(dir, { clock, logger: silentLogger, report: () => {}, owner: disk });
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => Array.from({ length: 1_000 }, (_, i) => at(i, 2 + Math.sin(i / 30))),
    description: 'a test',
    tags: new TagTable(tags),
    groups: [],
    budgetPerDay: plan.budgetPerDay,
  });
  saveBaseline(state.baselines, { fingerprint: fingerprint(plan), calibration, bands: {} }, 1);
  const manager = new BaselineManager(state, plan, new VirtualClock(5));
  const told: FindingChange[] = [];
  await using pool = await DetectionPool.start({
    plan,
    workers: 1,
    baseline: manager.baseline,
    onFindings: (changes) => told.push(...changes),
    onFollowed: () => {},
  });
  const reduced: string[] = [];
  const review = liveReview(
    manager,
    async (next) => pool.useBaseline(next, 'reviewed', []),
    (act) => reduced.push(act),
  );
  const judge = async (from: number, count: number, value: number): Promise<string[]> => {
    told.length = 0;
    for (let i = 0; i < count; i++) await pool.judge(at(from + i, value));
    return told.map(({ change, finding }) => `${change} ${finding.channel}`);
  };
  const line = { detector: 'range', channel: 'LT01', name: '' };

  expect(await judge(2_000, 2, 90)).toEqual(['begin LT01', 'begin LT02']);
  await review.approve([line], engineer);
  await review.unlearn(line, engineer, 'moved');
  expect(told.filter(({ change }) => change === 'end')).toEqual([]);
  expect((await judge(2_002, 10, 90)).filter((text) => !text.startsWith('update'))).toEqual(['end LT01']);
  expect(await judge(2_012, 10, 2)).toContain('end LT02');
  expect(await judge(2_022, 1, 90)).toEqual(['begin LT02']);
  await review.approve([line], engineer);
  expect(await judge(2_023, 1, 90)).toEqual(['begin LT01']);
  expect(review.lines()[0]).toMatchObject({ approved: { by: 'engineer' } });
  await review.edit(line, { swing: 95 }, engineer, 'new tank');
  expect((await judge(2_024, 10, 90)).filter((text) => !text.startsWith('update'))).toEqual(['end LT01']);
  await judge(2_034, 10, 2);
  expect(await judge(2_044, 1, 500)).toEqual(['begin LT01', 'begin LT02']);
  const sentences = told.map(({ finding }) => finding.explanation.sentence);
  expect(sentences[0]).toMatch(
    /\. Edited normal range .*\. Edited: swing 95 m instead of \d\.\d+ m by engineer on 1970-01-01\.$/,
  );
  expect(sentences[1]).not.toContain('edited');
  const band = told[1]?.finding.explanation.band;
  await judge(2_045, 20, 2);
  // a tenth of the band beyond it
  const { low = Number.NaN, high = Number.NaN } = band ?? {};
  const shown = high + 0.05 * (high - low);
  expect(await judge(2_070, 1, shown)).toEqual(['begin LT02']);
  const [begun] = told;
  if (begun === undefined) throw new Error('no finding');
  const { raises } = review.learnable({ ...anAlert('ALT-9', 'B'), findings: [begun.finding] });
  disk.broken = 'database or disk is full';
  const refused = expect(review.learn('ALT-9', raises, engineer, 'flushing', 'first')).rejects.toThrow('disk is full');
  await clock.advance(2_000);
  await refused;
  disk.broken = undefined;
  // nothing has changed: neither in this run nor on disk, and nothing is reported
  expect(await judge(2_071, 20, 2)).toContain('end LT02');
  expect(await judge(2_092, 1, shown)).toEqual(['begin LT02']);
  for (const one of [manager, new BaselineManager(state, plan, new VirtualClock(6))])
    expect(one.lines().filter(({ raised }) => raised !== undefined)).toEqual([]);
  expect(await state.audit.read({ action: 'baseline.raised', limit: 9 })).toEqual([]);
  await review.learn('ALT-9', raises, engineer, 'flushing', 'first');
  expect(await judge(2_093, 20, 2)).toContain('end LT02');
  // the same again is normal, in this run and after a restart; clearly more is not
  expect(await judge(2_114, 2, shown)).toEqual([]);
  await using restarted = await DetectionPool.start({
    plan,
    workers: 1,
    baseline: new BaselineManager(state, plan, new VirtualClock(6)).baseline,
    onFindings: (changes) => told.push(...changes),
    onFollowed: () => {},
  });
  for (const time of [2_120, 2_121]) await restarted.judge(at(time, shown));
  expect(told).toEqual([]);
  expect(await judge(2_122, 1, 4 * shown)).toEqual(['begin LT02']);
  await judge(2_123, 20, 2);
  await review.lower({ ...line, channel: 'LT02' }, engineer, 'flushing has ended');
  expect(await judge(2_144, 1, shown)).toEqual(['begin LT02']);
  // what can reduce the protection is reported; an approval and a lowered threshold are not
  expect(reduced).toEqual([
    'Role engineer unlearned the baseline entry range of LT01: moved',
    'Role engineer edited the baseline entry range of LT01: new tank',
    'Role engineer learned ALT-9 as normal, which raises the threshold of range of LT02: flushing',
  ]);
});
