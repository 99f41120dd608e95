import { expect, it } from 'vitest';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { AlertManager } from '../alerts/manager.ts';
import { VirtualClock } from '../core/clock.ts';
import { isSystemFault } from '../core/self-device.ts';
import { TagTable } from '../core/tag.ts';
import { SelfWatch } from './self-watch.ts';

it('a fault of the monitor is no case of the security team, an act against its protection is one', () => {
  const clock = new VirtualClock(1_000_000);
  const manager = new AlertManager({ store: new MemoryAlerts(), clock, epoch: 'e', tags: new TagTable([]) });
  const watch = new SelfWatch(clock, (change) => manager.take(change));
  watch.noteNotKept('state.db is not written: the disk is full.');
  watch.set('notifiers-stopped', true);
  watch.set('notifying-stopped', true, { of: 'webhook' });
  watch.set('monitor-late', true);
  watch.set('canary-lost', true, { of: 'detection' });
  watch.noteDamage({ file: '/data/alerts.db', reason: 'was damaged', lost: 'Nothing is lost.', action: 'Check the disk' });
  watch.set('sign-ins-refused', true);
  watch.noteProtection('Detector frozen was disabled.');
  watch.noteConfiguration({
    id: '0123abcd',
    at: 0,
    file: 'plant.yaml',
    settings: [{ object: 'detector frozen', before: 'enabled' }],
  });
  const titles = Object.groupBy(manager.open(), (alert) => (isSystemFault(alert) ? 'system' : 'security'));
  expect(titles.security?.map(({ title }) => title).toSorted()).toEqual([
    'Configuration changed, not confirmed',
    'Dashboard: repeated failed sign-ins',
    'Protection by the monitor was reduced',
  ]);
  // faults of the monitor are one alert, each damaged file has its own
  expect(titles.system?.map(({ findings }) => findings.length)).toEqual([5, 1]);
});
