import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modbus } from '../../collectors/modbus/index.ts';
import { detectors as plugins } from '../../detectors/index.ts';
import type { MonitorConfig } from '../../src/config/resolve.ts';
import type { AlertChange } from '../../src/core/alert.ts';
import { systemClock } from '../../src/core/clock.ts';
import { observeBatch, type Observation } from '../../src/core/observation.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { TagTable } from '../../src/core/tag.ts';
import { detectorFactories, fingerprint, planDetection } from '../../src/detection/plan/plan.ts';
import { calibrate } from '../../src/learning/calibration/index.ts';
import { type Monitor, startMonitor } from '../../src/monitor/monitor.ts';
import { type Recorded, ReplayPlayer } from '../../src/monitor/replay-player.ts';
import { openState } from '../../src/state/state.ts';
import { batchOf, tagOf } from '../support/detectors.ts';
import { failingHistorian, failingNotifier } from '../support/failing-plugins.ts';

const start = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const minute = (i: number, value: number): Observation => observeBatch(batchOf([{ tag: 0, time: start + minuteMs * i, value }]));

function configOf(notifier: ReturnType<typeof failingNotifier>['plugin']): MonitorConfig {
  const areas = [{ id: 'Area', name: 'Area', equipment: [], indicators: [] }];
  return {
    file: 'test',
    site: { name: 'Tank', timeZone: 'UTC', positions: [], areas },
    tags: new TagTable([tagOf('LT01', { scanMs: minuteMs })]),
    devices: [{ name: 'PLC-1', description: '', plugin: modbus, config: {} }],
    detectors: plugins.filter(({ type }) => type === 'range').map((plugin) => ({ plugin, config: plugin.schema.parse({}) })),
    groups: [],
    workers: 1,
    budgetPerDay: 24,
    historian: { plugin: failingHistorian({}), config: {} },
    notifiers: [{ plugin: notifier, config: {} }],
    dashboard: {},
  };
}

it('a minor finding raises no alert, calls no notifier and does not count in the budget; a finding replaces it and does', async () => {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-minor-'));
  cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const notifier = failingNotifier({});
  const config = configOf(notifier.plugin);
  const plan = planDetection(config);
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => Array.from({ length: 4_000 }, (_, i) => minute(i - 8_000, 2 + Math.sin(i / 30))),
    description: 'a test',
    tags: config.tags,
    groups: [],
    budgetPerDay: plan.budgetPerDay,
  });
  // a person has learned an alert as normal: a finding begins at twice the surprise of the edge of the band, which lies at about 3 m
  const learned = calibration.detectors['range'];
  if (learned === undefined) throw new Error('range learned nothing');
  (learned.thresholds as Record<string, object>)['LT01'] = { begin: 2, end: 2 };
  const { tags } = learned.baseline as { tags: Record<string, Record<string, number>> };
  const edge = Number(tags['LT01']?.['swing']) + 0.005 * 5;
  // beyond the edge the surprise is 1 + ln of the ratio to it
  const levels = [2 + 0.9 * edge, ...[0.9, 1.5].map((score) => 2 + edge * Math.exp(2 * score - 1))];

  const seen: unknown[] = [];
  const changes: AlertChange[] = [];
  let monitor: Monitor | undefined;
  const look = async (): Promise<void> => {
    const view = monitor?.view;
    const open = view?.minor.open().map(({ channel, score }) => [channel, score]);
    const ended = (await view?.minor.ended({ from: 0, limit: 9 }))?.map(({ end }) => end);
    const raised = (await view?.budgets())?.[0]?.achieved.map((span) => span.raised);
    seen.push({ open, ended, alerts: changes.map(({ kind }) => kind).join(), raised });
  };
  async function* recording(): AsyncGenerator<Recorded, void, void> {
    for (const [part, level] of levels.entries()) {
      for (let i = 60 * part; i < 60 * (part + 1); i++) yield { time: start + minuteMs * i, observation: minute(i, level) };
      await look();
    }
  }
  const replay = (await ReplayPlayer.open(recording(), 'a test', Infinity, systemClock)) as ReplayPlayer;
  const state = cleanup.use(openState(dataDir));
  const baseline = { fingerprint: fingerprint(plan), calibration, bands: {} };
  monitor = cleanup.use(
    await startMonitor({
      config,
      dataDir,
      state,
      clock: replay.clock,
      logger: silentLogger,
      seed: 1,
      baseline,
      learnedAt: 0,
      replay,
    }),
  );
  monitor.view.alerts.subscribe((change) => changes.push(change));
  await monitor.ended;
  expect(seen).toEqual([
    { open: [], ended: [], alerts: '', raised: [0, 0, 0] },
    { open: [['LT01', expect.closeTo(0.9, 1)]], ended: [], alerts: '', raised: [0, 0, 0] },
    { open: [], ended: ['finding'], alerts: expect.stringMatching(/^raised/), raised: expect.any(Array) },
  ]);
  await expect.poll(() => notifier.told, { timeout: 20_000 }).toHaveLength(1);
  expect(state.alerts.countAnomalies(0)).toEqual([{ area: 'Area', count: 1 }]);
  expect(state.minor.ended({ from: 0, limit: 9 })).toMatchObject([{ equipment: 'Equipment', end: 'finding' }]);
});
