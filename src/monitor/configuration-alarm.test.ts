import { expect, it } from 'vitest';
import { keepIn } from '../../test/support/keep-in.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { AlertManager } from '../alerts/manager.ts';
import { VirtualClock } from '../core/clock.ts';
import { type AuditEntry, savedAtOnce, type StoredBaseline } from '../core/state.ts';
import { TagTable } from '../core/tag.ts';
import { Unconfirmed } from './configuration/unconfirmed.ts';
import { watchConfiguration } from './configuration-alarm.ts';
import { SelfWatch } from './self-watch.ts';

const engineer = { role: 'engineer', user: 'anna' };

/** A data directory in memory, on which the monitor starts again and again. */
function site() {
  const clock = new VirtualClock(1_000_000);
  const alerts = new MemoryAlerts();
  const rows: StoredBaseline[] = [];
  const entries: AuditEntry[] = [];
  const baselines = {
    latest: () => rows.at(-1),
    add: (row: Omit<StoredBaseline, 'version'>) => rows.push({ ...row, version: rows.length + 1 }),
  };
  const audit = {
    append: (entry: AuditEntry) => void entries.push(entry),
    read: () => entries.toReversed(),
    last: () => entries.at(-1),
  };
  const state = { baselines, audit, keep: keepIn({ baselines, audit }), saving: savedAtOnce };
  return {
    clock,
    start: (weaker: readonly { readonly object: string; readonly before: string; readonly after: string }[]) => {
      const now = Object.fromEntries(weaker.map(({ object, after }) => [object, after]));
      const configuration = new Unconfirmed({ state, clock, file: 'plant.yaml', now, weaker });
      const manager = new AlertManager({ store: alerts, clock, epoch: 'e', tags: new TagTable([]) });
      watchConfiguration(configuration, manager, new SelfWatch(clock, (change) => manager.take(change)));
      return { configuration, manager };
    },
  };
}

const budget = { object: 'alarm budget', before: '2.4 a day', after: '1 a day' };
const times = { object: 'source times', before: '"1d"', after: '"9d"' };

it('the alarm lasts over acknowledgement and restart until the change is confirmed, and its incident keeps the reason', async () => {
  const { start } = site();
  const { manager: first } = start([budget]);
  const [raised] = first.open();
  expect(raised).toMatchObject({ priority: 3, title: 'Configuration changed, not confirmed', state: 'B' });
  expect(raised?.explanation.sentence).toContain('plant.yaml: alarm budget 2.4 a day → 1 a day.');
  first.acknowledge(raised?.id ?? '', { role: 'operator' });
  const { configuration, manager } = start([budget]);
  expect(manager.open()).toMatchObject([{ id: raised?.id, state: 'C' }]);
  await configuration.confirm(configuration.open()?.id ?? '', engineer, 'fewer false alarms', 'first');
  expect(manager.open()).toEqual([]);
  expect(manager.actsOf(raised?.incident ?? '', { limit: 9 })).toContainEqual(
    expect.objectContaining({ kind: 'commented', by: engineer, note: 'Changed configuration confirmed: fewer false alarms' }),
  );
});

it('a change that cannot weaken the watch is an alarm of its own, which claims no reduced protection', () => {
  const { clock } = site();
  const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'e', tags: new TagTable([]) });
  const configuration = {
    note: 'plant.yaml has changed: tag X.LT now watched.',
    open: () => undefined,
  } as unknown as Unconfirmed;
  watchConfiguration(configuration, manager, new SelfWatch(clock, (change) => manager.take(change)));
  expect(manager.open()).toMatchObject([
    { title: 'Configuration changed', state: 'D', device: 'monitor/configuration', techniques: [{ id: 'T0838' }] },
  ]);
});

it('a further change is annunciated again, and the earlier alarm ends by itself', async () => {
  const { clock, start } = site();
  const { manager: first } = start([budget]);
  first.acknowledge(first.open()[0]?.id ?? '', { role: 'operator' });
  const { manager } = start([budget, times]);
  expect(manager.open().map(({ state }) => state)).toEqual(['C', 'B']);
  await clock.advance(300_000);
  manager.tick();
  expect(manager.open()).toMatchObject([{ state: 'B', explanation: { sentence: expect.stringContaining('source times') } }]);
});
