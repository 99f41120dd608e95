import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Annotations } from '../../src/alerts/annotations.ts';
import { Approvals } from '../../src/alerts/approvals.ts';
import { Maintenance } from '../../src/alerts/maintenance.ts';
import { AlertManager } from '../../src/alerts/manager.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Finding } from '../../src/core/finding.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import type { DirectStateStore, StateStore } from '../../src/core/state.ts';
import { TagTable } from '../../src/core/tag.ts';
import { Unconfirmed } from '../../src/monitor/configuration/unconfirmed.ts';
import { openQueuedState } from '../../src/state/queued.ts';
import { openState } from '../../src/state/state.ts';
import type { Operation } from '../../src/state/writer/operation.ts';
import { tagOf } from '../support/detectors.ts';
import { LocalOwner } from '../support/local-owner.ts';
import { tagFinding } from '../support/tag-finding.ts';

const start = Date.UTC(2026, 10, 28, 6);
const second = 1_000;
const anna = { role: 'engineer', session: 's1', user: 'anna' };
const bert = { role: 'admin', session: 's2', user: 'bert' };
const tags = new TagTable([
  tagOf('CW.LT01', { area: 'clearwell', equipment: 'CW', device: 'plc1' }),
  tagOf('T1.LT', { area: 'network', equipment: 'T1', device: 'plc2' }),
]);
const level = tagFinding(tags, 'CW.LT01', start);
const intruded = { sentence: 'Written.', title: 'Written', contributions: [], normalIf: '', techniques: ['T1692.001'] };
const intrusion = tagFinding(tags, 'T1.LT', start, { explanation: { ...intruded, seen: intruded.techniques } });

/** Where the process is killed: before or after the commit of a transaction. */
interface KillPoint {
  readonly transaction: number;
  readonly after: boolean;
}

/** Writes to disk as the process of state.db does, until the process is killed: nothing is written or answered then. */
class MortalOwner extends LocalOwner {
  #point: KillPoint | undefined;
  #written = 0;
  readonly #killed = Promise.withResolvers<'killed'>();

  /** Kills at a point from now on. */
  async killAt(point: KillPoint): Promise<'killed'> {
    this.#point = point;
    this.#written = 0;
    return await this.#killed.promise;
  }

  override async write(operations: readonly Operation[]): Promise<void> {
    const dies = this.#point?.transaction === this.#written++;
    if (!dies || this.#point?.after === true) await super.write(operations);
    if (!dies) return;
    this.#killed.resolve('killed');
    await new Promise(() => {});
  }
}

/** What a user or the monitor acts on. */
interface Parts {
  readonly manager: AlertManager;
  readonly maintenance: Maintenance;
  readonly approvals: Approvals;
  readonly annotations: Annotations;
  /** Changed settings of the configuration at a start, which has found `changed` ones. */
  readonly startedWith: (changed: boolean) => Unconfirmed;
}

interface Step {
  readonly name: string;
  /** Time that passes before it, ms. */
  readonly ms?: number;
  readonly run: (parts: Parts) => unknown;
}

/** State of the plant. */
class World {
  readonly clock = new VirtualClock(start);
  readonly findings = new Map<string, Finding>();
  suppressed = false;

  begin = ({ manager }: Parts, finding: Finding): void => {
    this.findings.set(finding.id, finding);
    manager.take({ change: 'begin', finding });
  };

  end = ({ manager }: Parts, finding: Finding): void => {
    this.findings.delete(finding.id);
    manager.take({ change: 'end', finding: { ...finding, endedAt: this.clock.now() } });
  };

  partsOn(state: StateStore): Parts {
    const { clock } = this;
    const { audit, keep } = state;
    const maintenance = new Maintenance({
      store: state.maintenance,
      audit,
      keep,
      tags,
      devices: ['plc1', 'plc2'],
      clock,
      timeZone: 'UTC',
      onChange: () => {},
    });
    const manager = new AlertManager({
      store: state.alerts,
      clock,
      epoch: 'e',
      tags,
      maintenance,
      saving: state.saving,
      suppression: { causeOf: () => (this.suppressed ? 'the pump is off' : undefined) },
    });
    // findings that are present continue after a restart
    for (const finding of this.findings.values()) manager.take({ change: 'update', finding });
    const approvals = new Approvals({ store: state.approvals, audit, keep, clock, required: true });
    const annotations = new Annotations({ store: state.annotations, keep, clock });
    const weaker = [{ object: 'CW.LT01 high', before: '5 m', after: '6 m' }];
    const now = { 'tag CW.LT01': 'watched', 'CW.LT01 high': '6 m' };
    const startedWith = (changed: boolean): Unconfirmed =>
      new Unconfirmed({ state, clock, file: 'plant.yaml', now, weaker: changed ? weaker : [] });
    return { manager, maintenance, approvals, annotations, startedWith };
  }
}

/** Id of the last alert of an equipment, which is in memory then. */
const alertOn = async ({ manager }: Parts, equipment: string): Promise<string> => {
  const found = (await manager.find({ limit: 10 })).find((alert) => alert.equipment === equipment);
  return (await manager.read(found?.id ?? ''))?.id ?? '';
};
const tick = ({ manager }: Parts): void => manager.tick();
const planOf = ({ maintenance }: Parts): string => maintenance.planned()[0]?.id ?? '';
const shelving = { kind: 'shelve', ids: ['CW', 'T1'], minutes: 2_880 } as const;
const place = { kind: 'equipment', id: 'CW' } as const;
const confirm = async (changes: Unconfirmed, stored: 'first' | 'queued'): Promise<void> =>
  changes.confirm(changes.open()?.id ?? '', anna, 'new weir', stored);

/** The life of two alarms, with everything that users can do to them. */
const lifeIn = (world: World): readonly Step[] => [
  { name: 'alarm', run: (parts) => world.begin(parts, level) },
  { name: 'acknowledge', run: async (parts) => parts.manager.acknowledge(await alertOn(parts, 'CW'), anna, 'seen') },
  {
    name: 'shelve for a time',
    run: async (parts) =>
      parts.manager.shelve(await alertOn(parts, 'CW'), { until: world.clock.now() + 60 * second, reason: 'r' }, anna),
  },
  { name: 'end of shelving by the clock', ms: 61 * second, run: tick },
  {
    name: 'shelve once',
    run: async (parts) =>
      parts.manager.shelve(
        await alertOn(parts, 'CW'),
        { until: world.clock.now() + 600 * second, once: true, reason: 'r' },
        anna,
      ),
  },
  { name: 'end of one-shot shelving with the condition', run: (parts) => world.end(parts, level) },
  { name: 'latching alarm', run: (parts) => world.begin(parts, intrusion) },
  { name: 'acknowledge it', run: async (parts) => parts.manager.acknowledge(await alertOn(parts, 'T1'), anna) },
  { name: 'end of its condition', run: (parts) => world.end(parts, intrusion) },
  { name: 'reset', run: async (parts) => parts.manager.reset(await alertOn(parts, 'T1'), bert, 'checked') },
  {
    name: 'verdict on an incident',
    run: async (parts) =>
      parts.manager.judgeIncident(parts.manager.get(await alertOn(parts, 'T1'))?.incident ?? '', 'expected', anna),
  },
  { name: 'verdict', run: async (parts) => parts.manager.judge(await alertOn(parts, 'T1'), 'true', bert) },
  { name: 'next alarm', ms: 4_000 * second, run: (parts) => world.begin(parts, { ...level, id: 'L2' }) },
  { name: 'suppression by design', run: (parts) => ((world.suppressed = true), tick(parts)) },
  { name: 'end of suppression', run: (parts) => ((world.suppressed = false), tick(parts)) },
  { name: 'maintenance', run: ({ maintenance }) => maintenance.begin(place, world.clock.now() + 3_600 * second, anna, 'r') },
  { name: 'out of service', ms: second, run: tick },
  { name: 'end of maintenance', run: ({ maintenance }) => maintenance.end(maintenance.open()[0]?.id ?? '', bert) },
  { name: 'back in service', ms: second, run: tick },
  { name: 'annotation', run: ({ annotations }) => annotations.add(world.clock.now(), 'pump changed', anna) },
  {
    name: 'removal of an annotation',
    run: ({ annotations }) => annotations.remove(annotations.during(0, Infinity).annotations[0]?.id ?? '', anna),
  },
  { name: 'request for a second person', run: ({ approvals }) => approvals.request(shelving, anna, 'r') },
  { name: 'rejection', run: ({ approvals }) => approvals.reject(approvals.waiting()[0]?.id ?? '', bert, 'no') },
  { name: 'second request', run: ({ approvals }) => approvals.request(shelving, anna, 'r') },
  { name: 'another latching alarm', run: (parts) => world.begin(parts, { ...intrusion, id: 'I2' }) },
  {
    name: 'approval with its act',
    run: async (parts) => {
      const ids = [await alertOn(parts, 'CW'), await alertOn(parts, 'T1')];
      await parts.approvals.approve(parts.approvals.waiting()[0]?.id ?? '', bert, 'yes', async ({ by, reason }) => {
        const until = world.clock.now() + 172_800 * second;
        for (const id of ids) parts.manager.shelve(id, { until, reason }, by);
      });
    },
  },
  { name: 'start with a changed configuration', run: ({ startedWith }) => startedWith(true) },
  { name: 'its confirmation', run: ({ startedWith }) => confirm(startedWith(false), 'first') },
  { name: 'start with another change', ms: second, run: ({ startedWith }) => startedWith(true) },
  {
    name: 'request to confirm it',
    run: ({ approvals }) => approvals.request({ kind: 'configuration', change: 'c', text: 'CW.LT01 high 5 m → 6 m' }, anna, 'r'),
  },
  {
    name: 'approved confirmation',
    run: ({ approvals, startedWith }) =>
      approvals.approve(approvals.waiting()[0]?.id ?? '', bert, 'yes', async () => confirm(startedWith(false), 'queued')),
  },
  {
    name: 'plan of maintenance',
    run: ({ maintenance }) =>
      maintenance.plan({ place, from: world.clock.now() + 10 * second, lastsMs: 60 * second, reason: 'r' }, anna),
  },
  { name: 'its begin by the clock', ms: 11 * second, run: ({ maintenance }) => maintenance.open() },
  {
    name: 'repeated plan',
    run: ({ maintenance }) =>
      maintenance.plan({ place, from: world.clock.now() + 60 * second, lastsMs: second, repeat: 'day', reason: 'r' }, anna),
  },
  { name: 'cancelled plan', run: (parts) => parts.maintenance.cancel(planOf(parts), bert) },
];

/** All that is stored, without ids and without mere updates. */
function storedIn(state: DirectStateStore) {
  return {
    alerts: state.alerts
      .find({ limit: 100 })
      .map((one) => [
        one.raisedAt,
        one.equipment,
        one.state,
        one.shelf?.until,
        one.shelf?.once,
        one.suppressed?.cause,
        one.verdict?.word,
        one.incidentVerdict?.word,
      ]),
    audit: state.audit
      .read({ limit: 1_000 })
      .map(({ time, action, user, before, after, reason }) => [time, action, user, before, after, reason]),
    windows: state.maintenance.during(0, Infinity).map((one) => [one.place.id, one.from, one.to]),
    plans: state.maintenance.plans().map((one) => [one.place.id, one.from, one.openedAt]),
    approvals: state.approvals.list().map(({ act, by }) => [act.kind, by.user]),
    unconfirmed: state.baselines.latest('site/unconfirmed')?.content,
    annotations: state.annotations.during(0, Infinity).annotations.map((one) => one.text),
  };
}

const storedOnDisk = (dir: string): ReturnType<typeof storedIn> => {
  using state = openState(dir);
  return storedIn(state);
};

it('an act is whole or absent after kill -9 at any transaction, and kept once it was answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-acts-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const dir = join(folder, 'killed');
  const world = new World();
  const random = new Random(7);
  using twin = openState(join(folder, 'twin'));
  const twinParts = world.partsOn(twin);
  openState(dir)[Symbol.dispose]();

  /** Starts the monitor, performs a step and kills it. True if the step was answered before. */
  const attempt = async (step: Step, point: KillPoint): Promise<boolean> => {
    const clock = new VirtualClock(0);
    const owner = new MortalOwner(dir);
    const state = await openQueuedState(dir, { clock, logger: silentLogger, report: () => {}, owner });
    const parts = world.partsOn(state);
    await state.saving.settled();
    const killed = owner.killAt(point);
    const answered = (async () => {
      await step.run(parts);
      return await state.saving.settled();
    })();
    const outcome = await Promise.race([answered, killed]);
    const ended = state[Symbol.asyncDispose]();
    await clock.advance(10_000);
    await ended;
    return outcome === true;
  };

  const kills: string[] = [];
  for (const step of lifeIn(world)) {
    world.clock.set(world.clock.now() + (step.ms ?? 0));
    const findings = new Map(world.findings);
    const { suppressed } = world;
    const before = storedIn(twin);
    await step.run(twinParts);
    const whole = storedIn(twin);
    expect(whole, step.name).not.toEqual(before);
    for (let transaction = 0, isDone = false; !isDone; transaction++) {
      for (const after of random.next() < 0.5 ? [false, true] : [false]) {
        // the attempt that was killed has not changed the plant
        world.findings.clear();
        for (const [id, finding] of findings) world.findings.set(id, finding);
        world.suppressed = suppressed;
        const isAnswered = await attempt(step, { transaction, after });
        const stored = storedOnDisk(dir);
        const at = `${step.name}, ${isAnswered ? 'answered' : `killed ${after ? 'after' : 'before'} commit ${transaction}`}`;
        kills.push(at);
        isDone = JSON.stringify(stored) === JSON.stringify(whole);
        if (isAnswered) expect(stored, at).toEqual(whole);
        else if (!isDone) expect(stored, at).toEqual(before);
        if (isDone) break;
      }
    }
  }
  expect(kills.filter((at) => at.includes('killed')).length).toBeGreaterThan(40);
});
