import { createInterface } from 'node:readline';
import type { Worker } from 'node:worker_threads';
import type { AlertManager } from '../../../src/alerts/manager.ts';
import { registry } from '../../../src/app/registry.ts';
import { serve } from '../../../src/app/serve.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { silentLogger } from '../../../src/core/plugin.ts';
import { collectedHeap } from '../../support/heap.ts';
import { scanMs, tagCount, tagNames } from './plant.ts';

/** A flood of alerts. */
export interface Flood {
  readonly seconds: number;
  readonly perSecond: number;
  /** True if alerts end and are acknowledged, so that their number stays the same. */
  readonly ends: boolean;
}

/** What a flood did to the monitor. */
export interface FloodReport {
  /** Ids of the raised alerts. */
  readonly raised: readonly string[];
  /** End of the flood, ms UTC. */
  readonly endedAt: number;
  /** Samples that were due, and those of them that are in the historian. */
  readonly due: number;
  readonly stored: number;
  readonly skippedPolls: number;
  /** Of a poll behind its schedule since the start, ms. */
  readonly longestDelayMs: number;
  /** Growth of the heap from a third of the time to the end, after a collection, bytes. */
  readonly growth: number;
  /** The same of the threads: least heap of ten seconds, bytes. */
  readonly threadGrowth: number;
  /** CPU time of the main thread and of the whole process, cores. */
  readonly mainThread: number;
  readonly cores: number;
}

/**
 * The whole monitor with its page, in a process of its own: `monitor.ts FILE DATA`. Prints the link of the setup as a line of JSON when all
 * devices are read. Lines of its input: a `Flood` as JSON, which is answered by its `FloodReport`, and `waiting`, which is answered by the
 * names of the notifiers that have changes to send.
 */
const [file = '', dataDir = ''] = process.argv.slice(2);
/** Age at which an alert that ends is over and acknowledged, s. */
const endsAfterS = 5;
/** Between two looks into the historian, and until the last one, ms. */
const commitMs = 2_000;
const longestCommitMs = 20_000;
const { signal } = new AbortController();
/** Threads of this process. */
const threads = new Set<Worker>();
process.on('worker', (thread: Worker) => threads.add(thread));

const config = await loadConfig(file, { registry, environment: {} });
const serving = await serve({ config, dataDir, clock: systemClock, logger: silentLogger, seed: 1 });
const { view, metrics } = serving.monitor;
// the alerts of a running monitor are those of its manager
const manager = view.alerts as AlertManager;
while (!view.devices().every(({ state }) => state === 'up')) await systemClock.sleep(100);
console.log(JSON.stringify(serving.dashboard.setupLink));

async function flood({ seconds, perSecond, ends }: Flood): Promise<FloodReport> {
  /** Raised alerts by the id of their finding. */
  const raised = new Map<string, string>();
  manager.subscribe(({ kind, alert }) => void (kind === 'raised' && raised.set(alert.findings[0]?.id ?? '', alert.id)));
  const from = systemClock.now();
  const begin = systemClock.monotonic();
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()];
  const skippedBefore = metricOf('scadawatch_polls_skipped_total');
  const open: Finding[] = [];
  let heap = Number.NaN;
  const threadHeaps: number[] = [];
  for (let second = 0; second < seconds; second++) {
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let n = 0; n < perSecond / 10; n++) open.push(raise((second * 10 + tenth) * 10 + n));
      if (ends)
        for (const finding of open.splice(0, open.length - endsAfterS * perSecond)) end(finding, raised.get(finding.id) ?? '');
      await systemClock.sleep(Math.max(0, begin + second * 1_000 + (tenth + 1) * 100 - systemClock.monotonic()));
    }
    threadHeaps.push(await threadHeap());
    if (second === Math.floor(seconds / 3)) heap = collectedHeap();
  }
  const took = systemClock.monotonic() - begin;
  const [threadUsed, allUsed] = [process.threadCpuUsage(thread), process.cpuUsage(all)];
  const growth = collectedHeap() - heap;
  const endedAt = systemClock.now();
  const due = Math.floor((endedAt - from) / scanMs) * tagCount;
  return {
    raised: [...raised.values()],
    endedAt,
    due,
    stored: await storedSamples(from, endedAt, due),
    skippedPolls: metricOf('scadawatch_polls_skipped_total') - skippedBefore,
    longestDelayMs: 1_000 * metricOf('scadawatch_poll_delay_seconds'),
    growth,
    threadGrowth: Math.min(...threadHeaps.slice(-10)) - Math.min(...threadHeaps.slice(seconds / 3).slice(0, 10)),
    mainThread: (threadUsed.user + threadUsed.system) / 1_000 / took,
    cores: (allUsed.user + allUsed.system) / 1_000 / took,
  };
}

/** Used heap of the threads, bytes. */
async function threadHeap(): Promise<number> {
  const all = await Promise.all([...threads].map((thread) => thread.getHeapStatistics().catch(() => undefined)));
  return all.reduce((sum, one) => sum + (one?.used_heap_size ?? 0), 0);
}

/** Every tenth alert is an alarm of priority 1, the others of priority 3: each type sends both. */
function raise(n: number): Finding {
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
function end(finding: Finding, alert: string): void {
  const time = systemClock.now();
  manager.take({ change: 'end', finding: { ...finding, updatedAt: time, endedAt: time } });
  manager.acknowledge(alert, { role: 'operator', user: 'bench' });
}

/** Samples in the historian, once it has those of the last moments: they are committed together, on a busy machine later. */
async function storedSamples(from: number, to: number, due: number): Promise<number> {
  let stored = 0;
  for (let waited = 0; waited < longestCommitMs && stored < due; waited += commitMs) {
    await systemClock.sleep(commitMs);
    const series = await view.history({ tags: tagNames, from, to }, signal);
    stored = series.reduce((sum, { time }) => sum + time.length, 0);
  }
  return stored;
}

function metricOf(name: string): number {
  for (const { metric, samples } of metrics.read())
    if (metric.name === name) return [...samples].reduce((sum, { value }) => sum + value, 0);
  return 0;
}

const waiting = (): string[] =>
  view.chain().flatMap(({ name, queue }) => (name.startsWith('notify ') && queue?.used !== 0 ? [name] : []));

createInterface(process.stdin)
  .on('line', (line) => {
    if (line === 'waiting') console.log(JSON.stringify(waiting()));
    else void flood(JSON.parse(line) as Flood).then((report) => console.log(JSON.stringify(report)));
  })
  .on('close', () => void serving[Symbol.asyncDispose]().then(() => process.exit(0)));
