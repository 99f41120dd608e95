import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { away, Feed, Recorder, startIn } from '../../test/support/notify.ts';
import { contextOf } from '../../test/support/samples.ts';
import { canaryLimit, canaryName } from '../core/canary.ts';
import { VirtualClock } from '../core/clock.ts';
import type { FindingChange } from '../core/finding.ts';
import type { Canary } from '../core/notifier.ts';
import type { CanaryEvent } from '../core/observation.ts';
import { TagTable } from '../core/tag.ts';
import { canaryDetector, canarySample, canaryTag } from '../detection/canary.ts';
import { createEngine } from '../detection/engine/index.ts';
import { DeviceSupervisor } from '../ingest/supervisor.ts';
import { CanaryWatch } from './canary.ts';
import { canaryCollector } from './canary-collector.ts';

const minute = 60_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-canary-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

class Receiver extends Recorder {
  readonly canaries: Canary[] = [];
  isDeaf = false;

  override async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    if (this.isDeaf)
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const error = this.fail();
    if (error !== undefined) throw error;
    this.canaries.push(canary);
  }
}

/** The path of a canary with a switch before each stage. */
function startPath() {
  const clock = new VirtualClock(Date.UTC(2026, 10, 28));
  const context = contextOf(clock);
  const broken = new Set<string>();
  const alarms: string[] = [];
  const notifier = new Receiver(clock);
  const { feed, notifications } = startIn(dir, new Feed(), {
    notifier,
    clock,
    name: 'webhook-1',
    onCanary: ({ time }) => watch.passed('notify webhook-1', time),
  });
  const watch = new CanaryWatch({
    wall: clock,
    site: clock,
    metrics: context.metrics,
    receivers: [notifications],
    isExplained: () => notifications.fault !== undefined,
    report: (stage, isLost) => void alarms.push(`${stage} ${isLost ? 'lost' : 'again'}`),
  });
  const alert = (change: FindingChange): void => {
    if (!broken.has('alert')) watch.alerted(change);
  };
  const tags = new TagTable([canaryTag]);
  const engine = createEngine({ detectors: [canaryDetector(0)], tags, groups: [], thresholds: {} });
  const detect = (event: CanaryEvent): void => {
    if (broken.has('detect')) return;
    for (const change of engine.observe(canarySample(event, 0, undefined))) {
      if (change.change !== 'begin') continue;
      watch.passed('detect', change.finding.beganAt);
      alert(change);
    }
  };
  const device = new DeviceSupervisor({
    name: canaryName,
    collector: canaryCollector(clock),
    tags: [0],
    context,
    machine: clock,
    publish: async (observation) => {
      if (observation.kind !== 'batch' || broken.has('collect')) return;
      const { sourceTime, value } = observation.batch;
      const event = { type: 'canary', time: clock.now(), sampledAt: sourceTime[0] ?? 0, value: value[0] ?? 0 } as const;
      if (event.value > canaryLimit) watch.sampled(event.sampledAt);
      watch.passed('collect', event.sampledAt);
      detect(event);
    },
  });
  const stop = new AbortController();
  const collecting = device.run(stop.signal);
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 1_000) {
      await clock.advance(1_000);
      watch.check();
    }
  };
  return {
    broken,
    alarms,
    notifier,
    feed,
    pass,
    now: () => clock.now(),
    fault: () => notifications.fault,
    sleep: async (ms: number): Promise<void> => {
      await clock.advance(ms);
      watch.check();
    },
    metrics: context.metrics,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await clock.advance(20_000);
      await collecting;
      await notifications[Symbol.asyncDispose]();
    },
  };
}

const valuesOf = ({ metrics }: ReturnType<typeof startPath>, name: string) => {
  const found = [...metrics.read()].find(({ metric }) => metric.name === name);
  return Object.fromEntries([...(found?.samples ?? [])].map(({ labels, value }) => [labels?.['stage'], value]));
};

it('comes to the notifier each minute, with the delay of each stage as a metric, and is no alert', async () => {
  await using path = startPath();
  await path.pass(10 * minute);
  expect(path.notifier.canaries.length).toBeGreaterThanOrEqual(10);
  expect(path.notifier.canaries.length).toBeLessThanOrEqual(11);
  expect(new Set(path.notifier.canaries.map(({ id }) => id)).size).toBe(path.notifier.canaries.length);
  expect(path.notifier.told).toEqual([]);
  expect(path.feed.sequence).toBe(0);
  expect(path.alarms).toEqual([]);
  const stages = ['collect', 'detect', 'alert', 'notify webhook-1'];
  expect(Object.keys(valuesOf(path, 'scadawatch_canary_delay_seconds'))).toEqual(stages);
  for (const age of Object.values(valuesOf(path, 'scadawatch_canary_age_seconds'))) expect(age).toBeLessThanOrEqual(60);
});

it.each(['collect', 'detect', 'alert'])(
  'names the stage %s alone if it is broken, and ends the alarm when it works',
  async (stage) => {
    await using path = startPath();
    await path.pass(2 * minute);
    path.broken.add(stage);
    await path.pass(2 * minute);
    expect(path.alarms).toEqual([]);
    await path.pass(2 * minute);
    expect(path.alarms).toEqual([`${stage} lost`]);
    path.broken.clear();
    await path.pass(2 * minute);
    expect(path.alarms).toEqual([`${stage} lost`, `${stage} again`]);
  },
);

it('leaves a receiver that takes messages and never answers to the fault of its notifier', async () => {
  await using path = startPath();
  await path.pass(2 * minute);
  path.notifier.isDeaf = true;
  await path.pass(5 * minute);
  expect(path.fault()?.error.message).toBe('webhook-1 has not answered for 15 s');
  expect(path.alarms).toEqual([]);
});

it('raises no second alarm for a receiver whose failure is known, and sends no canary of the outage on its return', async () => {
  await using path = startPath();
  await path.pass(2 * minute);
  path.notifier.fail = () => away();
  const before = path.notifier.canaries.length;
  await path.pass(60 * minute);
  expect(path.alarms).toEqual([]);
  path.notifier.fail = () => undefined;
  const returnedAt = path.now();
  await path.pass(minute);
  const sent = path.notifier.canaries.slice(before);
  expect(sent.length).toBeLessThanOrEqual(2);
  for (const { time } of sent) expect(time).toBeGreaterThanOrEqual(returnedAt - minute);
});

it('is not lost while the machine sleeps', async () => {
  await using path = startPath();
  await path.pass(2 * minute);
  path.broken.add('collect');
  // the first check after hours counts as a few seconds
  await path.sleep(180 * minute);
  expect(path.alarms).toEqual([]);
});
