import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertManager } from '../../../src/alerts/manager.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import type { StateStore } from '../../../src/core/state.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { Notifications } from '../../../src/notify/index.ts';
import { notifiers } from '../../../src/notifiers/index.ts';
import { openQueuedState } from '../../../src/state/queued.ts';
import { contextOf } from '../../support/samples.ts';
import type { BenchRow } from '../row.ts';
import { ListeningReceiver } from './receiver.ts';

const perSecond = 100;
const mb = 1_048_576;
/** Longest wait for the last message, ms. At 20 messages a minute, a chat needs 5 min for 6000 alerts. */
const longestMs = 900_000;

/** A manager that raises alerts, and a notifier of each type with a receiver. */
interface Path {
  readonly state: StateStore & AsyncDisposable;
  readonly manager: AlertManager;
  readonly destinations: readonly { readonly notifications: Notifications; readonly receiver: ListeningReceiver }[];
}

/** 100 alerts a second, with every notifier on. @param quick 10 s instead of a minute */
export async function benchNotify(quick: boolean): Promise<BenchRow[]> {
  const seconds = quick ? 10 : 60;
  const alone = await flood(seconds, false);
  const all = await flood(seconds, true);
  const row = (name: string, value: number, unit: string, note?: string): BenchRow => ({
    name: `notify: ${name}`,
    value,
    unit,
    ...(note === undefined ? {} : { note }),
  });
  const types = all.path.map(({ type }) => type).join(', ');
  return [
    row('alerts that did not arrive', all.lost, 'alerts', `of ${seconds * perSecond} at each of ${types}`),
    row('alerts out of order', all.disordered, 'alerts', 'at receivers that get each change'),
    row('most messages within a minute', all.busiest, 'messages', 'of one receiver for people'),
    row('until the last one arrived', all.lastMs / 1_000, 's', 'after the last alert'),
    row(
      'memory after the flood',
      all.growth / mb,
      'MB',
      `heap beyond that after 1 s; without notifiers ${(alone.growth / mb).toFixed(1)} MB`,
    ),
    row(
      'main thread',
      all.busy,
      'cores',
      `CPU time while alerts are raised; without notifiers ${alone.busy.toFixed(2)}. Page and collection need the rest of 1`,
    ),
  ];
}

async function flood(seconds: number, withNotifiers: boolean) {
  await using stack = new AsyncDisposableStack();
  const { state, manager, destinations } = await open(stack, withNotifiers);
  const raised: string[] = [];
  manager.subscribe(({ kind, alert }) => void (kind === 'raised' && raised.push(alert.id)));
  const begin = systemClock.monotonic();
  const cpu = process.threadCpuUsage();
  let heap = Number.NaN;
  for (let second = 0; second < seconds; second++) {
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let n = 0; n < perSecond / 10; n++) raise(manager, (second * 10 + tenth) * 10 + n);
      await systemClock.sleep(Math.max(0, begin + second * 1_000 + (tenth + 1) * 100 - systemClock.monotonic()));
    }
    manager.tick();
    if (second === 0) heap = heapUsed();
  }
  const { user, system } = process.threadCpuUsage(cpu);
  const growth = heapUsed() - heap;
  await state.saving.settled();
  const end = systemClock.monotonic();
  const isDone = (): boolean => destinations.every(({ notifications }) => notifications.queue().used === 0);
  while (!isDone() && systemClock.monotonic() - end < longestMs) await systemClock.sleep(500);
  const path = destinations.map(({ receiver: { type, ids, times } }) => ({ type, ids, times }));
  return {
    path,
    growth,
    busy: (user + system) / 1e6 / seconds,
    lost: path.reduce((sum, { ids }) => sum + raised.filter((id) => !ids.has(id)).length, 0),
    disordered: destinations
      .filter(({ receiver }) => receiver.getsEachChange)
      .reduce((sum, { receiver }) => sum + disorder([...receiver.ids]), 0),
    busiest: Math.max(
      0,
      ...destinations.filter(({ receiver }) => !receiver.getsEachChange).map(({ receiver }) => receiver.busiestMinute()),
    ),
    lastMs: Math.max(0, ...path.map(({ times }) => (times.at(-1) ?? 0) - end)),
  };
}

async function open(stack: AsyncDisposableStack, withNotifiers: boolean): Promise<Path> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-notify-bench-'));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const state = stack.use(openQueuedState(dir, { clock: systemClock, logger: silentLogger, report: () => {} }));
  const manager = new AlertManager({
    store: state.alerts,
    saving: state.saving,
    clock: systemClock,
    epoch: state.id,
    tags: new TagTable([]),
  });
  const context = contextOf(systemClock);
  const destinations: Path['destinations'][number][] = [];
  for (const plugin of withNotifiers ? notifiers : []) {
    const receiver = await ListeningReceiver.open(plugin);
    if (receiver === undefined) continue;
    stack.use(receiver);
    const notifier = plugin.create(plugin.schema.parse(receiver.settings), context);
    const name = plugin.type;
    const options = { name, notifier, feed: manager, store: state.alerts, dir: join(dir, name), context };
    destinations.push({ notifications: stack.use(new Notifications(options)), receiver });
  }
  return { state, manager, destinations };
}

/** Every tenth alert is an alarm of priority 1, the others of priority 3: each type sends both. */
function raise(manager: AlertManager, n: number): void {
  const time = systemClock.now();
  const title = `Level of tank ${n} is high`;
  manager.take({
    change: 'begin',
    finding: {
      id: `F${n}`,
      detector: 'range',
      channel: `T${n}`,
      area: 'bench',
      equipment: '',
      device: `plc${n}`,
      tags: [],
      since: time,
      beganAt: time,
      updatedAt: time,
      score: 2,
      peak: 2,
      certainty: { kind: 'stated' },
      explanation: { title, sentence: `${title}. Normal range 1.00 to 2.00 m.`, contributions: [], normalIf: '', techniques: [] },
      alarm: { priority: n % 100 === 0 ? 1 : 3, response: 'Close the inlet' },
    },
  });
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Number of ids that come after a later one. */
function disorder(ids: readonly string[]): number {
  let last = '';
  return ids.filter((id) => {
    const isLate = id < last;
    last = isLate ? last : id;
    return isLate;
  }).length;
}
