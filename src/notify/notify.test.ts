import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crash, moduleUrl } from '../../test/support/crash.ts';
import { away, Feed, Recorder, startIn } from '../../test/support/notify.ts';
import { contextOf } from '../../test/support/samples.ts';
import { VirtualClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { Notifier } from '../core/notifier.ts';
import { Random } from '../core/random.ts';
import { Notifications, type NotificationsOptions } from './index.ts';

const minute = 60_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const byNumber = (a: string, b: string): number => Number(a.slice(4)) - Number(b.slice(4));
/** Each update at once: updates.test.ts has the collected ones. */
const start = (feed?: Feed, over: Partial<NotificationsOptions> = {}) =>
  startIn(dir, feed, { settings: { updatesMs: 0 }, ...over });

describe('Notifications', () => {
  it('send no alert that is out of service, but its changes to that state and back', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    const kinds = ['raised', 'removed', 'updated', 'returned', 'raised', 'released'] as const;
    for (const [n, kind] of kinds.entries()) {
      feed.happen(n * minute, kind, 1, 'ALT-1', n === 0 || kind === 'released' ? 'B' : 'I');
      await clock.advance(1);
    }
    expect(notifier.told).toEqual([1, 2, 6]);
    expect(notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
  });

  it('for a role send only what is escalated to it, until it is closed', async () => {
    const { clock, notifier, feed, notifications } = start(undefined, { settings: { escalatedTo: 'engineer' } });
    await using _ = notifications;
    const escalated = { at: 1, to: 'engineer', afterMs: 1 } as const;
    for (const [kind, of] of [
      ['raised', undefined],
      ['escalated', escalated],
      ['acknowledged', escalated],
      ['cleared', escalated],
      ['escalated', { ...escalated, to: 'admin' as const }],
    ] as const) {
      feed.happen(feed.sequence * minute, kind, 1, 'ALT-1', 'B', { escalated: of });
      await clock.advance(1);
    }
    expect(notifier.told).toEqual([2, 3, 4]);
    expect(notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
  });

  it('send every change in order, once, as soon as it is published', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    for (let n = 0; n < 5; n++) {
      feed.happen(n * minute, n % 2 ? 'returned' : 'raised');
      await clock.advance(1);
    }
    expect(notifier.told).toEqual([1, 2, 3, 4, 5]);
    expect(notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
  });

  it('send no past changes to a new notifier, nor to one of another stream', async () => {
    const feed = new Feed();
    feed.happen(0);
    for (const epoch of ['one', 'two']) {
      const stream = Object.assign(new Feed(epoch), { changes: [...feed.changes] });
      const { clock, notifier, notifications } = start(stream);
      await clock.advance(1);
      stream.happen(1);
      await clock.advance(1);
      await notifications[Symbol.asyncDispose]();
      expect(notifier.told).toEqual([2]);
    }
  });

  it('retry an unavailable receiver after growing pauses, and after the pause that it requests', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    notifier.fail = () => away();
    feed.happen(0);
    await clock.advance(20 * minute);
    expect(notifier.attempts).toBeGreaterThan(8);
    expect(notifier.attempts).toBeLessThan(16);
    expect(notifications.fault?.error.message).toBe('away');
    expect(notifications.queue().used).toBe(1);
    notifier.fail = () => away(30 * minute);
    await clock.advance(6 * minute);
    const { attempts } = notifier;
    await clock.advance(23 * minute);
    expect(notifier.attempts).toBe(attempts);
    notifier.fail = () => undefined;
    await clock.advance(10 * minute);
    expect(notifier.told).toEqual([1]);
    expect(notifications.fault).toBeUndefined();
  });

  it('keep a change that the receiver refuses permanently as undelivered, and continue', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    notifier.canary = async () => {};
    notifier.fail = () => (notifier.attempts <= 2 ? new ScadaError('fatal', 'NOTIFY_FAILED', 'no') : undefined);
    feed.happen(0);
    feed.happen(1);
    await clock.advance(1);
    expect(notifier.told).toEqual([2]);
    expect(notifications.undelivered).toEqual({ changes: 1, ranges: [[1, 1]] });
  });

  it('keep to the rate', async () => {
    const { clock, notifier, feed, notifications } = start(new Feed(), { perMinute: 6 });
    await using _ = notifications;
    for (let n = 0; n < 19; n++) feed.happen(n, 'updated');
    await clock.advance(10 * minute);
    expect(notifier.singles).toHaveLength(19);
    for (let from = 0; from < 10 * minute; from += 1_000) {
      const inMinute = notifier.times.filter((time) => time >= from && time < from + minute);
      expect(inMinute.length).toBeLessThanOrEqual(12);
    }
    expect((notifier.times.at(-1) ?? 0) - (notifier.times[0] ?? 0)).toBeGreaterThanOrEqual((19 - 6) * 10_000 - 1);
  });

  it('send a flood as digests, but an alarm of priority 1 singly, and end with it', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    for (let n = 0; n < 60; n++) {
      feed.happen(clock.now(), 'raised', n === 30 ? 1 : n % 3 === 0 ? 2 : 'A');
      await clock.advance(10_000);
    }
    expect(notifier.singles).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 31]);
    expect(notifier.digests.length).toBeGreaterThanOrEqual(2);
    expect(notifier.digests.length).toBeLessThanOrEqual(3);
    await clock.advance(20 * minute);
    const stood = notifier.digests.reduce((sum, { changes }) => sum + changes, 0);
    expect(stood).toBe(50);
    const [, second] = notifier.digests;
    expect(second?.latest).toHaveLength(second?.changes ?? 0);
    expect(notifier.ids.toSorted(byNumber)).toEqual(feed.changes.map(({ alert }) => alert.id));
    const priorities = second?.latest.map(({ alert }) => alert.priority) ?? [];
    expect(priorities).toEqual([...priorities].toSorted((a, b) => String(a).localeCompare(String(b))));
    expect(notifications.queue().used).toBe(0);
    feed.happen(clock.now());
    await clock.advance(1);
    expect(notifier.told.at(-1)).toBe(61);
  });

  it.each(['recurred', 'realarmed', 'escalated'] as const)(
    'send an alarm of priority 1 that is %s in a flood at once',
    async (kind) => {
      const { clock, notifier, feed, notifications } = start();
      await using _ = notifications;
      for (let n = 0; n < 60; n++) feed.happen(clock.now(), 'raised', n === 30 ? 1 : 2);
      await clock.advance(minute);
      const before = notifier.singles.length;
      feed.happen(clock.now(), kind, 1, 'ALT-31');
      await clock.advance(1_000);
      expect(notifier.singles.slice(before)).toEqual([61]);
    },
  );

  it('send an act of a person in a flood at once, and a list that is acknowledged one by one every 30 s', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    for (let n = 0; n < 60; n++) feed.happen(clock.now(), 'raised', 2);
    await clock.advance(minute);
    const before = notifier.told.length;
    feed.happen(clock.now(), 'updated', 2, 'ALT-20');
    await clock.advance(minute);
    expect(notifier.told).toHaveLength(before);
    const acknowledge = (id: string, role?: string): void => feed.happen(clock.now(), 'acknowledged', 2, id, 'C', {}, role);
    // the monitor is no person
    acknowledge('ALT-21', 'monitor');
    await clock.advance(minute);
    expect(notifier.told).toHaveLength(before);
    const at = clock.now();
    for (let n = 0; n < 30; n++) {
      acknowledge(`ALT-${n + 30}`, 'operator');
      await clock.advance(2_000);
    }
    await clock.advance(minute);
    const [first, ...others] = notifier.digests.slice(before - notifier.singles.length);
    expect(notifier.times[before]).toBe(at);
    expect(first?.latest.map(({ alert }) => alert.id).toSorted(byNumber)).toEqual(['ALT-20', 'ALT-21', 'ALT-30']);
    expect(others.map(({ changes }) => changes)).toEqual([14, 15]);
    expect(notifications.queue().used).toBe(0);
  });

  it('send a long backlog as one digest', async () => {
    const { clock, notifier, feed, notifications } = start();
    await using _ = notifications;
    notifier.fail = () => away();
    for (let n = 0; n < 150; n++) feed.happen(n * 10 * minute, 'raised', 'A', `ALT-${n % 30}`);
    await clock.advance(minute);
    notifier.fail = () => undefined;
    await clock.advance(10 * minute);
    expect(notifier.digests).toHaveLength(1);
    expect(notifier.digests[0]).toMatchObject({ raised: 150, changes: 150, omitted: 0 });
    expect(notifier.digests[0]?.latest).toHaveLength(30);
    expect(notifier.singles).toEqual([]);
  });

  it('send a program every change of a flood, in batches, and keep only the change that it refuses', async () => {
    const batches: number[][] = [];
    const refused = 150;
    const feed = new Feed();
    const notifier: Notifier = {
      notify: async (change) => {
        if (change.sequence === refused) throw new ScadaError('fatal', 'NOTIFY_FAILED', 'no');
        batches.push([change.sequence]);
      },
      notifyDigest: () => Promise.reject(new Error('no digest is expected')),
      canary: async () => {},
      notifyAll: async (changes) => {
        if (changes.some(({ sequence }) => sequence === refused)) throw new ScadaError('fatal', 'NOTIFY_FAILED', 'no');
        batches.push(changes.map(({ sequence }) => sequence));
      },
    };
    const { clock, notifications } = start(feed, { notifier, perMinute: 6_000 });
    await using _ = notifications;
    await clock.advance(1);
    feed.changes.length = 0;
    for (let n = 0; n < 250; n++) feed.happen(n, n % 3 === 0 ? 'raised' : 'updated');
    await clock.advance(minute);
    expect(batches.flat()).toEqual(feed.changes.map(({ sequence }) => sequence).filter((sequence) => sequence !== refused));
    expect(batches.length).toBeLessThan(110);
    expect(notifications.undelivered).toEqual({ changes: 1, ranges: [[refused, refused]] });
  });

  it.each([1, 2, 3])('send everything for any failure and any stop, seed %i', async (seed) => {
    const random = new Random(seed);
    const { clock, notifier, feed, open, notifications } = start(new Feed(), { perMinute: 1000 });
    let current = notifications;
    notifier.fail = () => (random.next() < 0.3 ? away() : undefined);
    for (let n = 0; n < 200; n++) {
      feed.happen(clock.now(), random.next() < 0.5 ? 'raised' : 'updated');
      await clock.advance(random.next() < 0.2 ? 5 * minute : 2_000);
      if (random.next() < 0.05) {
        await current[Symbol.asyncDispose]();
        current = open();
      }
    }
    notifier.fail = () => undefined;
    await clock.advance(60 * minute);
    await current[Symbol.asyncDispose]();
    expect(current.queue().used).toBe(0);
    const covered = notifier.digests.reduce((sum, { changes }) => sum + changes, 0) + notifier.singles.length;
    expect(covered).toBeGreaterThanOrEqual(200);
    const singles = [...new Set(notifier.singles)];
    expect(singles).toEqual(singles.toSorted((a, b) => a - b));
  });

  it('restart and report it if their position cannot be read', async () => {
    const feed = new Feed();
    feed.happen(0);
    writeFileSync(join(dir, 'told.json'), '{"epo');
    const { clock, notifier, notifications } = start(feed);
    await using _ = notifications;
    feed.happen(1);
    await clock.advance(1);
    expect(notifier.told).toEqual([2]);
    const kept = (): unknown => JSON.parse(readFileSync(join(dir, 'told.json'), 'utf8'));
    await expect.poll(kept).toEqual({ epoch: 'epoch', sequence: 2 });
  });

  it('lose nothing to kill -9: the next run sends the rest', async () => {
    const state = join(dir, 'state');
    const said = await crash(
      `import { writeSync } from 'node:fs';
       import { openState } from '${moduleUrl('src/state/state.ts')}';
       import { Notifications } from '${moduleUrl('src/notify/index.ts')}';
       import { systemClock } from '${moduleUrl('src/core/clock.ts')}';
       import { contextOf } from '${moduleUrl('test/support/samples.ts')}';
       const state = openState(${JSON.stringify(state)});
       let wake = () => {};
       const feed = { epoch: state.id, get sequence() { return state.alerts.open().sequence; }, subscribe: (listener) => { wake = listener; return () => {}; } };
       let told = 0;
       const notifier = { notify: async (change) => { if (change.sequence > 3) await new Promise(() => {}); told = change.sequence; }, notifyDigest: async () => {} };
       new Notifications({ name: 'n', notifier, feed, store: state.alerts, dir: ${JSON.stringify(join(dir, 'notify'))}, context: contextOf(systemClock) });
       for (let sequence = 1; ; sequence++) {
         const alert = { id: 'ALT-1', state: 'B', raisedAt: 1, area: 'a', incident: 'i', priority: 'A', tags: [] };
         state.alerts.append({ sequence, time: sequence * 1e6, kind: 'returned', by: { role: 'monitor', session: 'monitor' }, alert });
         wake();
         await systemClock.sleep(5);
         writeSync(1, told + '\\n');
       }`,
      12,
    );
    expect(said.at(-1)).toBe('3');
    const { openState } = await import('../state/state.ts');
    using store = openState(state);
    const { sequence } = store.alerts.open();
    const clock = new VirtualClock(0);
    const notifier = new Recorder(clock);
    const feed = { epoch: store.id, sequence, subscribe: () => () => {}, open: () => [] };
    const options = {
      name: 'n',
      notifier,
      feed,
      store: store.alerts,
      dir: join(dir, 'notify'),
      context: contextOf(clock),
      clock,
    };
    await using _ = new Notifications(options);
    await vi.waitFor(() => expect(notifier.told).toHaveLength(sequence - 3), { timeout: 60_000 });
    expect(notifier.told[0]).toBe(4);
  });
});
