import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchOf } from '../../../test/support/detectors.ts';
import { loadConfig } from '../../config/load.ts';
import { observeBatch } from '../../core/observation.ts';
import type { AuditEntry } from '../../core/state.ts';
import { main } from '../../main.ts';
import { calibrate } from '../../learning/calibration/index.ts';
import { openState } from '../../state/state.ts';
import { saveBaseline } from '../../learning/baselines/store.ts';
import { detectorFactories, fingerprint, planDetection } from '../../detection/plan/plan.ts';
import { registry } from '../registry.ts';

const plant = `
site: {name: Test works, timeZone: UTC}
areas: [{id: a, name: A, equipment: [{id: E, name: E, kind: tank}]}]
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: 5020}
scanClasses: {fast: 1s}
tags:
  LT1: {device: plc1, address: {table: holding, register: 0}, kind: analog, role: measurement, area: a, equipment: E, unit: m, scan: fast, description: Level}
`;

let dir: string;
let file: string;
let printed: string[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-baseline-command-'));
  file = join(dir, 'plant.yaml');
  writeFileSync(file, plant);
  printed = [];
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
  const config = await loadConfig(file, { registry, environment: {} });
  const plan = planDetection(config);
  const source = () =>
    Array.from({ length: 2_000 }, (_, i) =>
      observeBatch(batchOf([{ tag: 0, time: 1_000 * i, value: 2 + Math.sin(i / 50) + 0.01 * Math.sin(i * 7) }])),
    );
  const learning = { detectors: detectorFactories(plan), source, description: 'a test', groups: plan.groups };
  const calibration = await calibrate({ ...learning, tags: config.tags, budgetPerDay: plan.budgetPerDay });
  using state = openState(dir);
  saveBaseline(state.baselines, { fingerprint: fingerprint(plan), calibration, bands: {} }, 1_000);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(dir, { recursive: true });
});

async function baseline(verb: string, ...more: string[]): Promise<string> {
  printed.length = 0;
  process.exitCode = 0;
  await main(['node', 'scadawatch', 'baseline', verb, file, '--data', dir, ...more]);
  return printed.join('\n');
}

function audit(): AuditEntry[] {
  using state = openState(dir);
  return state.audit.read({ limit: 99 });
}

it('shows, exports, edits, compares and restores entries, and audits each act', async () => {
  expect(await baseline('show', '--channel', 'LT1')).toMatch(
    /^ {2}LT1:\n {4}range: \{ low: .*, unit: m, threshold: .*, learned: v1, samples: 2000 \}$/m,
  );
  const exported = join(dir, 'baseline.yaml');
  expect(await baseline('export', '--out', exported)).toContain('of baseline version 1');
  expect(await baseline('diff', exported)).toBe('No difference.');

  expect(await baseline('edit', 'LT1', 'range', 'swing=4.5', '--reason', 'rebuilt')).toContain('LT1 range edited');
  expect(await baseline('unlearn', 'LT1', 'frozen')).toContain('frozen does not judge LT1 any more');
  expect(await baseline('approve', '--channel', 'LT1', 'range')).toContain('1 lines approved');
  expect(await baseline('show')).toMatch(/^# 1 of \d+ channels is unwatched: 1 unlearned\.$/m);
  expect(await baseline('show', '--channel', 'LT1')).toMatch(/^# {3}LT1 frozen: unlearned by console on \d{4}-/m);
  expect(await baseline('diff', exported)).toMatch(/~ LT1 range: swing 4\.5 → [^]*2 lines differ\./);

  const edited = readFileSync(exported, 'utf8').replace(/swing: [^,]+, unit: m/, 'swing: 5, unit: m');
  writeFileSync(exported, edited);
  expect(await baseline('import', exported)).toContain('1 lines differ from what was learned');
  expect(await baseline('show')).toMatch(/range: \{ .*swing: 5, .*edited: \{ by: console/);
  expect(await baseline('show')).not.toContain('unlearned');

  expect(audit().map(({ action, object, role, reason }) => [action, object, role, reason])).toEqual([
    ['baseline.imported', exported, 'console', undefined],
    ['baseline.approved', 'LT1 range', 'console', undefined],
    ['baseline.unlearned', 'LT1 frozen', 'console', undefined],
    ['baseline.edited', 'LT1 range', 'console', 'rebuilt'],
  ]);
});

it('refuses invalid input with a hint and audits nothing', async () => {
  expect(await baseline('review')).toContain('An earlier version learned this baseline. Learn again (scadawatch calibrate)');
  expect(await baseline('edit', 'LT1', 'range', 'swing=-1')).toContain('swing cannot be -1');
  expect(process.exitCode).toBe(2);
  expect(await baseline('edit', 'LT1', 'range', 'furthest over 4 s=1')).toContain(
    'furthest over 4 s is not an editable figure of this entry',
  );
  expect(await baseline('unlearn', 'LT2', 'range')).toContain('scadawatch baseline show lists the entries');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  await baseline('edit', 'LT1', 'range', 'low');
  expect(printed.join('')).toContain('such as low=1.2');
  writeFileSync(file, plant.replace('unit: m,', 'unit: cm,'));
  expect(await baseline('show')).toContain('Run scadawatch calibrate');
  expect(audit()).toEqual([]);
});
