import { expect, it } from 'vitest';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { tagFinding } from '../../test/support/tag-finding.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { AlertManager } from '../alerts/manager.ts';
import { zoneText } from '../core/calendar.ts';
import { VirtualClock } from '../core/clock.ts';
import type { MaintenanceWindow } from '../core/maintenance.ts';
import { reducedDevice } from '../core/self-device.ts';
import { TagTable } from '../core/tag.ts';
import { reducedNow, type ReducingSources } from './reduced.ts';
import { SelfWatch } from './self-watch.ts';

const start = Date.UTC(2026, 10, 25);
const hour = 3_600_000;
const operator = { role: 'operator', session: 's1' };
const tags = new TagTable([tagOf('LT01', { area: 'intake', equipment: 'T1', device: 'plc1' })]);
const none: ReducingSources = {
  zone: zoneText('UTC'),
  shiftMs: 12 * hour,
  maintenance: [],
  alerts: [],
  configuration: undefined,
  reference: undefined,
};
const window = (id: string, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  id,
  place: { kind: 'area', id },
  from: start,
  to: start + hour,
  by: 'operator',
  reason: 'cleaning',
  ...more,
});

function room() {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  const watch = new SelfWatch(clock, (change) => manager.take(change));
  const now = (sources: Partial<ReducingSources> = {}): void => {
    clock.set(clock.now() + 1_000);
    watch.setReduced(reducedNow({ ...none, alerts: manager.open(), ...sources }));
    manager.tick();
  };
  const alarms = () => manager.open().filter(({ device }) => device === reducedDevice);
  /** State and sentence of the alarm. */
  const alarm = () => alarms().map(({ state, explanation }) => [state, explanation.sentence]);
  const acknowledge = (): void => alarms().forEach(({ id }) => manager.acknowledge(id, operator));
  return { clock, store, manager, now, alarm, alarms, acknowledge };
}

it('one alarm lists all that is reduced now, calls again for what is added, and ends with the last of it', () => {
  const { now, alarm, alarms, acknowledge, manager } = room();
  now();
  expect(alarm()).toEqual([]);
  now({ maintenance: [window('intake')] });
  const first = 'Protection is reduced by 1: area intake is out of service until 2026-11-25 01:00 by role operator: cleaning.';
  expect(alarm()).toEqual([['B', first]]);
  acknowledge();
  now({ maintenance: [window('intake')] });
  expect(alarm()).toEqual([['C', first]]);
  // a second part, approved: it calls although the first was acknowledged
  const both = [window('intake'), window('network', { approvedBy: 'engineer', to: start + 30 * 24 * hour })];
  now({ maintenance: both });
  expect(alarm()).toEqual([
    [
      'B',
      expect.stringMatching(
        /^Protection is reduced by 2: .* network .* until 2026-12-25 00:00 by role operator, approved by role engineer: cleaning\.$/,
      ),
    ],
  ]);
  acknowledge();
  // less, and an unconfirmed configuration with an alarm of its own, are updates
  now({
    maintenance: both.slice(1),
    configuration: { id: '0123abcd', at: 0, file: 'plant.yaml', settings: [{ object: 'feed threats', before: 'read' }] },
  });
  expect(alarm()).toEqual([
    ['C', expect.stringContaining('changed settings of plant.yaml are not confirmed: feed threats read → none.')],
  ]);
  now();
  expect([alarm(), alarms(), manager.open()]).toEqual([[], [], []]);
});

it('a shelf within a shift is listed without another call, a longer one calls', () => {
  const { now, alarm, acknowledge, manager, clock } = room();
  manager.take({ change: 'begin', finding: tagFinding(tags, 'LT01', start) });
  const { id = '' } = manager.open()[0] ?? {};
  now({ maintenance: [window('intake')] });
  acknowledge();
  manager.shelve(id, { until: clock.now() + hour, reason: 'float hangs' }, operator);
  now({ maintenance: [window('intake')] });
  expect(alarm()).toEqual([
    ['C', expect.stringContaining(`${id} is shelved until 2026-11-25 01:00 by role operator: float hangs`)],
  ]);
  manager.shelve(id, { until: clock.now() + 13 * hour, reason: 'float hangs', approvedBy: 'admin' }, operator);
  now({ maintenance: [window('intake')] });
  expect(alarm()).toEqual([['B', expect.stringContaining('approved by role admin')]]);
});

it('continues after a restart with the same reductions, and names at most 50', () => {
  const { store, now, acknowledge } = room();
  const many = Array.from({ length: 60 }, (_, n) => window(`w${n}`));
  now({ maintenance: many });
  acknowledge();
  const clock = new VirtualClock(start + hour);
  const manager = new AlertManager({ store, clock, epoch: 'e', tags });
  new SelfWatch(clock, (change) => manager.take(change)).setReduced(reducedNow({ ...none, maintenance: many }));
  const [alert] = manager.open();
  expect([alert?.state, alert?.findings.length]).toEqual(['C', 1]);
  expect(alert?.findings[0]?.explanation.sentence).toContain('; and 10 more.');
});
