import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { away, Feed, Recorder, startIn } from '../../test/support/notify.ts';
import type { Alert, AlertChange } from '../core/alert.ts';
import { VirtualClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { AlertDigest } from '../core/notifier.ts';

const minute = 60_000;
const unauthorised = (): ScadaError => new ScadaError('fatal', 'NOTIFY_FAILED', 'HTTP 401');
const tooLarge = (): ScadaError => new ScadaError('fatal', 'NOTIFY_FAILED', 'HTTP 413');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-refusals-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A receiver that refuses canaries and messages independently of each other. */
class Refusing extends Recorder {
  canaryFails: () => ScadaError | undefined = () => undefined;
  refuses: (change: AlertChange) => boolean = () => false;

  override async notify(change: AlertChange): Promise<void> {
    if (this.refuses(change)) throw tooLarge();
    await super.notify(change);
  }

  override async notifyDigest(digest: AlertDigest): Promise<void> {
    if (digest.latest.some((change) => this.refuses(change))) throw tooLarge();
    await super.notifyDigest(digest);
  }

  override async canary(): Promise<void> {
    const error = this.canaryFails();
    if (error !== undefined) throw error;
  }
}

/** The same for a program, which gets every change in batches. */
class RefusingProgram extends Refusing {
  async notifyAll(changes: readonly AlertChange[]): Promise<void> {
    if (changes.some((change) => this.refuses(change))) throw tooLarge();
    for (const change of changes) await super.notify(change);
  }
}

function open(feed = new Feed(), Kind: typeof Refusing = Refusing) {
  const clock = new VirtualClock(0);
  const notifier = new Kind(clock);
  return { ...startIn(dir, feed, { clock, notifier, perMinute: 60 }), notifier, clock };
}

const numbersOf = (notifier: Recorder): number[] => notifier.changes.map(({ sequence }) => sequence);

describe('a receiver that answers 401', () => {
  it('is a fault at once, and gets every alert in order after the repair', async () => {
    const { clock, notifier, feed, notifications } = open();
    await using _ = notifications;
    notifier.fail = unauthorised;
    notifier.canaryFails = unauthorised;
    for (let n = 0; n < 7; n++) {
      feed.happen(clock.now(), 'raised', 2);
      await clock.advance(5 * minute);
    }
    expect(notifications.fault).toMatchObject({ isRefused: true, error: { message: expect.stringContaining('HTTP 401') } });
    expect(notifications.queue()).toMatchObject({ used: 7, dropped: 0 });
    notifier.fail = () => undefined;
    notifier.canaryFails = () => undefined;
    await clock.advance(7 * minute);
    expect(numbersOf(notifier)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(notifications.fault).toBeUndefined();
    expect(notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
  });

  it('is known by its canary before the first alert, and the canary is repeated until it passes', async () => {
    const { clock, notifier, notifications } = open();
    await using _ = notifications;
    notifier.canaryFails = unauthorised;
    notifications.send({ id: 'c-1', time: 0 });
    await clock.advance(1_000);
    expect(notifications.fault).toMatchObject({ isRefused: true, error: { message: expect.stringContaining('HTTP 401') } });
    notifier.canaryFails = () => undefined;
    await clock.advance(10_000);
    expect(notifications.fault).toBeUndefined();
  });

  it('gets every alert in order at once after a restart with the right password', async () => {
    const { clock, notifier, feed, notifications } = open();
    notifier.fail = unauthorised;
    notifier.canaryFails = unauthorised;
    for (let n = 0; n < 7; n++) feed.happen(clock.now(), 'raised', 2);
    await clock.advance(minute);
    await notifications[Symbol.asyncDispose]();
    const next = open(feed);
    await using _ = next.notifications;
    await next.clock.advance(1_000);
    expect(numbersOf(next.notifier)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe.each([
  ['for people', Refusing],
  ['that is a program', RefusingProgram],
] as const)('a receiver %s', (_, Kind) => {
  it('that refuses one text gets that alert without its texts, and every other one as it is', async () => {
    const { clock, notifier, feed, notifications } = open(new Feed(), Kind);
    await using _n = notifications;
    notifier.refuses = ({ alert }) => alert.title === 'x'.repeat(40);
    const more = (title: string): Partial<Alert> => ({ title, tags: [], findings: [], explanation: noExplanation });
    for (const title of ['one', 'x'.repeat(40), 'three']) feed.happen(clock.now(), 'raised', 2, undefined, 'B', more(title));
    await clock.advance(minute);
    expect(numbersOf(notifier)).toEqual([1, 2, 3]);
    expect(notifier.changes[1]?.alert.title).toBe('ALT-2: details at the monitor only');
    expect(notifications.fault).toBeUndefined();
  });

  it('that refuses alerts and takes canaries has them listed as undelivered, and gets them after the repair', async () => {
    const feed = new Feed();
    const { clock, notifier, notifications } = open(feed, Kind);
    notifier.refuses = () => true;
    for (let n = 0; n < 7; n++) {
      feed.happen(clock.now(), 'raised', 2);
      await clock.advance(minute);
    }
    expect(notifications.queue()).toMatchObject({ used: 7, dropped: 0 });
    expect(notifications.undelivered).toEqual({ changes: 7, ranges: [[1, 7]] });
    expect(notifications.fault).toMatchObject({
      isRefused: true,
      error: { message: expect.stringMatching(/^7 .*1–7.*HTTP 413/) },
    });
    await notifications[Symbol.asyncDispose]();

    const next = open(feed, Kind);
    await using _n = next.notifications;
    expect(next.notifications.undelivered.changes).toBe(7);
    next.notifier.refuses = () => true;
    await next.clock.advance(20 * minute);
    feed.happen(next.clock.now(), 'returned', 2, 'ALT-1', 'A');
    await next.clock.advance(minute);
    next.notifier.refuses = () => false;
    await next.clock.advance(7 * minute);
    const ids = new Set(next.notifier.ids);
    expect(ids).toEqual(new Set(feed.changes.map(({ alert }) => alert.id)));
    expect(next.notifications.fault).toBeUndefined();
    expect(next.notifications.queue()).toMatchObject({ used: 0, dropped: 0 });
    // the last word about an alert is its present state
    if (Kind === RefusingProgram)
      expect(next.notifier.changes.findLast(({ alert }) => alert.id === 'ALT-1')?.kind).toBe('returned');
  });

  it('that refuses every second alert of 6000 has a bounded list that covers all of them', async () => {
    const { clock, notifier, feed, notifications } = open(new Feed(), Kind);
    await using _n = notifications;
    notifier.refuses = ({ sequence }) => sequence % 2 === 0;
    for (let n = 0; n < 6_000; n++) feed.happen(clock.now(), 'raised', 2);
    const pass = async (isDone: () => boolean): Promise<void> => {
      for (let n = 0; n < 3_000 && !isDone(); n++) await clock.advance(minute);
    };
    await pass(() => notifications.queue().used === notifications.undelivered.changes);
    const { ranges, changes } = notifications.undelivered;
    expect(ranges.length).toBeLessThanOrEqual(1_000);
    // a digest for people is refused as a whole
    expect(changes).toBeGreaterThanOrEqual(3_000);
    for (let sequence = 2; sequence <= 6_000; sequence += 2)
      expect(ranges.some(([from, to]) => from <= sequence && sequence <= to)).toBe(true);
    notifier.refuses = () => false;
    await pass(() => notifications.queue().used === 0);
    expect(new Set(notifier.ids).size).toBe(6_000);
    expect(notifications.undelivered.changes).toBe(0);
  });
});

it('alerts that wait are kept while a run has a stand-in for the state', async () => {
  const feed = new Feed();
  const first = open(feed);
  first.notifier.fail = unauthorised;
  first.notifier.canaryFails = unauthorised;
  for (let n = 0; n < 3; n++) feed.happen(first.clock.now(), 'raised', 2);
  await first.clock.advance(minute);
  await first.notifications[Symbol.asyncDispose]();
  const temporary = open(new Feed('stand-in'));
  await temporary.clock.advance(minute);
  await temporary.notifications[Symbol.asyncDispose]();
  const next = open(feed);
  await using _ = next.notifications;
  await next.clock.advance(1_000);
  expect(numbersOf(next.notifier)).toEqual([1, 2, 3]);
});

it('a receiver that is away while it is asked for a canary does not lose the refused alert', async () => {
  const { clock, notifier, feed, notifications } = open();
  await using _ = notifications;
  notifier.fail = unauthorised;
  notifier.canaryFails = away;
  feed.happen(clock.now(), 'raised', 2);
  await clock.advance(5 * minute);
  expect(notifications.queue()).toMatchObject({ used: 1, dropped: 0 });
  notifier.fail = () => undefined;
  await clock.advance(6 * minute);
  expect(numbersOf(notifier)).toEqual([1]);
});

const noExplanation = { title: '', sentence: '', contributions: [], normalIf: '', techniques: [] };
