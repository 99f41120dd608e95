import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../simulators/scenarios/index.ts';
import type { Alert, AlertFinding } from '../../src/core/alert.ts';
import { Random } from '../../src/core/random.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { benches } from './benches.ts';
import { metByChance } from './faults.ts';
import { parseBench } from './options.ts';
import { figure, printed } from './report.ts';
import { median } from './row.ts';
import { edges } from './suites/judge.ts';
import { besideS, scoreBatadal } from './suites/batadal.ts';
import { nabScore, noTally, profiles, tally } from './suites/nab-score.ts';
import { rowScores, tallyChanges } from './suites/skab.ts';
import { rateOf, trivial } from './suites/trivial.ts';
import { delayOf } from './waterworks/campaign.ts';

describe('the table', () => {
  const machine = { cpu: 'Test CPU', cores: 2, node: 'v24.0.0', date: '2026-11-24T06:00:00.000Z' };

  it('aligns its columns, and shows what could not be measured and what failed', () => {
    const text = printed({
      machine,
      benches: {
        a: { seconds: 1, rows: [{ name: 'fast', value: 1_234_567.8, unit: 'samples/s', note: 'why' }] },
        b: { seconds: 1, rows: [{ name: 'a longer name', value: Number.NaN, unit: 's' }] },
        c: { seconds: 1, rows: [], failed: 'Error: no' },
      },
    });
    expect(text.split('\n')).toEqual([
      'Test CPU, 2 cores, Node v24.0.0, 2026-11-24T06:00:00.000Z',
      '',
      'name               value  unit       note',
      'fast           1,234,568  samples/s  why',
      'a longer name          –  s',
      '',
      'c FAILED: Error: no',
    ]);
  });

  it('keeps four figures that count', () => {
    expect([0.123456, 12.3456, 999.96, 1000, -0.5, Number.POSITIVE_INFINITY].map(figure)).toEqual([
      '0.1235',
      '12.35',
      '1000',
      '1,000',
      '-0.5',
      '–',
    ]);
    expect(median([5, 1, 3])).toBe(3);
  });

  it('refuses a bench that does not exist, and says which do', () => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [main, 'no-such'], { encoding: 'utf8' });
    expect(status).toBe(2);
    for (const { name } of benches) expect(stderr).toContain(name);
  });

  it('reads names and options, and refuses those that it does not know', () => {
    expect(parseBench(['everyday', '--days', '1,3', '--period', '10s', '--quick'])).toEqual({
      names: ['everyday'],
      quick: true,
      accept: false,
      help: false,
      days: [1, 3],
      periodMs: 10_000,
    });
    expect(parseBench(['everyday', '--part', '1/2']).part).toEqual({ number: 1, of: 2 });
    expect(parseBench([])).toMatchObject({ names: [], quick: false, days: undefined, periodMs: undefined });
    for (const wrong of [['--days', '0'], ['--days', 'one'], ['--period', '10'], ['--part', '3/2'], ['--fast']])
      expect(() => parseBench(wrong)).toThrow();
  });
});

describe('scores', () => {
  const scenario = scenariosOf('waterworks').find(({ expect: expected }) => expected !== undefined) as Scenario;
  const finding = (beganAt: number, tag: string): AlertFinding => ({ beganAt, tags: [tag] }) as unknown as AlertFinding;
  const alert = (equipment: string, ...findings: AlertFinding[]): Alert => ({ equipment, findings }) as unknown as Alert;
  const onset = 1_000_000 + Math.min(...scenario.steps.map(({ atS }) => atS)) * 1000;
  const delay = (...alerts: Alert[]): number | undefined => delayOf(scenario, alerts, 1_000_000);
  const [place = ''] = scenario.expect?.finding.equipment ?? [];
  const [tag = ''] = scenario.expect?.finding.tags ?? [];

  it('count the first finding at the right place from the first hostile step on', () => {
    expect(delay()).toBeUndefined();
    expect(delay(alert(place, finding(onset - 1, 'X')))).toBeUndefined();
    expect(delay(alert('elsewhere', finding(onset + 1_000, 'X')))).toBeUndefined();
    expect(delay(alert('elsewhere', finding(onset + 9_000, tag)))).toBe(9);
    expect(
      delay(alert(place, finding(onset - 1, 'X'), finding(onset + 7_000, 'X')), alert(place, finding(onset + 8_000, 'X'))),
    ).toBe(7);
    expect(delayOf({ ...scenario, expect: undefined }, [alert(place, finding(onset, tag))], 1_000_000)).toBeUndefined();
  });

  it('of batadal give what is known of never and always, and one to who is at once and only right', () => {
    const labels = Uint8Array.from([0, 0, 1, 1, 1, 1, 0, 0, 1, 1]);
    const { never, always } = trivial(labels.length, 0);
    expect(scoreBatadal(never.alarm, labels)).toMatchObject({ s: 0.25, sTtd: 0, sCm: 0.5, detected: 0, attacks: 2 });
    expect(scoreBatadal(always.alarm, labels)).toMatchObject({ s: 0.75, sTtd: 1, sCm: 0.5, detected: 2 });
    expect(scoreBatadal(labels, labels)).toMatchObject({ s: 1, tpr: 1, tnr: 1, falseEpisodes: 0 });
    // two hours late in the first window of four, never in the second, one hour falsely
    const late = Uint8Array.from([1, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
    expect(scoreBatadal(late, labels)).toMatchObject({ sTtd: 0.25, detected: 1, falseEpisodes: 1, tpr: 2 / 6, tnr: 3 / 4 });
  });

  it('of faults stand beside what as many findings meet that fall on tags blindly', () => {
    expect(metByChance(0, 50)).toBe(0);
    expect(metByChance(1, 50)).toBeCloseTo(2, 9);
    expect(metByChance(3, 1)).toBe(100);
    const random = new Random(5);
    const met = Array.from({ length: 4_000 }, () => new Set(Array.from({ length: 30 }, () => random.integer(0, 49))).size / 50);
    expect(metByChance(30, 50)).toBeCloseTo((100 * met.reduce((sum, share) => sum + share, 0)) / met.length, 0);
  });

  it('of change points stand beside those of detectors that do not look, and of never, always and as often at random', () => {
    const beside = { never: noTally(), always: noTally(), random: noTally() };
    const pooled = { changes: noTally(), beside };
    const windows = [
      { from: 10, to: 19 },
      { from: 50, to: 59 },
    ];
    const alarm = Uint8Array.from({ length: 80 }, (_, row) => ((row >= 12 && row < 20) || row === 70 ? 1 : 0));
    tallyChanges(pooled, alarm, 10, windows);
    expect(pooled.changes).toMatchObject({ windows: 2, missed: 1, falseAlarms: 1 });
    expect(nabScore(beside.never, profiles.standard)).toBe(0);
    // its one alarm begins with the first row that is judged, and never anew
    expect(beside.always).toMatchObject({ windows: 2, missed: 1, falseAlarms: 0, earned: 1 });
    expect(beside.random.windows).toBe(2);
    expect(beside.random.missed + beside.random.falseAlarms).toBeGreaterThan(0);
    expect(besideS(Uint8Array.from([0, 0, 1, 1, 1, 1, 0, 0, 1, 1]), 0)).toBe('never 0.250, always 0.750, random 0.250');
  });

  it('of nab give nothing to silence, a hundred to the start of each window, and take for what is outside', () => {
    const windows = [
      { from: 10, to: 20 },
      { from: 40, to: 60 },
    ];
    const score = (...hits: number[]): number => {
      const of = noTally();
      tally(of, hits, windows);
      return nabScore(of, profiles.standard);
    };
    expect(score()).toBe(0);
    expect(score(10, 40)).toBeCloseTo(100, 10);
    expect(score(10)).toBeCloseTo(50, 10);
    expect(score(10, 12, 40)).toBeCloseTo(100, 10);
    expect(score(5, 10, 40)).toBeCloseTo(100 - (100 * 0.11) / 4, 10);
  });

  it('of nab are those of its own scorer where they were computed by hand', () => {
    const of = noTally();
    // windows of 11 and 21 rows: found in the middle (−6/11) and on the last row (−1/21); one alarm before, two after
    tally(
      of,
      [5, 15, 16, 25, 60, 200],
      [
        { from: 10, to: 20 },
        { from: 40, to: 60 },
      ],
    );
    const at = (position: number): number => (2 / (1 + Math.exp(5 * position)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    expect(of.earned).toBeCloseTo(0.889_1 + 0.120_1, 4);
    expect(of.earned).toBeCloseTo(at(-6 / 11) + at(-1 / 21), 12);
    expect(of).toMatchObject({ windows: 2, missed: 0, falseAlarms: 3 });
    // one before all windows, one half a window late, one more than three windows late
    expect(of.falseWeight).toBeCloseTo(1 + 0.848_3 + 1, 4);
    expect(nabScore(of, profiles.standard)).toBeCloseTo((100 * (of.earned - 0.33 + 2)) / 4, 10);
    expect(nabScore(of, profiles.lowFalsePositives)).toBeCloseTo((100 * (of.earned - 0.66 + 2)) / 4, 10);
    expect(nabScore(of, profiles.lowFalseNegatives)).toBeCloseTo((100 * (of.earned - 0.33 + 4)) / 6, 10);
    const missed = noTally();
    tally(missed, [20, 61], [{ from: 30, to: 60 }]);
    expect(missed).toMatchObject({ windows: 1, missed: 1, falseAlarms: 2, earned: 0 });
    expect(nabScore(missed, profiles.standard)).toBeCloseTo(-(100 * 0.22) / 2, 10);
  });

  it('of rows count what was flagged, missed and flagged falsely', () => {
    const { f1, far, mar } = rowScores(Uint8Array.from([1, 1, 0, 0, 0]), Uint8Array.from([1, 0, 1, 0, 0]));
    expect([f1, far, mar]).toEqual([0.5, 1 / 3, 0.5]);
    expect(edges(Uint8Array.from([1, 1, 0, 1, 0, 0, 1]))).toEqual([0, 3, 6]);
    expect(rateOf(trivial(10_000, 0.3).random.alarm)).toBeCloseTo(0.3, 1);
  });
});
