import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { away, Feed, Recorder, startIn } from '../../test/support/notify.ts';
import type { AlertChange } from '../core/alert.ts';
import { VirtualClock } from '../core/clock.ts';
import type { NotificationsOptions } from './index.ts';

const minute = 60_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start = (over: Partial<NotificationsOptions> = {}) => startIn(dir, new Feed(), over);

/** A receiver like mail: alarms alone, and not each of their changes. */
class Person extends Recorder {
  wants({ kind, alert }: AlertChange): boolean {
    return alert.priority !== 'A' && ['raised', 'recurred', 'returned'].includes(kind);
  }
}

function startPerson(over: Partial<NotificationsOptions> = {}) {
  const clock = new VirtualClock(0);
  const notifier = new Person(clock);
  return { ...startIn(dir, new Feed(), { notifier, clock, ...over }), clock, notifier };
}

describe('a receiver that does not want every change', () => {
  it('still gets an alert that has become more urgent since it was raised', async () => {
    const { clock, notifier, feed, notifications } = startPerson();
    await using _ = notifications;
    feed.happen(0, 'raised', 'A', 'ALT-1');
    feed.happen(1, 'updated', 'A', 'ALT-1');
    feed.happen(2, 'updated', 2, 'ALT-1');
    feed.happen(3, 'updated', 2, 'ALT-1');
    feed.happen(4, 'updated', 1, 'ALT-1');
    await clock.advance(1);
    expect(notifier.changes.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [3, 'raised'],
      [5, 'raised'],
    ]);
  });

  it('gets an alert that was hidden when it was raised, once it is not', async () => {
    const { clock, notifier, feed, notifications } = startPerson();
    await using _ = notifications;
    feed.happen(0, 'raised', 1, 'ALT-1', 'I');
    feed.happen(1, 'released', 1, 'ALT-1', 'B');
    feed.happen(2, 'unshelved', 1, 'ALT-2', 'A');
    await clock.advance(1);
    expect(notifier.changes.map(({ sequence, kind }) => [sequence, kind])).toEqual([[2, 'recurred']]);
  });

  it('gets an alert of a flood in a digest, even if its last change is one that it does not want', async () => {
    const { clock, notifier, feed, notifications } = startPerson();
    await using _ = notifications;
    for (let n = 0; n < 60; n++) {
      feed.happen(n, 'raised', 2, `ALT-${n}`);
      feed.happen(n, 'updated', 2, `ALT-${n}`);
    }
    await clock.advance(10 * minute);
    expect(notifier.ids).toEqual(Array.from({ length: 60 }, (_each, n) => `ALT-${n}`));
  });
});

describe('a group', () => {
  const settings = { group: { by: 'incident', waitMs: 30_000 } } as const;

  it('is one message for each incident, and a lone change a message of its own', async () => {
    const { clock, notifier, feed, notifications } = start({ settings });
    await using _ = notifications;
    const of = (incident: string) => ({ incident });
    feed.happen(0, 'raised', 2, 'ALT-1', 'B', of('INC-1'));
    feed.happen(1, 'raised', 3, 'ALT-2', 'B', of('INC-2'));
    feed.happen(2, 'raised', 2, 'ALT-3', 'B', of('INC-1'));
    await clock.advance(29_000);
    expect(notifier.told).toEqual([]);
    expect(notifications.queue().used).toBe(3);
    await clock.advance(2_000);
    expect(notifier.told).toEqual([expect.objectContaining({ group: 'INC-1', changes: 2, raised: 2 }), 2]);
    expect(notifier.ids).toEqual(['ALT-1', 'ALT-3', 'ALT-2']);
    expect(notifications.queue().used).toBe(0);
  });

  it('delays no alarm of priority 1, and does not state it again', async () => {
    const { clock, notifier, feed, notifications } = start({ settings });
    await using _ = notifications;
    feed.happen(0, 'raised', 2, 'ALT-1');
    feed.happen(1, 'raised', 1, 'ALT-2');
    await clock.advance(1);
    expect(notifier.told).toEqual([2]);
    await clock.advance(minute);
    expect(notifier.told).toEqual([2, 1]);
  });

  it('is sent again after a restart within its time', async () => {
    const { clock, feed, notifications } = start({ settings });
    feed.happen(0, 'raised', 2, 'ALT-1');
    await clock.advance(1_000);
    await notifications[Symbol.asyncDispose]();
    const later = startIn(dir, feed, { settings });
    await using _ = later.notifications;
    await later.clock.advance(minute);
    expect(later.notifier.told).toEqual([1]);
  });
});

describe('a reminder', () => {
  const settings = { remindMs: 15 * minute } as const;

  it('lists every alert that nobody has acknowledged, again and again until somebody does', async () => {
    const { clock, notifier, feed, notifications } = start({ settings });
    await using _ = notifications;
    feed.happen(0, 'raised', 2, 'ALT-1');
    await clock.advance(10 * minute);
    feed.happen(clock.now(), 'raised', 1, 'ALT-2');
    await clock.advance(4 * minute);
    expect(notifier.digests).toEqual([]);
    await clock.advance(2 * minute);
    expect(notifier.digests).toMatchObject([{ waiting: true, latest: [{ alert: { id: 'ALT-1' } }] }]);
    await clock.advance(15 * minute);
    expect(notifier.digests[1]?.latest.map(({ alert }) => alert.id)).toEqual(['ALT-2', 'ALT-1']);
    feed.happen(clock.now(), 'acknowledged', 1, 'ALT-2', 'C');
    feed.happen(clock.now(), 'cleared', 2, 'ALT-1', 'A');
    await clock.advance(60 * minute);
    expect(notifier.digests).toHaveLength(2);
  });

  it('is for alerts that the destination receives', async () => {
    const { clock, notifier, feed, notifications } = start({ settings: { ...settings, route: [{ priorities: [1] }] } });
    await using _ = notifications;
    feed.happen(0, 'raised', 2, 'ALT-1');
    await clock.advance(60 * minute);
    expect(notifier.told).toEqual([]);
  });

  it('comes no more often for a flood, and in parts that list every alert', async () => {
    const { clock, notifier, feed, notifications } = start({ settings });
    await using _ = notifications;
    for (let n = 0; n < 250; n++) feed.happen(n, 'raised', 3, `ALT-${n}`);
    await clock.advance(31 * minute);
    const reminders = notifier.digests.filter(({ waiting }) => waiting);
    expect(reminders.map(({ part, latest }) => [part, latest.length])).toEqual(
      [1, 2].flatMap(() => [100, 100, 50].map((length, i) => [{ number: i + 1, of: 3 }, length])),
    );
  });
});

describe('an acknowledgement in the tool of the receiver', () => {
  it('acknowledges the alert that waits, in the name of the person there', async () => {
    const clock = new VirtualClock(0);
    const acknowledged: [string, string][] = [];
    const asked: string[][] = [];
    let isAway = true;
    const notifier = Object.assign(new Recorder(clock), {
      acknowledged: async (waiting: readonly { id: string }[]) => {
        asked.push(waiting.map(({ id }) => id));
        if (isAway) throw away();
        return [
          { alert: 'ALT-1', by: 'Ann' },
          { alert: 'ALT-2', by: 'Bob' },
          { alert: 'ALT-3', by: '' },
        ];
      },
    });
    const acknowledge = (id: string, user: string): void => {
      acknowledged.push([id, user]);
      feed.happen(clock.now(), 'acknowledged', 1, id, 'C');
    };
    const { feed, notifications } = startIn(dir, new Feed(), { notifier, clock, acknowledge });
    await using _ = notifications;
    await clock.advance(5 * minute);
    expect(asked).toEqual([]);
    feed.happen(clock.now(), 'raised', 1, 'ALT-1');
    feed.happen(clock.now(), 'raised', 1, 'ALT-3');
    await clock.advance(minute);
    expect(asked).toEqual([['ALT-1', 'ALT-3']]);
    isAway = false;
    await clock.advance(10 * minute);
    expect(acknowledged).toEqual([
      ['ALT-1', 'test: Ann'],
      ['ALT-3', 'test'],
    ]);
    expect(asked).toHaveLength(2);
  });
});
