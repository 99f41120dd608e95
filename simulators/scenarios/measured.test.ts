import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { figuresOf, isConsequence, techniqueCoverage, usedTechniques } from '../../src/core/coverage.ts';
import { coverageOf, type Measured, readCoverage } from './measured.ts';
import { scenarioOf, shippedIds } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-measured-'));
afterAll(() => rmSync(dir, { recursive: true }));

const play = { id: 'pumps-stopped', speed: 1, seed: 1, delayS: 4, assetRight: true, named: ['T0848'], falseAlerts: 1 };
const missed = { ...play, seed: 2, delayS: null, assetRight: null, named: [], falseAlerts: 0 };
const measured: Measured = { code: 'abcdefabcdef', measuredOn: '2026-11-29', seeds: [1, 2, 3], plays: [play, missed] };

describe('the shipped measurement', () => {
  it('names the shipped scenarios and no others', () => {
    const shipped = readCoverage();
    expect(shipped?.scenarios.map(({ id }) => id)).toEqual(shippedIds);
    expect(shipped?.plays.every(({ id }) => shippedIds.includes(id))).toBe(true);
  });

  it('is absent where the file is', () => {
    expect(readCoverage(join(dir, 'none.json'))).toBeUndefined();
  });

  it.each([
    '{',
    '{"code": "abcdefabcdef"}',
    JSON.stringify({ ...measured, code: 'x' }),
    JSON.stringify({ ...measured, more: 1 }),
  ])('is refused if its file is damaged: %s', (text) => {
    const file = join(dir, 'damaged.json');
    writeFileSync(file, text);
    expect(() => readCoverage(file)).toThrow(`${file} is not a result of npm run bench:scenarios`);
  });
});

describe('figures of the coverage', () => {
  const scenarios = [scenarioOf('pumps-stopped'), scenarioOf('storm')];
  const coverage = coverageOf({ ...measured, plays: [...measured.plays, { ...play, id: 'gone' }] }, scenarios);
  const [pumps, storm] = coverage.scenarios;

  it('have nothing of a normal day, which is no play of a scenario', () => {
    const days = { ...measured, normalDays: [{ plant: 'waterworks', seed: 1, alerts: 2 }] };
    expect(coverageOf(days, scenarios)).toEqual(coverageOf(measured, scenarios));
  });

  it('count the plays of a scenario, and leave out scenarios that no longer exist', () => {
    expect(coverage.plays).toHaveLength(2);
    expect(figuresOf(coverage, pumps === undefined ? [] : [pumps])).toEqual({
      wanted: 3,
      plays: 2,
      detected: 1,
      delayS: 4,
      assetRight: 1,
      named: 1,
      falseAlerts: 1,
    });
    expect(figuresOf(coverage, storm === undefined ? [] : [storm])).toMatchObject({ wanted: 3, plays: 0, delayS: Number.NaN });
  });

  it('count a technique only where an alert names it', () => {
    const named = Object.fromEntries(
      techniqueCoverage(coverage, coverage.scenarios).map(({ id, figures }) => [id, figures.named]),
    );
    expect(named).toEqual({ T0806: 0, T0848: 1, 'T1692.001': 0 });
    expect([...usedTechniques(coverage.scenarios)]).toContain('T1692');
  });

  it('take a technique of Impact alone for a possible consequence', () => {
    expect(isConsequence({ tactics: ['impact'] })).toBe(true);
    expect(isConsequence({ tactics: ['impair-process-control', 'impact'] })).toBe(false);
  });
});
