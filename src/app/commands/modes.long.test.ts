// Long: a monitor is calibrated several times, as modes are proposed, approved and withdrawn.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { batchOf } from '../../../test/support/samples.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { loadConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock, VirtualClock } from '../../core/clock.ts';
import { Random } from '../../core/random.ts';
import { main } from '../../main.ts';
import { openState } from '../../state/state.ts';
import { backtestStored, openHistorian } from '../../tools/backtest/stored.ts';
import { withModes } from '../../learning/baselines/modes.ts';
import { modesInForce } from '../../learning/baselines/modes-in-force.ts';
import { knownBaseline } from '../../learning/baselines/store.ts';
import { planDetection } from '../../detection/plan/plan.ts';
import { registry } from '../registry.ts';

const scanMs = 10_000;
const start = Date.UTC(2026, 0, 5);
const [taught, rows] = [6_000, 6_800];
const at = (row: number): string => new Date(start + scanMs * row).toISOString();

const plantWith = (modes: string): string => `
site: {name: Test works, timeZone: UTC}
areas: [{id: a, name: A, equipment: [{id: P1, name: Pump, kind: pump${modes}}]}]
devices: {plc1: {type: modbus, host: 127.0.0.1, port: 5020}}
scanClasses: {slow: 10s}
alarmBudget: 24
detectors: {${['frozen', 'relations', 'profile', 'replay'].map((type) => `${type}: false`).join(', ')}}
tags:
  RUN: {device: plc1, address: {table: discrete, register: 0}, kind: discrete, role: status, area: a, equipment: P1, scan: slow, description: Pump, states: {0: stopped, 1: running}}
  AMP: {device: plc1, address: {table: holding, register: 0}, kind: analog, role: measurement, area: a, equipment: P1, unit: A, scan: slow, description: Current}
`;

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-modes-'));
const file = join(dir, 'plant.yaml');
/** Recording after the learned period. */
const afterwards = join(dir, 'afterwards.csv');
let config: MonitorConfig;
let printed: string[];

beforeAll(async () => {
  writeFileSync(file, plantWith(''));
  config = await loadConfig(file, { registry, environment: {} });
  const { plugin, config: settings } = config.historian;
  const dataDir = join(dir, 'history');
  await using historian = await plugin.create(settings, { tags: config.tags, dataDir }, testContext(new VirtualClock(start)));
  const random = new Random(9);
  let [run, left] = [0, 60];
  const samples = Array.from({ length: rows }, (_, row) => {
    if (--left < 0) [run, left] = [1 - run, Math.round(50 + 50 * random.next())];
    // after the learned period the pump first runs dry, and later stops for hours
    const on = row < taught + 300 ? run : 0;
    const noise = random.normal();
    const amp = on === 1 && row < taught + 150 ? 60 + 2 * noise : 0.02 * noise;
    const time = start + scanMs * row;
    return [
      { tag: 'AMP', time, value: amp },
      { tag: 'RUN', time, value: on },
    ];
  });
  for (let row = 0; row < rows; row += 500)
    await historian.write(batchOf(config.tags, 'plc1', samples.slice(row, row + 500).flat()), new AbortController().signal);
  const table = samples.slice(taught).map(([amp, on]) => [(amp?.time ?? 0) / 1_000, amp?.value, on?.value].join());
  writeFileSync(afterwards, ['t,AMP,RUN', ...table].join('\n'));
});
beforeEach(() => {
  printed = [];
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<{ code: unknown; output: string }> {
  printed.length = 0;
  process.exitCode = 0;
  await main(['node', 'scadawatch', ...words, '--data', dir]);
  const code = process.exitCode;
  process.exitCode = 0;
  return { code, output: printed.join('\n') };
}
/** The output of a command that must succeed. */
async function scadawatch(...words: string[]): Promise<string> {
  const { code, output } = await run(...words);
  expect(code, output).toBe(0);
  return output;
}
const calibrate = (): Promise<string> => scadawatch('calibrate', file, '--from', at(0), '--to', at(taught));
const show = (): Promise<string> => scadawatch('baseline', 'show', file);

/** Findings of the hours after the calibration by the newest baseline, from a backtest of the historian. */
async function foundAfterwards(): Promise<string[]> {
  using state = openState(dir);
  const own = withModes(config, modesInForce(state.baselines, config.tags));
  const plan = planDetection(own);
  const baseline = knownBaseline(state.baselines, plan);
  if (baseline === undefined) throw new Error('the newest baseline does not fit the plan');
  await using historian = await openHistorian(own, join(dir, 'history'), systemClock);
  const span = { from: start + scanMs * taught, to: start + scanMs * rows };
  const found = new Set<string>();
  const { signal } = new AbortController();
  for await (const { open } of backtestStored({ plan, baseline, historian, ...span, periodMs: 60_000, signal }))
    for (const finding of open) found.add(`${finding.detector} ${finding.channel}`);
  return [...found].toSorted();
}

/** The same findings from a replay, which uses the path of live samples. */
async function foundLive(): Promise<string[]> {
  const out = join(dir, 'findings.jsonl');
  const words = ['replay', file, '--input', afterwards, '--time', 't', '--time-format', 'unix', '--out', out];
  await scadawatch(...words);
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as { detector: string; channel: string });
  return [...new Set(found.map(({ detector, channel }) => `${detector} ${channel}`))].toSorted();
}

it('are proposed by a calibration, and apply from the calibration after their approval until they are unlearned', async () => {
  expect(await calibrate()).toMatch(
    /Modes of P1 proposed: told by RUN, at 0 stopped, at 1 running, .*settle 60 s[^]*approve --channel P1/,
  );
  const proposed = await show();
  expect(proposed).toMatch(
    /P1:\n +modes: \{ told by: RUN, .*shares: "?stopped [\d.]+ %, running [\d.]+ %"?, rests: stopped, changes: .*state: .*proposed/,
  );
  expect(proposed).toContain('AMP:');
  expect(proposed).not.toContain('AMP/running');
  expect(await foundAfterwards()).toContain('discrete RUN');

  const refused = await run('baseline', 'edit', file, 'P1', 'modes', 'settle=99999');
  expect(refused.output).toContain('from 0 to 3600 s');
  expect(refused.code).toBe(2);
  expect(await scadawatch('baseline', 'edit', file, 'P1', 'modes', 'settle=30')).toContain('with the next calibration');
  expect(await scadawatch('baseline', 'approve', file, 'modes', '--channel', 'P1')).toContain('with the next calibration');
  // nothing has changed yet
  expect(await foundAfterwards()).toContain('discrete RUN');

  expect(await calibrate()).toContain('Learned in the approved modes of P1.');
  const learned = await show();
  expect(learned).toMatch(/modes: \{ told by: RUN, .*settle: 30, state: in force, .*approved: \{ by: console/);
  expect(learned).toMatch(/AMP\/stopped:[^]*AMP\/running:/);
  const found = await foundAfterwards();
  expect(found).not.toContain('discrete RUN');
  expect(found).toContain('range AMP/running');
  expect(await foundLive()).toEqual(found);
  // a calibration without a decision of a person keeps them
  expect(await calibrate()).toContain('Learned in the approved modes of P1.');

  expect(await scadawatch('baseline', 'unlearn', file, 'P1', 'modes')).toContain('Modes of P1 unlearned.');
  expect(await calibrate()).toContain('Modes of P1 proposed');
  expect(await show()).not.toContain('AMP/running');
  expect(await foundAfterwards()).toContain('discrete RUN');
});

it('are replaced by the modes of the configuration', async () => {
  await scadawatch('baseline', 'approve', file, '--channel', 'P1');
  writeFileSync(file, plantWith(', modes: {tag: RUN, values: {idle: [0], busy: [1]}}'));
  expect(await calibrate()).not.toContain('Modes of P1');
  expect(await show()).toMatch(/AMP\/idle:[^]*AMP\/busy:/);
});
