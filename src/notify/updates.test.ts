import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Feed, startIn } from '../../test/support/notify.ts';
import type { NotificationsOptions } from './index.ts';

const minute = 60_000;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-updates-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start = (over: Partial<NotificationsOptions> = {}, feed = new Feed()) => startIn(dir, feed, over);
/** An incident of an hour: raised, an update every five seconds, more urgent after 20 min, acknowledged, back to normal. */
async function incident({ clock, feed }: ReturnType<typeof start>): Promise<void> {
  const special = new Map([
    [0, ['raised', 2, 'B']],
    [240, ['updated', 1, 'B']],
    [360, ['acknowledged', 1, 'C']],
    [720, ['cleared', 1, 'A']],
  ] as const);
  for (let n = 0; n <= 720; n++) {
    const [kind, priority, state] = special.get(n as 0) ?? (['updated', n < 240 ? 2 : 1, n < 360 ? 'B' : 'C'] as const);
    feed.happen(n * 5_000, kind, priority, 'ALT-1', state);
    await clock.advance(5_000);
  }
}

it('an incident of an hour is its four steps at once, and its last update every five minutes', async () => {
  const site = start();
  await using _ = site.notifications;
  await incident(site);
  const steps = [1, 241, 361, 721];
  expect(site.notifier.told).toEqual(expect.arrayContaining(steps));
  for (const step of steps) expect(site.notifier.times[site.notifier.told.indexOf(step)]).toBe((step - 1) * 5_000);
  const updates = site.notifier.told.filter((one) => !steps.includes(one as number));
  expect(updates.length).toBeGreaterThanOrEqual(9);
  expect(updates.length).toBeLessThanOrEqual(12);
  expect(site.notifications.queue().used).toBe(0);
});

it('with 0s sends each change, as earlier versions did', async () => {
  const site = start({ settings: { updatesMs: 0 } });
  await using _ = site.notifications;
  for (let n = 0; n < 12; n++) {
    site.feed.happen(n * 10_000, n === 0 ? 'raised' : 'updated', 2, 'ALT-1');
    await site.clock.advance(10_000);
  }
  expect(site.notifier.told).toEqual(Array.from({ length: 12 }, (_each, n) => n + 1));
});

it('updates of several alerts are one message that counts and lists them, or one for each group', async () => {
  for (const group of [undefined, { by: 'incident', waitMs: 30_000 } as const]) {
    const { clock, feed, notifier, notifications } = start({ settings: { updatesMs: minute, group } });
    await using _ = notifications;
    for (let n = 0; n < 9; n++) feed.happen(n, 'updated', 3, `ALT-${n % 3}`, 'B', { incident: n % 3 === 0 ? 'INC-0' : 'INC-1' });
    await clock.advance(minute);
    const [digest] = notifier.digests;
    expect(digest).toMatchObject(
      group === undefined ? { updates: true, changes: 9 } : { updates: true, changes: 6, group: 'INC-1' },
    );
    expect(notifier.ids.toSorted()).toEqual(['ALT-0', 'ALT-1', 'ALT-2']);
    expect(notifier.told).toHaveLength(group === undefined ? 1 : 2);
    rmSync(dir, { recursive: true, force: true });
  }
});

it('an update waits over a restart, and is sent once', async () => {
  const { clock, feed, notifier, open, notifications } = start();
  feed.happen(0, 'raised', 2, 'ALT-1');
  feed.happen(1, 'updated', 2, 'ALT-1');
  feed.happen(2, 'updated', 2, 'ALT-1');
  await clock.advance(minute);
  await notifications[Symbol.asyncDispose]();
  for (let run = 0; run < 2; run++) {
    await using again = open();
    await clock.advance(6 * minute);
    expect(again.queue().used).toBe(0);
  }
  expect(notifier.told).toEqual([1, 3]);
});

it('a position of an earlier version, or a damaged list of updates, is read', async () => {
  const feed = new Feed();
  feed.happen(0, 'updated', 2, 'ALT-1');
  for (const updates of [undefined, 'no', [0, 1.5, 'x', 99]]) {
    writeFileSync(join(dir, 'told.json'), JSON.stringify({ epoch: 'epoch', sequence: 1, updates }));
    const { clock, notifier, notifications } = start({}, feed);
    await clock.advance(6 * minute);
    expect([notifier.told, notifications.queue().used]).toEqual([[], 0]);
    await notifications[Symbol.asyncDispose]();
  }
});
