import { expect, it } from 'vitest';
import { deviceText, isSelf } from './self-device.ts';

it('names the monitor and its parts in words, without the id of a change, and other devices as they are configured', () => {
  expect(
    ['monitor', 'monitor/protection', 'monitor/configuration/d04bf2ae', 'monitor/alerts.db', 'PLC1'].map(deviceText),
  ).toEqual(['Monitor', 'Monitor, protection', 'Monitor, configuration', 'Monitor, alerts.db', 'PLC1']);
  expect(['monitor', 'monitor/protection', 'monitor2', undefined].map(isSelf)).toEqual([true, true, false, false]);
});
