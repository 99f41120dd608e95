import { expect, it } from 'vitest';
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
