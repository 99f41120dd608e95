import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { away, Feed, Recorder, startIn } from '../../test/support/notify.ts';
import { VirtualClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { Canary } from '../core/notifier.ts';

const minute = 60_000;
const perMinute = 20;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const refusedConnection = (): ScadaError => new ScadaError('retryable', 'NOTIFY_FAILED', 'connect ECONNREFUSED');
const busy = (): ScadaError => new ScadaError('retryable', 'NOTIFY_FAILED', 'HTTP 503', { retryAfterMs: 120_000 });

/** A receiver that takes long for each message, or never answers until the limit of the notifier. */
class Slow extends Recorder {
  readonly #clock: VirtualClock;
  takesMs = 0;
  neverAnswers = false;

  constructor(clock: VirtualClock) {
    super(clock);
    this.#clock = clock;
  }

  override async notify(...args: Parameters<Recorder['notify']>): Promise<void> {
    await this.#wait();
    await super.notify(...args);
  }

  override async notifyDigest(...args: Parameters<Recorder['notifyDigest']>): Promise<void> {
    await this.#wait();
    await super.notifyDigest(...args);
  }

  override async canary(...args: Parameters<Recorder['canary']>): Promise<void> {
    await this.#wait();
    await super.canary(...args);
  }

  async #wait(): Promise<void> {
    if (this.neverAnswers) {
      await this.#clock.sleep(10_000);
      throw new ScadaError('retryable', 'NOTIFY_FAILED', 'no answer within 10000 ms');
    }
    if (this.takesMs > 0) await this.#clock.sleep(this.takesMs);
  }
}

function open(feed = new Feed()) {
  const clock = new VirtualClock(0);
  const notifier = new Slow(clock);
  return { ...startIn(dir, feed, { clock, notifier, perMinute }), notifier, clock };
}

const expected = (feed: Feed): string[] => feed.changes.map(({ alert }) => alert.id);
const byNumber = (a: string, b: string): number => Number(a.slice(4)) - Number(b.slice(4));
const mostInMinute = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + minute).length));

it.each([
  ['refuses connections', (notifier: Slow) => void (notifier.fail = refusedConnection)],
  ['asks for a pause', (notifier: Slow) => void (notifier.fail = busy)],
  ['is half open: connections never answer', (notifier: Slow) => void (notifier.neverAnswers = true)],
])('a receiver that %s for an hour gets each alert afterwards, in order, without a storm', async (_, fail) => {
  const { clock, notifier, feed, notifications } = open();
  await using _notifications = notifications;
  fail(notifier);
  for (let n = 0; n < 360; n++) {
    feed.happen(clock.now(), 'raised', n % 3 === 0 ? 2 : 'A');
    await clock.advance(10_000);
  }
  expect(notifier.told).toEqual([]);
  expect(notifications.fault).toBeDefined();
  expect(notifications.queue().used).toBe(360);
  notifier.fail = () => undefined;
  notifier.neverAnswers = false;
  const returnedAt = clock.now();
  await clock.advance(15 * minute);
  expect(notifier.ids.toSorted(byNumber)).toEqual(expected(feed));
  // the digest lists the most urgent first; alerts of one priority stay in their order
  for (const { latest } of notifier.digests) {
    const urgent = latest.filter(({ alert }) => alert.priority === 2).map(({ sequence }) => sequence);
    expect(urgent).toEqual(urgent.toSorted((a, b) => a - b));
  }
  expect(notifier.told.length).toBeLessThan(10);
  expect(notifier.times[0]).toBeGreaterThanOrEqual(returnedAt);
  expect(notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
  expect(notifications.fault).toBeUndefined();
});

it('a slow receiver gets each alert in order, and never two at once', async () => {
  const { clock, notifier, feed, notifications } = open();
  await using _ = notifications;
  notifier.takesMs = 9_000;
  for (let n = 0; n < 120; n++) {
    feed.happen(clock.now(), n % 2 ? 'updated' : 'raised', 3);
    await clock.advance(30_000);
  }
  await clock.advance(30 * minute);
  expect(notifier.ids.toSorted(byNumber)).toEqual(expected(feed));
  const gaps = notifier.times.slice(1).map((time, i) => time - (notifier.times[i] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(9_000);
});

it('100 alerts a second for a minute arrive in digests that list each of them, at the rate of the receiver', async () => {
  const { clock, notifier, feed, notifications } = open();
  await using _ = notifications;
  for (let second = 0; second < 60; second++) {
    for (let n = 0; n < 100; n++) feed.happen(clock.now(), 'raised', n === 0 ? 1 : 3);
    await clock.advance(1_000);
  }
  await clock.advance(30 * minute);
  expect(notifier.ids.toSorted(byNumber)).toEqual(expected(feed));
  expect(Math.max(...notifier.digests.map(({ latest }) => latest.length))).toBe(100);
  expect(mostInMinute(notifier.times)).toBeLessThanOrEqual(2 * perMinute);
});

it('canaries pass while more changes wait than the rate of the receiver lets through', async () => {
  const passed: number[] = [];
  const clock = new VirtualClock(0);
  const notifier = new Recorder(clock);
  const onCanary = ({ time }: Canary): void => void passed.push(clock.now() - time);
  const { feed, notifications } = startIn(dir, new Feed(), { clock, notifier, perMinute, onCanary });
  await using _ = notifications;
  for (let second = 0; second < 300; second++) {
    for (let n = 0; n < 200; n++) feed.happen(clock.now(), 'raised', 3);
    if (second % 60 === 0) notifications.send({ id: `canary-${second}`, time: clock.now() });
    await clock.advance(1_000);
  }
  expect(notifications.isBehind).toBe(true);
  expect(passed).toHaveLength(5);
  expect(Math.max(...passed)).toBeLessThan(minute);
});

it('many alarms of priority 1 come one by one at first, then in digests without delay', async () => {
  const { clock, notifier, feed, notifications } = open();
  await using _ = notifications;
  for (let second = 0; second < 60; second++) {
    for (let n = 0; n < 10; n++) feed.happen(clock.now(), 'raised', 1);
    await clock.advance(1_000);
  }
  expect(notifier.singles.length).toBeGreaterThanOrEqual(20);
  expect(notifier.singles.length).toBeLessThan(40);
  await clock.advance(minute);
  expect(notifier.ids.toSorted(byNumber)).toEqual(expected(feed));
});

it('stopped at any moment, the next run sends what is missing, and each alert arrives', async () => {
  const feed = new Feed();
  const ids = new Set<string>();
  let messages = 0;
  for (let run = 0; run < 12; run++) {
    const { clock, notifier, notifications } = open(feed);
    notifier.fail = () => (run % 3 === 1 ? away() : undefined);
    for (let n = 0; n < 25; n++) {
      feed.happen(run * 600_000 + n, 'raised', 3);
      await clock.advance(n % 7 === 0 ? 1_000 : 10);
    }
    if (run === 11) await clock.advance(60 * minute);
    // the position of a killed run may be an older one, never a newer one
    await notifications[Symbol.asyncDispose]();
    for (const id of notifier.ids) ids.add(id);
    messages += notifier.told.length;
  }
  expect([...ids].toSorted(byNumber)).toEqual(expected(feed));
  expect(messages).toBeLessThan(12 * 25);
});
