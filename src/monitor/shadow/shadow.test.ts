import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blockThread } from '../../../test/support/inspector.ts';
import { batchOf } from '../../../test/support/samples.ts';
import { parseConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock, VirtualClock } from '../../core/clock.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import { joinGapMs } from '../../core/join.ts';
import { observeBatch, type Observation } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { TaskScope } from '../../core/scope.ts';
import { Random } from '../../core/random.ts';
import { Supervisor } from '../../core/supervisor.ts';
import { calibrate } from '../../learning/calibration/index.ts';
import { openState } from '../../state/state.ts';
import { adoptShadow, learnedBaseline, saveBaseline, saveShadowBaseline } from '../../learning/baselines/store.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories, fingerprint, planDetection, planShadow } from '../../detection/plan/plan.ts';
import { DetectionPool } from '../../detection/threads/pool.ts';
import { registry } from '../../app/registry.ts';
import { QuietAlerts, rememberedMs } from './alerts.ts';
import { idleShadow, Shadow } from './shadow.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-shadow-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Live: everything but range. Shadow: range, and no limits. */
const plant = (shadow: string): MonitorConfig =>
  parseConfig(
    `
site: {name: Shadowed}
areas: [{id: a, name: A, equipment: [{id: T, name: Tank}, {id: P, name: Pump}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 5020}}
tags:
  LEVEL: {device: plc1, address: {table: holding, register: 0}, area: a, equipment: T, description: Level, range: [0, 20]}
  FLOW: {device: plc1, address: {table: holding, register: 1}, area: a, equipment: P, description: Flow, range: [0, 20], limits: {high: 8}}
detectors: {range: false, rate: false, frozen: false, noise: false, shift: false, spike: false, relations: false, replay: false}
${shadow}
dashboard: {port: 0}
`,
    'plant.yaml',
    { registry, environment: {} },
  );
const changed = 'shadow: {alarmBudget: 24, detectors: {range: {}, limits: false}}';

function rows(config: MonitorConfig, from: number, count: number, value: (row: number) => [number, number]): Observation[] {
  return Array.from({ length: count }, (_, row) => {
    const [level, flow] = value(row);
    const time = from + row * 2_000;
    const samples = [
      { tag: 'LEVEL', time, value: level },
      { tag: 'FLOW', time, value: flow },
    ];
    return observeBatch(batchOf(config.tags, 'plc1', samples));
  });
}

async function learn(config: MonitorConfig, plan: DetectionPlan): Promise<Baseline> {
  const random = new Random(4);
  const normal = rows(config, 0, 1_500, (row) => [5 + Math.sin(row / 40), 4 + 0.1 * random.normal()]);
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => normal,
    description: 'a test',
    tags: config.tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
  });
  return { fingerprint: fingerprint(plan), calibration, bands: {} };
}

it('runs on the observations of the live detection, notifies nobody, and lists the additional and missing alerts', async () => {
  const config = plant(changed);
  const [plan, own] = [planDetection(config), planShadow(config) as DetectionPlan];
  using state = openState(join(dir, 'state'));
  const clock = new VirtualClock(3_000_000);
  const options = { config, dataDir: dir, baselines: state.baselines, clock, logger: silentLogger };
  expect(await Shadow.open(options)).toBeUndefined();
  expect(idleShadow(config)).toMatchObject({
    state: 'unlearned',
    text: expect.stringContaining('scadawatch calibrate') as string,
  });
  expect(idleShadow(plant(''))).toBeUndefined();

  saveShadowBaseline(state.baselines, await learn(config, own), 1);
  const told: FindingChange[] = [];
  const kept = await (async () => {
    const shadow = (await Shadow.open(options)) as Shadow;
    await using scope = new TaskScope();
    scope.start((signal) => shadow.run(signal));
    using _ = { [Symbol.dispose]: () => shadow.close() };
    await using live = await DetectionPool.start({
      plan,
      workers: 1,
      baseline: await learn(config, plan),
      onFindings: (changes) => {
        told.push(...changes);
        shadow.takeLive(changes);
      },
      onFollowed: () => {},
    });
    // an unusual level, and a flow beyond its stated limit
    for (const observation of rows(config, 3_000_000, 200, (row) => [row < 100 ? 5 : 16, row < 150 ? 4 : 9])) {
      shadow.offer(observation);
      await live.judge(observation);
    }
    await expect.poll(() => shadow.status().shadow, { timeout: 60_000 }).toBeGreaterThan(0);
    await shadow.save();
    return shadow.status();
  })();
  expect(kept.state).toBe('running');
  expect(kept.changes).toEqual(['alarm budget: 2.4 → 24 a day', 'limits: left out', 'range: runs']);
  expect(kept.more.map(({ detector, equipment }) => [detector, equipment])).toContainEqual(['range', 'T']);
  expect(kept.more.find(({ equipment }) => equipment === 'T')?.explanation.sentence).toContain('Level');
  expect(told.map(({ finding }) => finding.detector)).not.toContain('range');
  expect(told.some(({ finding }) => finding.detector === 'limits')).toBe(true);
  expect(kept.lost).toBe(0);

  const again = (await Shadow.open(options)) as Shadow;
  const { more, since } = again.status();
  expect(more.map(({ detector, since: at }) => [detector, at])).toEqual(
    kept.more.map(({ detector, since: at }) => [detector, at]),
  );
  expect(since).toBe(kept.since);
}, 120_000);

it.each([
  { name: 'exits', begin: (worker: Worker | undefined) => worker?.terminate(), error: /has ended \(exit status 1\)/ },
  { name: 'hangs', begin: () => blockThread('/detection/threads/worker.ts', 3_600_000), error: /has not answered for 10 s/ },
])(
  'starts a new thread after its thread $name, and judges what comes then',
  async ({ begin, error }) => {
    const config = plant(changed);
    using state = openState(join(dir, 'state'));
    saveShadowBaseline(state.baselines, await learn(config, planShadow(config) as DetectionPlan), 1);
    const clock = new VirtualClock(3_000_000);
    const wall = new VirtualClock(0);
    const options = { config, dataDir: dir, baselines: state.baselines, clock, wall, logger: silentLogger };
    const shadow = (await Shadow.open(options)) as Shadow;
    const workers: Worker[] = [];
    const note = (worker: Worker): void => void workers.push(worker);
    process.on('worker', note);
    const supervisor = new Supervisor({ clock: systemClock, random: new Random(1), logger: silentLogger });
    const scope = new TaskScope();
    scope.start((stop) => supervisor.run('shadow', (signal) => shadow.run(signal), stop));
    const patience = { timeout: 60_000, interval: 50 };
    const [first, ...rest] = rows(config, 3_000_000, 200, () => [16, 4]) as [Observation, ...Observation[]];
    await expect.poll(() => shadow.status().coreShare, patience).toBeGreaterThan(0);
    await begin(workers[0]);
    const restarts = async (): Promise<number | undefined> => {
      shadow.offer(first);
      await wall.advance(1_000);
      return supervisor.states()[0]?.restarts;
    };
    const saved = shadow.save();
    await expect.poll(restarts, patience).toBe(1);
    await saved;
    expect(supervisor.states()[0]).toMatchObject({ name: 'shadow', lastError: expect.stringMatching(error) as string });
    await expect.poll(() => workers.length, patience).toBeGreaterThan(1);
    await expect.poll(() => shadow.status().state, patience).toBe('running');
    for (const observation of rest) shadow.offer(observation);
    await expect.poll(() => shadow.status().shadow, patience).toBeGreaterThan(0);
    // a stop during a hang ends
    await blockThread('/detection/threads/worker.ts', 3_600_000);
    shadow.offer(first);
    shadow.close();
    await scope[Symbol.asyncDispose]();
    process.off('worker', note);
  },
  120_000,
);

it('is the live detection with its own baseline once its settings are adopted', async () => {
  const config = plant(changed);
  using state = openState(join(dir, 'state'));
  saveBaseline(state.baselines, await learn(config, planDetection(config)), 1);
  saveShadowBaseline(state.baselines, await learn(config, planShadow(config) as DetectionPlan), 2);
  expect(adoptShadow(state.baselines, planDetection(config), 3)).toBeUndefined();
  const switched = planShadow(config) as DetectionPlan;
  expect(learnedBaseline(state.baselines, switched)).toBeUndefined();
  expect(adoptShadow(state.baselines, switched, 4)).toBe(2);
  expect(learnedBaseline(state.baselines, switched)).toMatchObject({ version: 2, learnedAt: 4 });
  expect(adoptShadow(state.baselines, switched, 5)).toBeUndefined();
});

it('reports errors in its settings with their position', () => {
  expect(() => plant('shadow: {detectors: {rnge: {}}}')).toThrow(/shadow\.detectors\.rnge/);
  expect(() => plant('shadow: {alarmBudget: -1}')).toThrow(/shadow\.alarmBudget/);
});

const finding = (id: string, equipment: string, beganAt: number, peak = 2): Finding =>
  ({
    id,
    detector: 'd',
    area: 'A',
    equipment,
    since: beganAt,
    beganAt,
    updatedAt: beganAt,
    peak,
    explanation: {},
  }) as unknown as Finding;
const begin = (...args: Parameters<typeof finding>): FindingChange => ({ change: 'begin', finding: finding(...args) });
const end = (id: string, equipment: string, beganAt: number, endedAt: number): FindingChange => ({
  change: 'end',
  finding: { ...finding(id, equipment, beganAt), updatedAt: endedAt, endedAt },
});

it('joins findings like the alert manager, compares by place and time, and keeps a bounded number', () => {
  const [live, own] = [new QuietAlerts(), new QuietAlerts()];
  own.take(begin('1', 'P', 1_000));
  own.take(begin('2', 'P', 2_000, 5));
  own.take(end('1', 'P', 1_000, 3_000));
  expect(own.list()).toMatchObject([{ since: 1_000, peak: 5, endedAt: undefined }]);
  own.take(end('2', 'P', 2_000, 4_000));
  own.take(begin('3', 'P', 4_000 + joinGapMs));
  expect(own.list()).toHaveLength(1);
  own.take(end('3', 'P', 4_000 + joinGapMs, 5_000 + joinGapMs));
  own.take(begin('4', 'P', 5_001 + 2 * joinGapMs));
  expect(own.list()).toHaveLength(2);
  live.take(begin('9', 'P', 6_000));
  live.take(end('9', 'P', 6_000, 7_000));
  live.take(begin('8', 'Q', 6_000));
  expect(own.without(live).map(({ since }) => since)).toEqual([5_001 + 2 * joinGapMs]);
  expect(live.without(own).map(({ equipment }) => equipment)).toEqual(['Q']);
  live.pass(7_001 + rememberedMs);
  expect(live.list().map(({ equipment }) => equipment)).toEqual(['Q']);
  for (let i = 0; i < 2_000; i++) own.take(begin(`x${i}`, `E${i}`, 1e9 + i));
  expect(own.list().length).toBeLessThanOrEqual(500);
});
