import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ScadaError } from '../../src/core/errors.ts';
import { diskError, failingHistorian, failingNotifier, type Fault } from '../support/failing-plugins.ts';
import { WatchedTank } from '../support/watched-tank.ts';

const patience = { timeout: 60_000, interval: 50 };

it('judges again after its detection thread was ended: the alarm says that it was down, and a limit crossed meanwhile is alerted', async () => {
  await using tank = await WatchedTank.start();
  const { view } = tank.monitor;
  await expect.poll(() => view.latest.value[0], patience).toBe(2);
  await tank.worker('detection').terminate();
  tank.setLevel(4.5);
  await expect.poll(() => tank.titles(), patience).toContain('Monitor fault: detection is down');
  await expect.poll(() => tank.titles().join(), patience).toMatch(/LEVEL/);
  await expect.poll(() => tank.titles().join(), patience).not.toMatch(/detection is down/);
  expect(tank.titles().join()).toMatch(/LEVEL/);
  tank.setLevel(2);
  await expect.poll(() => tank.titles(), patience).toEqual([]);
}, 120_000);

it('alerts while historian, event log, state.db and notifier all fail, and one alarm names alerts and events as not kept', async () => {
  const [store, receiver]: Fault[] = [{}, {}];
  const notifier = failingNotifier(receiver ?? {});
  await using tank = await WatchedTank.start({
    historian: { plugin: failingHistorian(store ?? {}), config: {} },
    notifiers: [notifier.plugin],
  });
  const { view } = tank.monitor;
  const notKept = (): string =>
    tank
      .alerts()
      .flatMap(({ findings }) => findings)
      .filter(({ channel, endedAt }) => channel === 'not-kept' && endedAt === undefined)
      .map(({ explanation }) => explanation.sentence)
      .join('\n');
  await expect.poll(() => view.latest.value[0], patience).toBe(2);
  Object.assign(store ?? {}, { error: diskError('ENOSPC') });
  Object.assign(receiver ?? {}, { error: new Error('503') });
  rmSync(join(tank.dataDir, 'events'), { recursive: true });
  writeFileSync(join(tank.dataDir, 'events'), 'no folder');
  using holder = new DatabaseSync(join(tank.dataDir, 'state.db'));
  holder.exec('BEGIN IMMEDIATE');
  tank.setLevel(4.5);
  await expect.poll(() => tank.titles().join(), patience).toMatch(/LEVEL/);
  await expect.poll(notKept, patience).toMatch(/alerts and acts/);
  await expect.poll(notKept, patience).toMatch(/events/);
  const states = Object.fromEntries(view.parts().map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({ 'collect plc1': 'running', detect: 'running', state: 'restarting' });
  holder.exec('ROLLBACK');
  await expect.poll(notKept, patience).not.toMatch(/alerts and acts/);
  tank.setLevel(2);
  await expect.poll(() => tank.titles().join(), patience).not.toMatch(/LEVEL/);
}, 120_000);

it('raises an alarm with the reason when a receiver answers 401, and sends it every alert after the repair', async () => {
  const receiver: Fault = { error: new ScadaError('fatal', 'NOTIFY_FAILED', 'siem: HTTP 401') };
  const notifier = failingNotifier(receiver);
  await using tank = await WatchedTank.start({ notifiers: [notifier.plugin] });
  const { view } = tank.monitor;
  const link = () => view.chain().find(({ name }) => name === 'notify failing-1');
  await expect.poll(() => view.latest.value[0], patience).toBe(2);
  tank.setLevel(4.5);
  await expect.poll(() => tank.titles(), patience).toContain('Notifier failing-1 does not deliver');
  const alarm = tank.alerts().find(({ title }) => title.startsWith('Notifier'));
  expect(alarm?.explanation.sentence).toContain('siem: HTTP 401');
  const level = tank.alerts().find(({ title }) => title.includes('LEVEL'));
  expect(alarm?.raisedAt).toBeLessThan((level?.raisedAt ?? 0) + 60_000);
  expect(link()).toMatchObject({ lastError: expect.stringContaining('siem: HTTP 401'), queue: { dropped: 0 } });
  delete receiver.error;
  await expect.poll(() => notifier.told.join(), patience).toMatch(/LEVEL/);
  await expect.poll(() => link()?.queue?.used, patience).toBe(0);
  await expect.poll(() => tank.titles().join(), patience).not.toMatch(/does not deliver/);
}, 120_000);
