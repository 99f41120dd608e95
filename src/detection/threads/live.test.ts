import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import { observeEvent, type Observation } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { BoundedQueue } from '../../core/queue.ts';
import { Random } from '../../core/random.ts';
import { TaskScope } from '../../core/scope.ts';
import { Supervisor } from '../../core/supervisor.ts';
import { LiveDetection } from './live.ts';
import type { Baseline } from '../baseline/format.ts';
import type { DetectionPlan } from '../plan/plan.ts';
import type { DetectionPool, PoolOptions } from './pool.ts';

const plan: DetectionPlan = {
  tags: [],
  groups: [],
  devices: [],
  detectors: [
    { type: 'limits', config: {} },
    { type: 'range', config: {} },
  ],
  budgetPerDay: 24,
};
const baseline = { fingerprint: 'f' } as Baseline;
const tick = (time: number): Observation => observeEvent({ type: 'tick', time });
const finding = (id: string, channel: string, since: number): Finding =>
  ({ id, detector: 'limits', channel, since, updatedAt: since }) as Finding;

/** Threads of a test. They record what they receive, and fail or hang on command. */
class FakePool {
  readonly options: PoolOptions;
  readonly given: number[] = [];
  answered: readonly (number | undefined)[] = [undefined];
  disposed = false;
  #failure: ScadaError | undefined;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  async observe(observation: Observation): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (observation.kind === 'event') this.given.push(observation.event.time);
  }

  fail(error: ScadaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.options.onFailed?.(error);
  }

  exit(): void {
    this.fail(new ScadaError('fatal', 'INTERNAL', 'the detection thread exited with code 1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}

async function startLive(scope: TaskScope) {
  const clock = new VirtualClock(1_000_000);
  const pools: FakePool[] = [];
  const told: string[] = [];
  const scopes: boolean[] = [];
  const live = await LiveDetection.start({
    plan,
    workers: 1,
    baseline,
    clock,
    wall: clock,
    logger: silentLogger,
    onFindings: (changes: readonly FindingChange[]) =>
      void told.push(...changes.map(({ change, finding: { id } }) => `${change} ${id}`)),
    onFollowed: () => {},
    onScope: (whole) => scopes.push(whole),
    keptState: async () => Buffer.from('state'),
    followedOf: () => [],
    situation: () => [tick(-1)],
    startPool: async (options) => {
      const pool = new FakePool(options);
      pools.push(pool);
      return pool as unknown as DetectionPool;
    },
  });
  const supervisor = new Supervisor({ clock, random: new Random(3), logger: silentLogger });
  const queue = new BoundedQueue<Observation>('detectors', 100, 'block');
  const source = queue[Symbol.asyncIterator]();
  scope.start((stop) => supervisor.run('detect', (signal) => live.run(source, () => {}, signal), stop));
  await clock.advance(0);
  const last = (): FakePool => pools.at(-1) as FakePool;
  return { clock, live, pools, last, told, scopes, supervisor, queue };
}

describe('the live detection', () => {
  it('replaces threads that exit, from the stored state and the present situation, without loss of waiting observations', async () => {
    await using scope = new TaskScope();
    const { clock, pools, last, queue, supervisor } = await startLive(scope);
    await clock.advance(120_000);
    queue.offer(tick(1));
    await clock.advance(0);
    expect(last().given).toEqual([1]);
    last().exit();
    queue.offer(tick(2));
    await clock.advance(0);
    expect(supervisor.states()).toMatchObject([{ name: 'detect', state: 'restarting' }]);
    queue.offer(tick(3));
    await clock.advance(400);
    expect(pools).toHaveLength(2);
    expect(pools[0]?.disposed).toBe(true);
    expect(last().options.snapshot?.toString()).toBe('state');
    expect(last().options.baseline).toBe(baseline);
    expect(last().given).toEqual([-1, 2, 3]);
    await clock.advance(5_000);
    expect(supervisor.states()).toMatchObject([{ state: 'running', restarts: 1 }]);
  });

  it('replaces threads that have not answered over ten checks', async () => {
    await using scope = new TaskScope();
    const { clock, pools, last, supervisor } = await startLive(scope);
    await clock.advance(120_000);
    last().answered = [undefined, 7];
    await clock.advance(9_000);
    last().answered = [undefined, 8];
    await clock.advance(10_000);
    expect(pools).toHaveLength(1);
    await clock.advance(2_000);
    expect(pools).toHaveLength(2);
    expect(supervisor.states()[0]?.lastError).toBe('the detection thread has not answered for 10 s');
  });

  it('judges only the stated limits after repeated failures, and tries all detectors later', async () => {
    await using scope = new TaskScope();
    const { clock, pools, last, live, scopes } = await startLive(scope);
    await clock.advance(120_000);
    for (let i = 0; i < 3; i++) {
      last().exit();
      await clock.advance(3_000);
    }
    const types = pools.map(({ options }) => options.plan.detectors.map(({ type }) => type).join());
    expect(types).toEqual(['limits,range', 'limits,range', 'limits,range', 'limits']);
    expect(pools.map(({ options }) => options.snapshot !== undefined)).toEqual([true, true, false, false]);
    expect(scopes).toEqual([true, true, true, false]);
    expect(await live.state()).toBeUndefined();
    await clock.advance(610_000);
    expect(scopes.at(-1)).toBe(true);
    expect(last().options.snapshot).toBeDefined();
  });

  it('keeps open findings: they continue, are found again, or end after a grace period', async () => {
    await using scope = new TaskScope();
    const { clock, last, told } = await startLive(scope);
    await clock.advance(120_000);
    const begin = (...findings: Finding[]): void =>
      last().options.onFindings(findings.map((each) => ({ change: 'begin', finding: each })));
    begin(finding('kept', 'A', 1), finding('again', 'B', 2), finding('gone', 'C', 3));
    last().exit();
    await clock.advance(1_000);
    begin(finding('kept', 'A', 1));
    begin(finding('again-2', 'B', 200_000));
    await clock.advance(290_000);
    expect(told.slice(3)).toEqual(['begin kept', 'begin again-2', 'end again']);
    await clock.advance(20_000);
    expect(told.slice(6)).toEqual(['end gone']);
  });
});
