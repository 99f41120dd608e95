import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detectors as plugins } from '../../../detectors/index.ts';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { VirtualClock } from '../../core/clock.ts';
import { type Observation, observeBatch } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import type { DirectStateStore } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';
import { calibrate } from '../calibration/index.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { openState } from '../../state/state.ts';
import { loadBaseline, saveBaseline } from './store.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import { type DetectionPlan, detectorFactories, fingerprint } from '../../detection/plan/plan.ts';
import { BaselineManager, titleOf } from './manager.ts';
import { differences } from './diff.ts';
import { readFileText, writeFileText } from './file.ts';
import { saveFollowed } from './followed.ts';
import { limitLines, limitStatus, saveLimits } from '../detection-limits/stored.ts';
import type { Baseline } from '../../detection/baseline/format.ts';

const tags = [
  tagOf('LT01'),
  tagOf('FT01', { unit: 'm³/h' }),
  tagOf('RUN', { kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' } }),
];
const types = ['range', 'frozen', 'profile', 'discrete', 'interlock', 'relations'];
const plan: DetectionPlan = {
  tags,
  groups: [{ name: 'all', tags: [0, 1, 2], periodMs: 10_000 }],
  devices: ['PLC-1'],
  detectors: types.map((type) => ({ type, config: plugins.find((plugin) => plugin.type === type)?.schema.parse({}) })),
  budgetPerDay: 24,
};

function* running(): Generator<Observation> {
  const random = new Random(4);
  for (let i = 0; i < 6_000; i++) {
    const time = 1_000 * i;
    const on = i % 240 < 130 ? 1 : 0;
    const level = 2 + Math.sin(i / 100) + 0.02 * random.normal();
    const values = [level, 100 * on + 3 * level + 0.5 * random.normal(), on];
    yield observeBatch(batchOf(values.map((value, tag) => ({ tag, time, value }))));
  }
}

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-manager-'));
const engineer = { role: 'engineer', session: 's1' };
const clock = new VirtualClock(1_000_000);
let learned: Baseline;
let state: DirectStateStore;
let run = 0;

beforeAll(async () => {
  const calibration = await calibrate({
    detectors: detectorFactories(plan),
    source: running,
    description: '100 minutes of a test',
    tags: new TagTable(tags),
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
  });
  learned = { fingerprint: fingerprint(plan), calibration, bands: {} };
});
beforeEach(() => {
  state?.[Symbol.dispose]();
  state = openState(join(dir, String(run++)));
  saveBaseline(state.baselines, learned, 500_000);
});
afterAll(() => {
  state[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

const bookOf = (): BaselineManager => new BaselineManager(state, plan, clock);
const range = { detector: 'range', channel: 'LT01', name: '' };
const text = (manager: BaselineManager): string => {
  if (manager.learned === undefined) throw new Error('nothing is learned');
  return writeFileText('Test works', manager.learned, manager.lines());
};

/** Detectors that raise a finding when LT01 jumps to 50 m. */
function finders(baseline: Baseline | undefined): string[] {
  if (baseline === undefined) return [];
  const engine = createEngine({
    ...applyCalibration(baseline.calibration, detectorFactories(plan)),
    tags: new TagTable(tags),
    groups: plan.groups,
  });
  const at = (time: number, value: number) => engine.observe(observeBatch(batchOf([{ tag: 0, time, value }])));
  return [at(0, 2), at(1_000, 50)].flatMap((changes) => changes.map(({ finding }) => finding.detector));
}

describe('the baseline manager', () => {
  it('has entries of every detector, tags first, with their origin', () => {
    const manager = bookOf();
    expect(manager.learned).toEqual({ version: 1, at: 500_000, from: '100 minutes of a test' });
    const titles = manager.lines().map(titleOf);
    expect(titles.slice(0, 2)).toEqual(['LT01 range', 'LT01 frozen']);
    expect(titles).toEqual(expect.arrayContaining(['RUN discrete 1 running', 'all relations LT01']));
    const [line] = manager.lines();
    expect(line).toMatchObject({ unit: 'm', tags: ['LT01'], threshold: expect.any(Number) });
    expect(line?.figures['high']).toBeCloseTo(3, 0);
  });

  it('applies an edited entry at once and after a restart, and keeps the learned figures', () => {
    const manager = bookOf();
    expect(finders(manager.baseline)).toContain('range');
    const was = manager.lines()[0]?.figures['swing'];
    manager.edit(range, { swing: 80 }, engineer, 'new tank');
    for (const other of [manager, bookOf()]) {
      expect(finders(other.baseline)).not.toContain('range');
      expect(other.lines()[0]).toMatchObject({
        figures: { swing: 80 },
        edited: { by: 'engineer', at: 1_000_000, reason: 'new tank', was: { swing: was } },
      });
    }
    expect(finders(loadBaseline(state.baselines, plan))).not.toContain('range');
    expect(state.audit.read({ action: 'baseline.edited', limit: 9 })).toMatchObject([
      { role: 'engineer', session: 's1', object: 'LT01 range', after: expect.stringContaining('swing 80 m'), reason: 'new tank' },
    ]);
  });

  it('reports per entry the number of learned samples, once per pass, and the increase of its threshold', () => {
    saveFollowed(state.baselines, learned.calibration, [{ detector: 'frozen', channel: 'LT01', since: 7, by: 0.04 }], 8);
    const lines = new Map(
      bookOf()
        .lines()
        .map((line) => [titleOf(line), line]),
    );
    expect(lines.get('LT01 range')).toMatchObject({ samples: 6_000, editable: ['swing'] });
    expect(lines.get('LT01 frozen')).toMatchObject({ samples: 6_000, followed: { since: 7, by: 0.04 } });
    expect(lines.get('LT01 range')?.followed).toBeUndefined();
    const relation = lines.get('all relations LT01');
    expect(relation?.samples).toBeCloseTo(600, -1);
    expect(relation?.editable).toEqual(['within']);
    saveFollowed(state.baselines, { from: 1, to: 2 }, [{ detector: 'frozen', channel: 'LT01', since: 7, by: 0.04 }], 9);
    expect(
      bookOf()
        .lines()
        .filter(({ followed }) => followed !== undefined),
    ).toEqual([]);
  });

  it('reverts an edit when the learned figure is entered again, and an approval when figures change', () => {
    const manager = bookOf();
    const swing = Number(manager.lines()[0]?.figures['swing']);
    manager.approve([range], engineer);
    manager.edit(range, { swing: 80 }, engineer);
    expect(manager.lines()[0]?.approved).toBeUndefined();
    manager.edit(range, { swing: 70 }, engineer);
    expect(manager.lines()[0]).toMatchObject({ figures: { swing: 70 }, edited: { was: { swing } } });
    manager.edit(range, { swing }, engineer, 'as it was');
    expect(manager.lines()[0]?.edited).toBeUndefined();
    expect(text(manager)).toBe(text(bookOf()));
    expect(() => manager.edit(range, { swing }, engineer)).toThrow('LT01 range has these numbers already');
    expect(state.audit.read({ action: 'baseline.edited', limit: 9 })).toHaveLength(3);
  });

  it('disables only what is unlearned, until it is approved', () => {
    const manager = bookOf();
    const all = finders(manager.baseline);
    manager.unlearn(range, engineer, 'sensor is being moved');
    expect(finders(manager.baseline)).toEqual(all.filter((detector) => detector !== 'range'));
    expect(bookOf().lines()[0]?.unlearned).toEqual({ by: 'engineer', at: 1_000_000, reason: 'sensor is being moved' });
    manager.approve([range], engineer);
    expect(finders(manager.baseline)).toEqual(all);
    expect(manager.lines()[0]).toMatchObject({ approved: { by: 'engineer' } });
    expect(manager.lines()[0]?.unlearned).toBeUndefined();
    expect(state.audit.read({ limit: 9 }).map(({ action }) => action)).toEqual(['baseline.approved', 'baseline.unlearned']);
  });

  it('keeps a raised threshold across a restart and in a file, until it is lowered', async () => {
    const manager = bookOf();
    const was = manager.lines()[0]?.threshold ?? Number.NaN;
    const raise = { detector: 'range', channel: 'LT01', tags: 1, from: was, to: 1_000 * was };
    manager.approve([range], engineer);
    await manager.learn('ALT-7', [raise], engineer, 'flushing', 'first');
    for (const other of [manager, bookOf()]) {
      expect(finders(other.baseline)).not.toContain('range');
      const [line] = other.lines();
      const raised = { by: 'engineer', at: 1_000_000, reason: 'flushing', alert: 'ALT-7', was, to: 1_000 * was };
      expect(line).toMatchObject({ threshold: 1_000 * was, raised });
      expect(line?.approved).toBeUndefined();
    }
    // the same act again is for another threshold
    await expect(manager.learn('ALT-7', [raise], engineer, 'again', 'queued')).rejects.toThrow(
      'the threshold of range of LT01 has changed',
    );
    const written = text(manager);
    manager.lower(range, engineer, 'flushing has ended');
    expect(finders(manager.baseline)).toContain('range');
    expect(manager.lines()[0]).toMatchObject({ threshold: was });
    expect(() => manager.lower(range, engineer, 'again')).toThrow('is the learned one');
    expect(differences(manager.lines(), written)).toEqual([expect.stringMatching(/^~ LT01 range: threshold .*, raised$/)]);
    manager.replace(readFileText(written, manager.learnedLines(), { by: 'console', at: 5 }), engineer, 'file');
    expect(text(manager)).toBe(written);
    expect(state.audit.read({ limit: 9 }).map(({ action, reason }) => [action, reason])).toEqual([
      ['baseline.imported', undefined],
      ['baseline.lowered', 'flushing has ended'],
      ['baseline.raised', 'flushing'],
      ['baseline.approved', undefined],
    ]);
    saveBaseline(state.baselines, learned, 700_000);
    expect(bookOf().lines()[0]?.raised).toBeUndefined();
  });

  it('refuses figures that the detectors cannot use, and stores none of them', () => {
    const manager = bookOf();
    const before = text(manager);
    expect(() => manager.edit(range, { swing: -9 }, engineer)).toThrow('swing cannot be -9');
    expect(() => manager.edit({ ...range, channel: 'XX' }, { high: 1 }, engineer)).toThrow('no entry XX range');
    const relation = manager.lines().find(({ detector }) => detector === 'relations');
    expect(() => manager.edit(relation ?? range, { explained: 1 }, engineer)).toThrow(
      'explained is not an editable figure of this entry',
    );
    expect(text(bookOf())).toBe(before);
    expect(state.audit.read({ limit: 9 })).toEqual([]);
  });

  it('has no decisions after a new calibration', () => {
    bookOf().edit(range, { swing: 8 }, engineer);
    saveBaseline(state.baselines, learned, 700_000);
    expect(bookOf().lines()[0]?.edited).toBeUndefined();
    expect(bookOf().learned?.version).toBe(2);
  });
});

describe('the baseline as a file', () => {
  it('has one line of text per entry, and is restored exactly', () => {
    const manager = bookOf();
    manager.edit(range, { swing: 1 / 3 + 3 }, engineer, 'a "reason": with, signs');
    manager.unlearn({ detector: 'discrete', channel: 'RUN', name: '1 running' }, engineer);
    manager.approve([{ detector: 'frozen', channel: 'FT01', name: '' }], engineer);
    saveFollowed(state.baselines, learned.calibration, [{ detector: 'frozen', channel: 'FT01', since: 7, by: 0.04 }], 8);
    const written = text(manager);
    expect(written).toContain('learned: v1, samples: 6000, followed: { since: 1970-01-01T00:00:00.007Z, by: 0.04 }');
    expect(written.split('\n').filter((line) => line.startsWith('    '))).toHaveLength(manager.lines().length);
    expect(written).toMatch(
      /^ {4}range: \{ low: .*, swing: 3\.3333333333333335, unit: m, .*learned: v1, samples: 6000, edited: \{ by: engineer/m,
    );
    const reviewed = readFileText(written, manager.learnedLines(), { by: 'console', at: 5 });
    const fresh = bookOf();
    fresh.replace([], engineer, 'nothing');
    expect(text(fresh)).not.toBe(written);
    fresh.replace(reviewed, engineer, 'file');
    expect(text(fresh)).toBe(written);
    expect(differences(fresh.lines(), written)).toEqual([]);
    expect(state.audit.read({ action: 'baseline.imported', limit: 9 })).toHaveLength(2);
  });

  it('counts a changed figure as an edit of the importing user', () => {
    const manager = bookOf();
    const changed = text(manager).replace(/^( {4}range: \{ .*swing: )[^,]+/m, '$1 7');
    expect(differences(manager.lines(), changed)).toEqual([expect.stringMatching(/^~ LT01 range: swing .* → 7$/)]);
    manager.replace(readFileText(changed, manager.learnedLines(), { by: 'console', at: 5 }), engineer, 'file');
    expect(manager.lines()[0]).toMatchObject({ figures: { swing: 7 }, edited: { by: 'console', at: 5 } });
  });

  it('reports where it cannot be used', () => {
    const manager = bookOf();
    const read = (of: string) => () => readFileText(of, manager.learnedLines(), { by: 'console', at: 5 });
    expect(read(text(manager).replace('LT01:', 'LT09:'))).toThrow('lines.LT09.range: nothing like that was learned');
    expect(read(text(manager).replace('next: 0 stopped', 'next: 2'))).toThrow('lines.RUN.discrete 1 running.next');
    expect(read(text(manager).replace('format: 1', 'format: 9'))).toThrow('format');
    expect(read('lines: [')).toThrow('cannot be used');
  });
});

describe('detection limits', () => {
  const found = (kind: 'offset' | 'stuck', size?: number) => ({
    kind,
    detected: true,
    withinMs: 90_000,
    starts: 3,
    ...(size === undefined ? {} : { size }),
  });
  const measured = {
    text: 'Measured by faults in 2 h of normal operation that were not learned.',
    complete: true,
    tags: [
      { tag: 'LT01', limits: [found('offset', 0.04), found('stuck')] },
      { tag: 'FT01', limits: [found('offset', 3)] },
      { tag: 'RUN', limits: [{ kind: 'stuck' as const, detected: false, withinMs: 3_600_000, starts: 3 }] },
    ],
  };
  const outdated = (): string[] =>
    limitStatus(state.baselines, plan).tags.flatMap(({ tag, outdated: is }) => (is === true ? [tag] : []));

  it('are stored with the baseline, the least sensitive tag first, and name tags without a limit', () => {
    expect(limitStatus(state.baselines, plan)).toMatchObject({
      text: 'Not determined for baseline version 1. scadawatch baseline measure-limits measures them.',
      tags: [],
      without: [{ tag: 'LT01' }, { tag: 'FT01' }, { tag: 'RUN', reason: 'not determined yet' }],
    });
    expect(saveLimits(state.baselines, plan, measured, 600_000)).toBe(1);
    expect(limitStatus(state.baselines, plan)).toMatchObject({ measuredAt: 600_000 });
    expect(limitLines(limitStatus(state.baselines, plan), plan, 9)).toEqual([
      'Detection limits: Measured by faults in 2 h of normal operation that were not learned.',
      '  FT01: offset 3 m³/h within 1 min 30 s',
      '  LT01: offset 0.04 m within 1 min 30 s; stuck within 1 min 30 s',
      '  RUN: no limit, no standard fault was detected',
    ]);
    // the review of a calibration gives it other thresholds
    saveBaseline(state.baselines, learned, 700_000);
    expect(limitStatus(state.baselines, plan).text).toContain('That was baseline version 1; version 2 has other thresholds.');
    expect(outdated()).toEqual(['FT01', 'LT01']);
    const { calibration } = learned;
    saveBaseline(state.baselines, { ...learned, calibration: { ...calibration, to: calibration.to + 1 } }, 800_000);
    expect(limitStatus(state.baselines, plan)).toMatchObject({
      text: expect.stringMatching(/^Not determined for baseline version 3/) as string,
      tags: [],
    });
  });

  it('are outdated for the tags of entries that a person changes, until the change is taken back', async () => {
    saveLimits(state.baselines, plan, measured, 600_000);
    const manager = bookOf();
    manager.approve([range], engineer);
    expect(outdated()).toEqual([]);
    manager.edit(range, { swing: 9 }, engineer);
    expect(outdated()).toEqual(['LT01']);
    expect(limitLines(limitStatus(state.baselines, plan), plan, 9)[2]).toMatch(/outdated: thresholds have changed since/);
    const swing = manager.learnedLines().find(({ detector, channel }) => detector === 'range' && channel === 'LT01')?.figures[
      'swing'
    ];
    manager.edit(range, { swing: Number(swing) }, engineer);
    expect(outdated()).toEqual([]);
    const from = manager.lines()[0]?.threshold ?? Number.NaN;
    await manager.learn(
      'ALT-7',
      [{ detector: 'range', channel: 'LT01', tags: 1, from, to: 2 * from }],
      engineer,
      'flushing',
      'queued',
    );
    expect(outdated()).toEqual(['LT01']);
    manager.lower(range, engineer, 'flushing has ended');
    expect(outdated()).toEqual([]);
    const group = manager.lines().find(({ detector, threshold }) => detector === 'relations' && threshold !== undefined);
    if (group === undefined) throw new Error('relations learned nothing');
    manager.unlearn(group, engineer);
    expect(outdated()).toEqual(['FT01', 'LT01']);
    // measured with the decision in force
    saveLimits(state.baselines, plan, measured, 800_000);
    expect(outdated()).toEqual([]);
  });

  it('are outdated for tags whose threshold has followed slow change by more than a tenth', () => {
    saveLimits(state.baselines, plan, measured, 600_000);
    const by = (share: number) => [{ detector: 'range', channel: 'FT01', since: 650_000, by: share }];
    saveFollowed(state.baselines, learned.calibration, by(0.09), 650_000);
    expect(outdated()).toEqual([]);
    saveFollowed(state.baselines, learned.calibration, by(0.11), 660_000);
    expect(outdated()).toEqual(['FT01']);
  });
});
