import { expect, it } from 'vitest';
import { checkEveryMs, mostUntilAlarmMs, partDeadlines } from '../../src/core/part-deadlines.ts';
import { blockThread } from '../support/inspector.ts';
import { WatchedTank } from '../support/watched-tank.ts';

const patience = { timeout: 60_000, interval: 50 };
const { signal } = new AbortController();

it('every deadline of a part leaves time for its alarm', () => {
  const { unansweredChecks, readChecks, sessionChecks, diskMs, recordEveryMs, storeMs, storeAwayMs, judgedMs } = partDeadlines;
  // the first check only sees that a message waits, and a part may stop just after a check
  const fromChecks = [unansweredChecks, readChecks, sessionChecks].map((checks) => (checks + 2) * checkEveryMs);
  const fromTimes = [recordEveryMs + diskMs, storeMs + storeAwayMs, judgedMs].map((ms) => ms + 3 * checkEveryMs);
  for (const ms of [...fromChecks, ...fromTimes]) expect(ms).toBeLessThanOrEqual(mostUntilAlarmMs);
});

it('a stopped historian process is an alarm, and its trends say so instead of waiting', async () => {
  await using tank = await WatchedTank.start();
  const { view } = tank.monitor;
  await expect.poll(() => view.latest.value[0], patience).toBe(2);
  tank.historian.kill('SIGSTOP');
  const range = { tags: ['LEVEL'], from: 0, to: Date.UTC(2100, 0, 1) };
  await expect(view.history(range, signal)).rejects.toMatchObject({
    kind: 'retryable',
    message: expect.stringMatching(/^the historian has not answered since \d\d:\d\d:\d\d UTC$/),
  });
  await expect.poll(() => tank.titles(), patience).toContain('Monitor fault: historian does not answer');
  tank.historian.kill('SIGCONT');
  await expect.poll(() => tank.titles(), patience).not.toContain('Monitor fault: historian does not answer');
  await expect.poll(async () => (await view.history(range, signal))[0]?.value.length, patience).toBeGreaterThan(0);
}, 180_000);

it('a stopped process of state.db is an alarm', async () => {
  await using tank = await WatchedTank.start();
  await expect.poll(() => tank.monitor.view.latest.value[0], patience).toBe(2);
  const process = tank.process('state/state-process');
  process.kill('SIGSTOP');
  tank.setLevel(4.5);
  await expect.poll(() => tank.titles(), patience).toContain('Monitor fault: data is not kept on disk');
  process.kill('SIGCONT');
  await expect.poll(() => tank.titles(), patience).not.toContain('Monitor fault: data is not kept on disk');
}, 180_000);

it('a blocked thread of the notifiers is an alarm, and is replaced', async () => {
  await using tank = await WatchedTank.start({ hasFiles: true });
  await expect.poll(() => tank.monitor.view.latest.value[0], patience).toBe(2);
  // the thread answers once it has loaded its modules
  tank.setLevel(4.5);
  const sent = (): number | undefined => tank.monitor.view.chain().find(({ name }) => name === 'notify stix-1')?.queue?.used;
  await expect.poll(() => tank.titles().join(), patience).toMatch(/LEVEL/);
  await expect.poll(sent, patience).toBe(0);
  await blockThread('/notifier-thread/worker.ts', 25_000);
  await expect.poll(() => tank.titles(), patience).toContain('Monitor fault: no notifier sends alerts');
  await expect.poll(() => tank.titles(), patience).not.toContain('Monitor fault: no notifier sends alerts');
  await expect.poll(sent, patience).toBe(0);
}, 180_000);
