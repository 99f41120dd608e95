import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { modbus } from '../../collectors/modbus/index.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { failingHistorian } from '../../test/support/failing-plugins.ts';
import { detectionFinding } from '../../test/support/ocsf.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import type { AlertManager } from '../alerts/manager.ts';
import type { Alert, AlertChange, SentChange } from '../core/alert.ts';
import { VirtualClock } from '../core/clock.ts';
import type { NotificationSettings } from '../core/notification-settings.ts';
import type { NotifierPlugin, OutsideAcknowledgement } from '../core/notifier.ts';
import { observeEvent } from '../core/observation.ts';
import { silentLogger } from '../core/plugin.ts';
import type { SecurityRecord } from '../core/security-record.ts';
import { addressPseudonymsOf, byPseudonym, pseudonymsOf } from '../core/shown.ts';
import { TagTable } from '../core/tag.ts';
import { openState } from '../state/state.ts';
import { eventOf, formats } from '../siem/index.ts';
import { IncidentClients } from './incident-clients.ts';
import { startMonitor } from './monitor.ts';
import { type Recorded, ReplayPlayer } from './replay-player.ts';

const start = Date.UTC(2026, 10, 28);
const secret = createHash('sha256').update('secret of a data directory').digest();
const addressPseudonym = addressPseudonymsOf(secret);
const userPseudonym = pseudonymsOf(secret);

const tags = new TagTable([tagOf('LT01'), { ...tagOf('FT01'), equipment: 'PUMP' }]);

/** A receiver that keeps what it gets. Its tool can acknowledge alerts. */
class Receiver {
  readonly changes: AlertChange[] = [];
  readonly records: SecurityRecord[] = [];
  acknowledgements: readonly OutsideAcknowledgement[] = [];
  readonly plugin: NotifierPlugin = {
    type: 'tool',
    summary: 'A test.',
    schema: z.strictObject({}),
    create: () => ({
      notify: async (change) => void this.changes.push(change),
      notifyDigest: async ({ latest }) => void this.changes.push(...latest),
      canary: async () => {},
      streams: ['audit', 'network'],
      sendRecords: async (records) => void this.records.push(...records),
      acknowledged: async () => this.acknowledgements,
    }),
  };

  /** The last act of a person. */
  act(): AlertChange | undefined {
    return this.changes.findLast(({ by }) => by.role !== 'monitor');
  }
}

/** A whole monitor that replays one second, with a receiver for each of the settings. */
async function startWith(all: readonly NotificationSettings[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-notifying-'));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const wall = new VirtualClock(start);
  const receivers = all.map(() => new Receiver());
  const config: MonitorConfig = {
    file: 'test',
    site: { name: 'Tank', timeZone: 'UTC', positions: [], areas: [{ id: 'Area', name: 'Area', equipment: [], indicators: [] }] },
    tags,
    devices: [{ name: 'PLC-1', description: '', plugin: modbus, config: {} }],
    detectors: [],
    groups: [],
    workers: 1,
    budgetPerDay: 24,
    historian: { plugin: failingHistorian({}), config: {} },
    notifiers: all.map((settings, i) => ({ plugin: (receivers[i] as Receiver).plugin, config: {}, settings })),
    dashboard: {},
  };
  async function* recording(): AsyncGenerator<Recorded, void, void> {
    yield { time: start, observation: observeEvent({ type: 'tick', time: start }) };
  }
  const replay = (await ReplayPlayer.open(recording(), 'a test', Infinity, wall)) as ReplayPlayer;
  const state = stack.use(openState(dataDir));
  const monitor = stack.use(
    await startMonitor({
      config,
      dataDir,
      state,
      clock: replay.clock,
      wall,
      logger: silentLogger,
      seed: 1,
      replay,
      naming: byPseudonym(userPseudonym),
      addressPseudonym,
    }),
  );
  const raise = (): Alert => {
    monitor.noteProtection('Role engineer changed a limit from 10.0.0.66');
    const raised = monitor.view.alerts.open().at(-1);
    if (raised === undefined) throw new Error('no alert was raised');
    return raised;
  };
  return { wall, receivers, alerts: monitor.view.alerts, raise };
}

const stack = new AsyncDisposableStack();
let site: Awaited<ReturnType<typeof startWith>>;
beforeAll(async () => {
  const privacy = [
    undefined,
    { addresses: 'pseudonym', users: 'pseudonym', notes: 'show' },
    { addresses: 'hide', users: 'hide', notes: 'hide' },
  ] as const;
  site = await startWith(privacy.map((one) => ({ privacy: one })));
});
afterAll(() => stack.disposeAsync());

it('each destination learns of persons and networks what its settings allow, by one pseudonym for all of them', async () => {
  const { wall, receivers, alerts, raise } = site;
  const { id } = raise();
  alerts.acknowledge(id, { role: 'operator', user: 'Ann', session: 's-1' }, 'Bob looks after 10.0.0.66');
  await wall.advance(5_000);
  await expect.poll(() => receivers.map((one) => one.act()?.alert.id)).toEqual([id, id, id]);
  const [open, pseudonym, hidden] = receivers.map(({ changes }) => JSON.stringify(changes));
  for (const text of [open, pseudonym, hidden]) expect(text).not.toMatch(/Ann|s-1/);
  expect(open).toContain('10.0.0.66');
  expect(open).toContain(userPseudonym('Ann'));
  for (const text of [pseudonym, hidden]) expect(text).not.toContain('10.0.0.66');
  expect(pseudonym).toContain(`Bob looks after ${addressPseudonym('10.0.0.66')}`);
  expect(pseudonym).toContain(userPseudonym('Ann'));
  expect(hidden).not.toMatch(/Bob|user-|address-/);
});

it('each destination receives the audit trail with what its settings allow', async () => {
  const { wall, receivers, alerts, raise } = site;
  const { id } = raise();
  alerts.acknowledge(id, { role: 'operator', user: 'Eve', session: 's-2' }, 'Eve looks after 10.0.0.77');
  const found = (): readonly (SecurityRecord | undefined)[] =>
    receivers.map(({ records }) => records.findLast(({ act }) => act?.role === 'operator' && act.object === id));
  await expect
    .poll(async () => {
      await wall.advance(1_000);
      const [first, ...others] = found();
      return first?.act?.reason?.startsWith('Eve') === true && others.every((one) => one?.id === first.id);
    })
    .toBe(true);
  const [open, pseudonym, hidden] = found();
  expect(open).toMatchObject({ stream: 'audit', site: 'Tank', act: { role: 'operator', user: userPseudonym('Eve') } });
  expect(open?.act?.reason).toContain('10.0.0.77');
  expect(pseudonym?.act?.reason).toContain(addressPseudonym('10.0.0.77'));
  expect(hidden?.act).toEqual({ role: 'operator', object: id, before: 'D', after: 'A' });
  for (const { records } of receivers) expect(JSON.stringify(records)).not.toMatch(/s-2|"Eve"/);
});

it('an acknowledgement in the tool of a receiver is one here, and the others get it', async () => {
  const { wall, receivers, alerts, raise } = site;
  const { id, incident } = raise();
  const [other, tool] = receivers as [Receiver, Receiver];
  tool.acknowledgements = [{ alert: id, by: 'Carol' }];
  await wall.advance(60_000);
  await expect.poll(() => other.act()?.by.user).toBe(userPseudonym('tool-2: Carol'));
  expect((await alerts.actsOf(incident, { limit: 9 })).at(-1)?.by).toMatchObject({
    role: 'operator',
    user: 'tool-2: Carol',
  });
  // a name from outside is a user's name, too
  expect(JSON.stringify(other.changes)).not.toContain('Carol');
});

it('a process alert after a write names the client of its incident, marked as inferred, and another one names nobody', async () => {
  const { wall, receivers, alerts } = site;
  const manager = alerts as AlertManager;
  const now = wall.now();
  const sentOf = (receiver: Receiver | undefined, id: string): SentChange | undefined =>
    receiver?.changes.find(({ alert }) => alert.findings[0]?.id === id);
  manager.take({ change: 'begin', finding: tagFinding(tags, 'FT01', now) });
  const write = tagFinding(tags, 'LT01', now, { id: 'write', network: true, device: 'PLC-1', detector: 'traffic' });
  const explanation = { ...write.explanation, clients: ['10.0.0.66'] };
  manager.take({ change: 'begin', finding: { ...write, explanation } });
  manager.take({ change: 'begin', finding: tagFinding(tags, 'LT01', now + 2_000) });
  await wall.advance(5_000);
  await expect.poll(() => receivers.every((one) => sentOf(one, 'F LT01') !== undefined)).toBe(true);
  const [open, pseudonym, hidden] = receivers.map((one) => sentOf(one, 'F LT01') as SentChange);
  const consequence = eventOf(open as SentChange);
  expect(consequence.alert.incident).toBe(sentOf(receivers[0], 'write')?.alert.incident);
  expect([consequence.clients, consequence.incidentClients]).toEqual([[], ['10.0.0.66']]);
  const cef = formats.cef(consequence);
  expect(cef).toContain(' src=10.0.0.66 ');
  expect(cef).toContain(' cs5Label=clients cs5=10.0.0.66 (inferred from the incident)');
  const ocsf = JSON.parse(formats.ocsf(consequence)) as { evidences: object[] };
  expect(detectionFinding.safeParse(ocsf).error?.issues).toBeUndefined();
  expect(ocsf.evidences[0]).toEqual({ src_endpoint: { ip: '10.0.0.66' }, data: { remark: 'inferred from the incident' } });
  expect(JSON.parse(formats.ecs(consequence))).toMatchObject({
    source: { ip: '10.0.0.66' },
    scadawatch: { clients: 'inferred from the incident' },
  });
  expect(pseudonym?.incidentClients).toEqual([addressPseudonym('10.0.0.66')]);
  expect(JSON.stringify(hidden)).not.toContain('10.0.0.66');

  const own = eventOf(sentOf(receivers[0], 'write') as SentChange);
  expect([own.clients, own.incidentClients]).toEqual([['10.0.0.66'], []]);
  expect(formats.cef(own)).toContain(' cs5=10.0.0.66 ');
  const unrelated = formats.cef(eventOf(sentOf(receivers[0], 'F FT01') as SentChange));
  expect(unrelated).not.toMatch(/ src=| cs5=/);

  // after a restart the clients are those of the stored alerts
  const restarted = new IncidentClients(alerts, (await alerts.find({ limit: 9 })).toReversed());
  expect(restarted.of(consequence.alert)).toEqual(['10.0.0.66']);
});
