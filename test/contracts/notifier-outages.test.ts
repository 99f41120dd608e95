import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import type { NotifierPlugin } from '../../src/core/notifier.ts';
import { notifiers } from '../../src/notifiers/index.ts';
import { Notifications } from '../../src/notify/index.ts';
import { intrusion } from '../support/alert-changes.ts';
import { Gate, type GateMode } from '../support/gate.ts';
import { ListeningReceiver } from '../support/listening-receiver.ts';
import { Feed } from '../support/notify.ts';
import { contextOf } from '../support/samples.ts';

const minute = 60_000;
const perMinute = 20;
/** Alerts of each phase, one a minute: an hour in all. */
const perPhase = 20;
const alerts = 2 + 3 * perPhase;

/** A receiver that can be away, with the ids of the alerts that it got and the times of its messages. */
interface Peer {
  readonly settings: object;
  set(mode: GateMode): Promise<void>;
  ids(): readonly string[];
  readonly times: readonly number[];
  /** Most messages within a minute that are no storm: a program gets each change, and a request that fails may be repeated. */
  readonly mostInMinute: number;
}

async function peerOf(plugin: NotifierPlugin, clock: VirtualClock, stack: AsyncDisposableStack, dir: string): Promise<Peer> {
  const receiver = await ListeningReceiver.open(plugin, () => clock.now());
  if (receiver === undefined) return folderPeer(join(dir, 'out'));
  stack.use(receiver);
  const gate = stack.use(await Gate.open(receiver.port));
  return {
    settings: { ...receiver.settings(gate.port), timeoutMs: 250 },
    set: (mode) => gate.set(mode),
    ids: () => [...receiver.ids],
    times: receiver.times,
    mostInMinute: receiver.getsEachChange ? 2 * alerts : perMinute,
  };
}

/** A folder that cannot be written while it is away: a file is in its place. */
function folderPeer(folder: string): Peer {
  const aside = `${folder}.aside`;
  let isAway = false;
  const set = async (mode: GateMode): Promise<void> => {
    const away = mode !== 'open';
    if (away === isAway) return;
    isAway = away;
    if (away) {
      renameSync(folder, aside);
      writeFileSync(folder, '');
    } else {
      rmSync(folder);
      renameSync(aside, folder);
    }
  };
  const ids = (): readonly string[] => readdirSync(folder).flatMap((name) => /ALT-\d{6}/.exec(name)?.[0] ?? []);
  return { settings: { folder, site: 'North' }, set, ids, times: [], mostInMinute: 0 };
}

it.each(notifiers.map((plugin) => [plugin.type, plugin] as const))(
  '%s: an hour of outages and a kill -9 lose no alert, keep the order, and end without a storm',
  async (_type, plugin) => {
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-outages-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const clock = new VirtualClock(Date.UTC(2026, 10, 28));
    const peer = await peerOf(plugin, clock, stack, dir);
    const feed = new Feed();
    const context = contextOf(clock);
    const open = (): Notifications => {
      const notifier = plugin.create(plugin.schema.parse(peer.settings));
      const options = { name: plugin.type, notifier, feed, store: feed, dir: join(dir, 'position'), context, clock, perMinute };
      return new Notifications(options);
    };
    const raise = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const id = `ALT-${String(feed.sequence + 1).padStart(6, '0')}`;
        const incident = id.replace('ALT', 'INC');
        feed.happen(clock.now(), 'raised', 3, id, 'B', { ...intrusion, id, incident, priority: 3 });
        await clock.advance(minute);
      }
    };
    const settled = async (of: Notifications): Promise<void> => {
      await expect
        .poll(
          async () => {
            await clock.advance(10_000);
            return of.queue();
          },
          { timeout: 20_000, interval: 5 },
        )
        .toMatchObject({ used: 0, dropped: 0 });
    };

    const first = open();
    await raise(2);
    await settled(first);
    await peer.set('closed');
    await raise(perPhase);
    await expect.poll(() => first.fault?.error.code).toBe('NOTIFY_FAILED');
    await first[Symbol.asyncDispose]();
    // a kill -9 can leave an older position, never a newer one: the first alerts are sent again
    const position = join(dir, 'position', 'told.json');
    writeFileSync(position, JSON.stringify({ ...(JSON.parse(readFileSync(position, 'utf8')) as object), sequence: 0 }));

    const second = stack.use(open());
    await peer.set('silent');
    await raise(perPhase);
    await expect.poll(() => second.fault?.error.code).toBe('NOTIFY_FAILED');
    expect(second.queue().used).toBe(2 + 2 * perPhase);
    const returnedAt = clock.now();
    await peer.set('slow');
    await raise(perPhase);
    await peer.set('open');
    await settled(second);
    const ids = peer.ids();
    expect(ids).toEqual(feed.changes.map(({ alert }) => alert.id));
    const later = peer.times.filter((time) => time >= returnedAt);
    const most = Math.max(0, ...later.map((from) => later.filter((time) => time >= from && time < from + minute).length));
    expect(most).toBeLessThanOrEqual(peer.mostInMinute);
  },
  30_000,
);
