import type { Page } from '../../../dashboard/server/testing/browser.ts';
import type { AlertManager } from '../../../src/alerts/manager.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import { Delays } from '../clients/tally.ts';
import type { BenchRow } from '../row.ts';
import { scanMs, startMonitored, tagCount } from './monitored.ts';

const perSecond = 100;
const mb = 1_048_576;
/** Longest wait for the last message, ms. At 20 messages a minute, a chat needs 5 min for 6000 alerts. */
const longestMs = 900_000;
/** Age at which an alert that ends is over and acknowledged, s. */
const endsAfterS = 5;
const { signal } = new AbortController();

interface FloodOptions {
  readonly seconds: number;
  readonly withNotifiers: boolean;
  /** True if alerts end and are acknowledged, so that their number stays the same. */
  readonly ends: boolean;
}

/** 100 alerts a second on a whole monitor, with every notifier on. @param quick 10 s instead of a minute */
export async function benchNotify(quick: boolean): Promise<BenchRow[]> {
  const seconds = quick ? 10 : 60;
  const alone = await flood({ seconds, withNotifiers: false, ends: false });
  const all = await flood({ seconds, withNotifiers: true, ends: false });
  const ending = await flood({ seconds, withNotifiers: true, ends: true });
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
    row('samples that are not stored', all.unstored, 'samples', `of ${all.samples}; without notifiers ${alone.unstored}`),
    row('sample to page', all.pageMs, 'ms', `p99 of ${all.frames} frames; without notifiers ${alone.pageMs.toFixed(0)} ms`),
    row(
      'memory after the flood',
      all.growth / mb,
      'MB',
      `heap beyond that at a third of the time, with ${seconds * perSecond} open alerts; without notifiers ${(alone.growth / mb).toFixed(1)} MB`,
    ),
    row('memory if alerts end', ending.growth / mb, 'MB', 'the same, with alerts that end and are acknowledged after 5 s'),
    row(
      'main thread',
      all.busy,
      'cores',
      `CPU time while alerts are raised, receivers included; without notifiers ${alone.busy.toFixed(2)}`,
    ),
  ];
}

/** Raises alerts for some seconds and measures what they do to receivers, page, samples and memory. */
export async function flood({ seconds, withNotifiers, ends }: FloodOptions) {
  await using stack = new AsyncDisposableStack();
  const { view, manager, receivers, page, isDelivered } = await startMonitored(stack, withNotifiers);
  /** Raised alerts by the id of their finding. */
  const raised = new Map<string, string>();
  manager.subscribe(({ kind, alert }) => void (kind === 'raised' && raised.set(alert.findings[0]?.id ?? '', alert.id)));
  const delays = pageDelays(page);
  const from = systemClock.now();
  const begin = systemClock.monotonic();
  const cpu = process.threadCpuUsage();
  const open: Finding[] = [];
  let heap = Number.NaN;
  for (let second = 0; second < seconds; second++) {
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let n = 0; n < perSecond / 10; n++) open.push(raise(manager, (second * 10 + tenth) * 10 + n));
      if (ends)
        for (const finding of open.splice(0, open.length - endsAfterS * perSecond))
          end(manager, finding, raised.get(finding.id) ?? '');
      await systemClock.sleep(Math.max(0, begin + second * 1_000 + (tenth + 1) * 100 - systemClock.monotonic()));
    }
    if (second === Math.floor(seconds / 3)) heap = heapUsed();
  }
  const { user, system } = process.threadCpuUsage(cpu);
  const growth = heapUsed() - heap;
  const to = systemClock.now();
  const stopped = systemClock.monotonic();
  // memory alone is of interest then
  while (!ends && !isDelivered() && systemClock.monotonic() - stopped < longestMs) await systemClock.sleep(500);
  const path = receivers.map(({ type, ids, times, getsEachChange }) => ({ type, ids, times, getsEachChange }));
  const samples = Math.floor((to - from) / scanMs) * tagCount;
  return {
    path,
    growth,
    busy: (user + system) / 1e6 / seconds,
    samples,
    unstored: Math.max(0, samples - (await storedSamples(view, from, to))),
    frames: delays.total,
    pageMs: delays.at(0.99),
    lost: path.reduce((sum, { ids }) => sum + [...raised.values()].filter((id) => !ids.has(id)).length, 0),
    disordered: path.filter((one) => one.getsEachChange).reduce((sum, { ids }) => sum + disorder([...ids]), 0),
    busiest: Math.max(0, ...receivers.filter((one) => !one.getsEachChange).map((receiver) => receiver.busiestMinute())),
    lastMs: Math.max(0, ...path.map(({ times }) => (times.at(-1) ?? 0) - stopped)),
  };
}

/** Time from the receipt of a sample to the frame of the page, the oldest sample of each frame. */
function pageDelays(page: Page): Delays {
  const delays = new Delays();
  page.socket.on('message', (_data, isBinary) => {
    // alerts that the page keeps would count as memory of the monitor
    page.messages.length = 0;
    const frame = isBinary ? page.frames.pop() : undefined;
    if (frame === undefined || frame.snapshot || frame.receiveTime.length === 0) return;
    delays.add([[Math.round(systemClock.now() - Math.min(...frame.receiveTime)), 1]]);
  });
  return delays;
}

async function storedSamples(view: MonitorView, from: number, to: number): Promise<number> {
  // the last ones are committed together
  await systemClock.sleep(2_000);
  const tags = Array.from({ length: tagCount }, (_, i) => `T${i}`);
  const series = await view.history({ tags, from, to }, signal);
  return series.reduce((sum, { time }) => sum + time.length, 0);
}

/** Every tenth alert is an alarm of priority 1, the others of priority 3: each type sends both. */
function raise(manager: AlertManager, n: number): Finding {
  const time = systemClock.now();
  const title = `Level of tank ${n} is high`;
  const finding: Finding = {
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
  };
  manager.take({ change: 'begin', finding });
  return finding;
}

/** Ends the finding of an alert and acknowledges the alert, which then is closed. */
function end(manager: AlertManager, finding: Finding, alert: string): void {
  const time = systemClock.now();
  manager.take({ change: 'end', finding: { ...finding, updatedAt: time, endedAt: time } });
  manager.acknowledge(alert, { role: 'operator', user: 'bench' });
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
