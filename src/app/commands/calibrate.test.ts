import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { batchOf } from '../../../test/support/samples.ts';
import { capture, polling } from '../../../test/support/small-capture.ts';
import { testContext } from '../../../test/support/tiny-plant.ts';
import { loadConfig } from '../../config/load.ts';
import { VirtualClock } from '../../core/clock.ts';
import { Random } from '../../core/random.ts';
import { main } from '../../main.ts';
import { openState } from '../../state/state.ts';
import { limitStatus } from '../../learning/detection-limits/stored.ts';
import { loadBaseline } from '../../learning/baselines/store.ts';
import { planDetection } from '../../detection/plan/plan.ts';
import { registry } from '../registry.ts';

const scanMs = 10_000;
const start = Date.UTC(2026, 4, 5, 6);
const rows = 2_000;
const plant = `
site: {name: Test works, timeZone: UTC}
areas: [{id: a, name: A, equipment: [{id: E, name: E, kind: tank, modes: {tag: M, values: {filling: [0], idle: [1]}, settle: 1m}}]}]
devices: {plc1: {type: modbus, host: 10.0.0.11, port: 502, unit: 1}}
scanClasses: {slow: 10s}
detectors: {${['relations', 'profile', 'replay'].map((type) => `${type}: false`).join(', ')}}
tags:
  T: {description: Level, area: a, equipment: E, device: plc1, kind: analog, role: measurement, unit: m, range: [0, 5], decimals: 2, scan: slow, address: {table: holding, register: 0, type: uint16}}
  M: {description: Mode, area: a, equipment: E, device: plc1, kind: discrete, role: status, states: {0: filling, 1: idle}, scan: slow, address: {table: holding, register: 1, type: uint16}}
`;

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-calibrate-'));
const file = join(dir, 'plant.yaml');
const traffic = join(dir, 'normal.pcap');
let printed: string[] = [];

beforeAll(async () => {
  writeFileSync(file, plant);
  writeFileSync(traffic, capture(...polling(10, start)));
  const config = await loadConfig(file, { registry, environment: {} });
  const { plugin, config: settings } = config.historian;
  const dataDir = join(dir, 'history');
  await using historian = await plugin.create(settings, { tags: config.tags, dataDir }, testContext(new VirtualClock(start)));
  const random = new Random(9);
  const samples = Array.from({ length: rows }, (_, row) => {
    const time = start + scanMs * row;
    // idle once
    const idle = row >= 900 && row < 1_000 ? 1 : 0;
    return [
      { tag: 'T', time, value: 2 + Math.sin(row / 50) + 0.01 * random.normal() },
      { tag: 'M', time, value: idle },
    ];
  });
  await historian.write(batchOf(config.tags, 'plc1', samples.flat()), new AbortController().signal);
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
});
afterAll(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(dir, { recursive: true, force: true });
});

async function calibrate(...words: string[]): Promise<number> {
  printed = [];
  process.exitCode = 0;
  await main(['node', 'scadawatch', 'calibrate', file, '--data', dir, ...words]);
  return Number(process.exitCode);
}

const history = ['--from', new Date(start).toISOString(), '--to', new Date(start + scanMs * rows).toISOString()];

it('learns traffic and process in one run, and keeps the one when only the other is learned again', async () => {
  expect(await calibrate('--capture', traffic, ...history, '--limits-time', '10m')).toBe(0);
  expect(printed.join('\n')).toMatch(
    /^Baseline of traffic, version 1: 80 packets of .*normal\.pcap\nBaseline version 1: .*\n.*promise/i,
  );
  expect(printed.join('\n')).toMatch(
    /^Detection limits: Measured by faults in 5 h 33 min of normal operation that were also learned\.\n {2}T: offset [\d.–]+ m within 10 min; stuck .*$/m,
  );
  const plan = planDetection(await loadConfig(file, { registry, environment: {} }));
  const limits = () => {
    using state = openState(dir);
    return limitStatus(state.baselines, plan);
  };
  expect(limits().tags.map(({ tag }) => tag)).toEqual(['T']);
  expect(limits().without).toEqual([{ tag: 'M', reason: 'no standard fault was detected' }]);
  const learned = () => {
    using state = openState(dir);
    const detectors = loadBaseline(state.baselines, plan)?.calibration.detectors;
    const { tags } = (detectors?.['range']?.baseline ?? {}) as { readonly tags?: Readonly<Record<string, object>> };
    return { traffic: JSON.stringify(detectors?.['traffic']?.baseline), range: JSON.stringify(tags?.['T/filling']) };
  };
  const first = learned();
  expect(first.traffic).toContain('10.0.0.11');
  expect(first.range).toContain('high');
  const audited = () => {
    using state = openState(dir);
    return state.audit.read({ action: 'baseline.learned', limit: 9 }).map(({ object, role }) => [object, role]);
  };
  // newest first
  expect(audited()).toEqual([
    ['version 1', 'console'],
    ['traffic version 1', 'console'],
  ]);

  expect(await calibrate(...history, '--limits-time', '0s')).toBe(0);
  // the limits of an earlier baseline do not hold for a new one
  expect(limits().tags).toEqual([expect.objectContaining({ tag: 'T', outdated: true })]);
  expect(limits().text).toContain('version 2 has other thresholds. scadawatch baseline measure-limits measures them again.');
  const unwatched = printed.join('\n');
  await main(['node', 'scadawatch', 'baseline', 'measure-limits', file, '--data', dir]);
  expect(limits().tags).toEqual([expect.objectContaining({ tag: 'T' })]);
  expect(limits().tags[0]).not.toHaveProperty('outdated');
  expect(printed.at(-2)).toMatch(/^ {2}T: offset [\d.–]+ m within 10 min; stuck /);
  expect(learned()).toEqual(first);
  expect(await calibrate('--capture', traffic)).toBe(0);
  expect(learned()).toEqual(first);
  // idle once: too little for interlock, response and overdue, and the limits of T are those of both modes together
  expect(unwatched).toMatch(/^\d of \d+ channels are unwatched: \d with nothing learned to judge by\..*$/m);
  expect(audited().map(([object]) => object)).toEqual(['traffic version 2', 'version 2', 'version 1', 'traffic version 1']);
}, 120_000);

it('learns nothing of the process if a capture cannot be used, and names the capture', async () => {
  const version = () => {
    using state = openState(dir);
    return state.baselines.latest('site')?.version;
  };
  const before = version();
  expect(before).toBeGreaterThan(0);
  expect(await calibrate('--capture', join(dir, 'nowhere.pcap'), ...history)).toBe(2);
  expect(printed.join('\n')).toContain('nowhere.pcap');
  expect(version()).toBe(before);
});

it('lists unusual episodes for a review, and sets thresholds by the decisions of a file without the data', async () => {
  const review = async (...words: string[]): Promise<string> => {
    printed = [];
    process.exitCode = 0;
    await main(['node', 'scadawatch', 'baseline', 'review', file, '--data', dir, ...words]);
    return printed.join('\n');
  };
  expect(await review()).toMatch(
    /^2026-05-05T08:30Z to 2026-05-05T08:\d\dZ {2}equipment:E {2}score \d\.\d+, against the promise\n {2}Mode is idle, a new state\. Normal: filling\. \(discrete; M\)\n/,
  );
  const decisions = join(dir, 'review.yaml');
  expect(await review('--out', decisions)).toMatch(/^1 episode of baseline version 2 in .*review\.yaml\n/);
  expect(await review('--apply', decisions)).toMatch(/^The file changes no decision\.\n/);
  writeFileSync(decisions, readFileSync(decisions, 'utf8').replace('decision: undecided', 'decision: normal'));
  expect(await review('--apply', decisions)).toMatch(
    /^Baseline version 3: 1 normal, 0 excluded\. .*\n.* 1 episode marked as normal counts as learned: .*\nNo unusual episode/,
  );
  expect(await review()).toMatch(/against the promise \[normal by console on \d{4}-\d\d-\d\d\]/);
  writeFileSync(decisions, 'format: 1');
  expect(await review('--apply', decisions)).toContain('the file of the review cannot be used: site: ');
  expect(process.exitCode).toBe(2);
});

it('names the required input if neither is given', async () => {
  expect(await calibrate()).toBe(2);
  expect(printed.join('\n')).toContain('Give --from (start of normal operation) or --capture (files of normal traffic).');
});
