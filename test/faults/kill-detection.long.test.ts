// Long: a kill loop. Three processes load every detector, and one of them is killed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { afterAll, expect, it } from 'vitest';
import { detectorFactories, fingerprint } from '../../src/detection/plan/plan.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrate } from '../../src/learning/calibration/index.ts';
import { plan, rows, snapshotRows } from '../support/detection-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-kill-detection-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const script = fileURLToPath(new URL('../support/detection-run.ts', import.meta.url));

function run(...numbers: number[]) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, dir, ...numbers.map(String)], {
    encoding: 'utf8',
  });
  return { status, signal, stderr, lines: stdout.trim().split('\n') };
}

it('goes on bit for bit from its last snapshot after kill -9: the same findings, and the same state in the end', async () => {
  const normal = rows(4_000, 1, 0);
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: () => normal,
    description: 'a test',
    tags: new TagTable(plan.tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    folds: 3,
  });
  writeFileSync(join(dir, 'baseline'), serialize({ fingerprint: fingerprint(plan), calibration, bands: {} }));
  const [last, killedAt] = [240, 137];
  const whole = run(0, last);
  expect(whole.status, whole.stderr).toBe(0);
  const killed = run(0, last, killedAt);
  expect(killed.signal).toBe('SIGKILL');
  const resumed = run(Math.floor(killedAt / snapshotRows) * snapshotRows, last);
  expect(resumed.status, resumed.stderr).toBe(0);
  // the changes before the kill and after the restart are together those of a run without a kill
  expect(killed.lines).toEqual(whole.lines.slice(0, killed.lines.length));
  expect(resumed.lines).toEqual(whole.lines.slice(-resumed.lines.length));
  expect(killed.lines.length).toBeGreaterThan(2);
  expect(killed.lines.length + resumed.lines.length).toBeGreaterThanOrEqual(whole.lines.length);
  expect(resumed.lines.at(-1)).toMatch(/^[0-9a-f]{64}$/);
});
