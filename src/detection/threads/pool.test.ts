import { deserialize } from 'node:v8';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectors as plugins } from '../../../detectors/index.ts';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import type { FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { observeBatch, observeEvent, type Observation } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import { TagTable } from '../../core/tag.ts';
import { calibrate } from '../../learning/calibration/index.ts';
import type { Baseline } from '../baseline/format.ts';
import { type DetectionPlan, detectorFactories, fingerprint } from '../plan/plan.ts';
import { DetectionPool } from './pool.ts';
import { shardsOf, workersFor } from './shards.ts';

const tags = Array.from({ length: 9 }, (_, i) => tagOf(`T${i}`, { area: `A${i % 3}` }));
const chosen = ['limits', 'range', 'frozen', 'profile', 'relations'];
const plan: DetectionPlan = {
  tags,
  groups: [0, 1, 2].map((area) => ({ name: `A${area}`, tags: [area, area + 3, area + 6], periodMs: 2_000 })),
  devices: ['PLC-1'],
  detectors: chosen.map((type) => ({ type, config: plugins.find((plugin) => plugin.type === type)?.schema.parse({}) })),
  budgetPerDay: 24,
};

/** Rows of three levels with related tags each. From row `broken` on, one tag after the other is wrong. */
function rows(count: number, seed: number, broken = count, from = 0): Observation[] {
  const random = new Random(seed);
  const level = [2, 2, 2];
  return Array.from({ length: count }, (_, row) => {
    const samples = tags.map((_tag, tag) => {
      const area = tag % 3;
      if (tag < 3) level[area] = 2 + 0.98 * ((level[area] ?? 2) - 2) + 0.05 * random.normal();
      const value = (level[area] ?? 2) + 0.01 * random.normal();
      const falsely = row >= broken && Math.floor((row - broken) / 20) % 9 === tag;
      return { tag, time: (from + row) * 1_000, value: falsely ? value + 2.5 : value };
    });
    return observeBatch(batchOf(samples));
  });
}

let baseline: Baseline;
beforeAll(async () => {
  const normal = rows(9_000, 1);
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => normal,
    description: 'a test',
    tags: new TagTable(tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  baseline = { fingerprint: fingerprint(plan), calibration, bands: {} };
}, 120_000);

async function start(workers: number, snapshot?: Uint8Array) {
  const told: FindingChange[] = [];
  const onFindings = (changes: readonly FindingChange[]): void => void told.push(...changes);
  const pool = await DetectionPool.start({ plan, baseline, workers, snapshot, onFindings, onFollowed: () => {} });
  return { pool, told };
}

async function judged(workers: number, observations: readonly Observation[]): Promise<readonly FindingChange[]> {
  const { pool, told } = await start(workers);
  await using _ = pool;
  for (const observation of observations.slice(0, -1)) await pool.observe(observation);
  const [last] = observations.slice(-1);
  if (last !== undefined) await pool.judge(last);
  return told;
}

describe('detection in several threads', () => {
  it('has the same findings in the same order for any number of threads', async () => {
    const observations = rows(400, 2, 100, 9_000);
    const alone = await judged(1, observations);
    expect(new Set(alone.map(({ finding }) => finding.detector)).size).toBeGreaterThan(1);
    expect(alone.some(({ change }) => change === 'end')).toBe(true);
    // fewer threads than groups, and more
    for (const workers of [2, 4]) expect(await judged(workers, observations)).toEqual(alone);
  }, 120_000);

  it('keeps no detectors that need a baseline, and uses all detectors once there is one', async () => {
    const observations = rows(400, 2, 100, 9_000);
    const told: FindingChange[] = [];
    const onFindings = (changes: readonly FindingChange[]): void => void told.push(...changes);
    await using pool = await DetectionPool.start({ plan, workers: 1, onFindings, onFollowed: () => {} });
    for (const observation of observations.slice(0, 20)) await pool.judge(observation);
    const unlearned = (await pool.snapshot()).length;
    await pool.useBaseline(baseline, 'learned', []);
    told.length = 0;
    for (const observation of observations.slice(20)) await pool.judge(observation);
    expect(told).toEqual(await judged(1, observations.slice(20)));
    expect(told.length).toBeGreaterThan(0);
    expect(unlearned).toBeLessThan((await pool.snapshot()).length / 2);
  });

  it('keeps what was learned without a calibration over a new baseline, and over a snapshot that lacks it', async () => {
    const habits = { type: 'habits', config: { minWrites: 2, onceInDays: 1e-4, breakMs: 1_000, most: 16 } };
    const minor: MinorChange[] = [];
    const withHabits = { plan: { ...plan, detectors: [...plan.detectors, habits] }, baseline, workers: 1 };
    const more = {
      onFindings: () => {},
      onFollowed: () => {},
      onMinor: (changes: readonly MinorChange[]) => void minor.push(...changes),
    };
    const { pool: before } = await start(1);
    const snapshot = await before.snapshot();
    await before[Symbol.asyncDispose]();
    await using pool = await DetectionPool.start({ ...withHabits, ...more, snapshot });
    const event = (time: number, client: string): Observation =>
      observeEvent({
        type: 'wire-write',
        time,
        tap: 'tap',
        ends: { client, server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'PLC-1' },
        operation: 'FC6',
        target: 'holding 1',
        after: 1,
      });
    for (let time = 0; time < 600_000; time += 10_000) {
      await pool.judge(observeEvent({ type: 'tick', time }));
      if (time % 100_000 === 0) await pool.judge(event(time, '10.0.0.20'));
    }
    minor.length = 0;
    await pool.useBaseline(baseline, 'learned', []);
    await pool.judge(event(600_000, '10.0.0.66'));
    expect(minor.flatMap((change) => (change.change === 'begin' ? [change.finding.title] : []))).toEqual([
      'holding 1 of PLC-1 written by an unusual client',
    ]);
  });

  it('uses stored threshold increases in each thread', async () => {
    const followed = [
      { detector: 'range', channel: 'T0', since: 5, by: 0.25 },
      { detector: 'profile', channel: 'T4', since: 6, by: 0.125 },
    ];
    for (const workers of [1, 2]) {
      const told: string[] = [];
      const onFollowed = (list: readonly FollowedThreshold[]): void =>
        void told.push(
          list
            .map(({ channel }) => channel)
            .toSorted()
            .join(),
        );
      await using pool = await DetectionPool.start({ plan, baseline, workers, followed, onFindings: () => {}, onFollowed });
      await pool.useBaseline(baseline, 'learned', followed);
      expect(told.at(-1)).toBe('T0,T4');
    }
  });

  it('learns nothing of the tags of another thread’s finding', async () => {
    const limited = Array.from({ length: 4 }, (_, i) => tagOf(`T${i}`, { equipment: `E${i >> 1}`, limits: { high: 4 } }));
    const online: DetectionPlan = {
      ...plan,
      tags: limited,
      groups: [],
      detectors: ['limits', 'novelty'].map((type) => ({
        type,
        config: plugins.find((plugin) => plugin.type === type)?.schema.parse(type === 'novelty' ? { settleS: 1_800 } : {}),
      })),
    };
    const random = new Random(4);
    // T0 exceeds its limit for five minutes before the first judged row; then T1, beside it, and T3 become wrong
    const observations = Array.from({ length: 2_000 }, (_, s) => {
      const usual = limited.map((_tag, i) => 2 + Math.sin(s / 60 + i) + 0.01 * random.normal());
      const values = s >= 600 && s < 900 ? usual.with(0, 4.5) : s >= 1_950 ? usual.with(1, 3.9).with(3, 3.9) : usual;
      return observeBatch(batchOf(values.map((value, tag) => ({ tag, time: 1_000 * s, value }))));
    });
    const known = async (workers: number): Promise<(string | undefined)[]> => {
      const told: FindingChange[] = [];
      const onFindings = (changes: readonly FindingChange[]): void => void told.push(...changes);
      await using pool = await DetectionPool.start({ plan: online, workers, onFindings, onFollowed: () => {} });
      for (const observation of observations) await pool.judge(observation);
      const begun = told.filter(({ change, finding }) => change === 'begin' && finding.beganAt >= 1_950_000);
      return ['T1', 'T3'].map((tag) => {
        const { finding } = begun.find(({ finding: { channel } }) => channel === tag) ?? {};
        return /learning from (\d+) samples/.exec(finding?.explanation.sentence ?? '')?.[1];
      });
    };
    const alone = await known(1);
    expect(Number(alone[1]) - Number(alone[0])).toBeGreaterThan(290);
    expect(await known(2)).toEqual(alone);
  }, 120_000);

  it('rejects with the error of a thread that cannot start', async () => {
    const broken = Object.fromEntries(
      Object.entries(baseline.calibration.detectors).map(([name, part]) => [name, { ...part, baseline: null }]),
    );
    const other: Baseline = { ...baseline, calibration: { ...baseline.calibration, detectors: broken } };
    const starting = DetectionPool.start({ plan, baseline: other, workers: 2, onFindings: () => {}, onFollowed: () => {} });
    await expect(starting).rejects.toMatchObject({ code: 'BASELINE_MISMATCH' });
  });

  it('continues from a snapshot of the same number of threads without a difference', async () => {
    const observations = rows(300, 3, 60, 9_000);
    const whole = await judged(2, observations);
    const first = await start(2);
    for (const observation of observations.slice(0, 110)) await first.pool.judge(observation);
    const snapshot = await first.pool.snapshot();
    await first.pool[Symbol.asyncDispose]();
    const second = await start(2, snapshot);
    await using _ = second.pool;
    // open findings are reported again after a start
    const again = second.told.splice(0);
    expect(again.every(({ change }) => change === 'begin')).toBe(true);
    for (const observation of observations.slice(110)) await second.pool.judge(observation);
    expect([...first.told, ...second.told]).toEqual(whole);
    const other = await start(1, snapshot);
    await other.pool[Symbol.asyncDispose]();
    expect(other.told).toEqual([]);
    // as earlier versions stored the state of the shadow's thread
    const single = await start(1);
    for (const observation of observations.slice(0, 110)) await single.pool.judge(observation);
    const { parts } = deserialize(await single.pool.snapshot()) as { readonly parts: readonly Uint8Array[] };
    await single.pool[Symbol.asyncDispose]();
    const old = await start(1, parts[0]);
    await old.pool[Symbol.asyncDispose]();
    expect(old.told.map(({ finding }) => finding.id)).toEqual(again.map(({ finding }) => finding.id));
  }, 120_000);
});

describe('the distribution of a plan', () => {
  it('contains every detector with every tag and every group exactly once', () => {
    const every = { ...plan, detectors: plugins.map(({ type, schema }) => ({ type, config: schema.parse({}) })) };
    for (const workers of [1, 2, 3, 4, 40]) {
      const shards = shardsOf(every, workers);
      expect(shards.length).toBeLessThanOrEqual(Math.max(1, workers));
      const types = plugins.map(({ type }) => type);
      expect(new Set(shards.flatMap(({ detectors }) => detectors.map(({ type }) => type)))).toEqual(new Set(types));
      const channelsOf = (one: DetectionPlan) =>
        detectorFactories(one)
          .flatMap((factory) => factory.create().channels.map(({ key }) => `${factory.name} ${key}`))
          .toSorted();
      expect(shards.flatMap(channelsOf).toSorted()).toEqual(channelsOf(every));
    }
  });

  it('gives each thread similar work', () => {
    const many = { ...plan, tags: Array.from({ length: 80 }, (_, i) => tagOf(`T${i}`)), groups: [] };
    const shards = shardsOf({ ...many, detectors: plan.detectors.filter(({ type }) => type !== 'relations') }, 8);
    const channels = shards.map((shard) =>
      detectorFactories(shard).reduce((sum, factory) => sum + factory.create().channels.length, 0),
    );
    expect(channels).toEqual(Array.from({ length: 8 }, () => 30));
  });

  it('uses one thread for a small plant, and leaves a core for the rest', () => {
    const of = (count: number) => ({ ...plan, tags: Array.from({ length: count }, (_, i) => tagOf(`T${i}`)) });
    expect([workersFor(of(100), 16), workersFor(of(20_000), 16), workersFor(of(20_000), 2), workersFor(of(20_000), 1)]).toEqual([
      1, 4, 1, 1,
    ]);
  });
});
