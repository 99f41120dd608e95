import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/plugin.ts';
import { type Baseline, calibrationVersion } from './format.ts';
import { openState } from '../../state/state.ts';
import { loadBaseline, saveBaseline } from '../../learning/baselines/store.ts';
import { unwatchedIn } from '../../learning/baselines/unwatched.ts';
import { readSnapshot, startFrom, writeSnapshot } from '../../storage/snapshot.ts';
import { tagOf } from '../../../test/support/detectors.ts';
import { applyCalibration } from './apply.ts';
import { baselineId } from './fits.ts';
import { type DetectionPlan, detectorFactories, fingerprint, pluginOf } from '../plan/plan.ts';
import { DetectionPool } from '../threads/pool.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-baseline-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const plan: DetectionPlan = { tags: [], groups: [], devices: ['plc1'], detectors: [], budgetPerDay: 2.4 };
const promise = { budgetPerDay: 2.4, promised: true, days: 3, achievedPerDay: 0, missingDays: 0, text: '' };
const learned = (source: string, more: object = {}): Baseline => ({
  fingerprint: fingerprint(plan),
  calibration: { version: calibrationVersion, source, from: 0, to: 1, promise, detectors: {}, ...more },
  bands: {},
});

describe('a stored baseline', () => {
  it('is used only with the plan that it was learned for, newest first', () => {
    using state = openState(join(dir, 'plan'));
    expect(loadBaseline(state.baselines, plan)).toBeUndefined();
    saveBaseline(state.baselines, learned('first'), 1);
    saveBaseline(state.baselines, learned('second'), 2);
    expect(loadBaseline(state.baselines, plan)?.calibration.source).toBe('second');
    expect(loadBaseline(state.baselines, { ...plan, budgetPerDay: 12 })).toBeUndefined();
  });

  it('of a version with fewer detectors is used, and the new ones are listed as unwatched', () => {
    using state = openState(join(dir, 'fewer'));
    const tags = ['P1', 'P2'].flatMap((equipment) => [
      tagOf(`${equipment}.RUN`, { kind: 'discrete', role: 'status', equipment }),
      tagOf(`${equipment}.AMP`, { equipment }),
    ]);
    const [known, added, minor, stated] = ['range', 'response', 'habits', 'agreement'].map((type) => ({
      type,
      config: pluginOf(type).schema.parse({}),
    }));
    if (known === undefined || added === undefined || minor === undefined || stated === undefined)
      throw new Error('there are four detectors');
    const earlier: DetectionPlan = { ...plan, tags, detectors: [known] };
    const present: DetectionPlan = { ...earlier, detectors: [known, added, minor, stated] };
    const range = detectorFactories(earlier)[0]?.create();
    const part = { baseline: range?.snapshot().baseline ?? null, thresholds: {} };
    saveBaseline(
      state.baselines,
      { ...learned('earlier', { detectors: { range: part } }), fingerprint: fingerprint(earlier) },
      1,
    );
    const loaded = loadBaseline(state.baselines, present);
    expect(loaded?.calibration.source).toBe('earlier');
    expect(loadBaseline(state.baselines, { ...present, budgetPerDay: 12 })).toBeUndefined();
    const { unwatched } = unwatchedIn(present, loaded);
    const ofAdded = unwatched.filter(({ detector }) => detector === 'response');
    expect(ofAdded.map(({ channel, reason }) => `${channel}: ${reason}`)).toEqual(
      ['P1', 'P2'].map((key) => `${key}: no baseline yet; run scadawatch calibrate`),
    );
    const { detectors } = applyCalibration(loaded?.calibration ?? learned('').calibration, detectorFactories(present));
    // detectors of minor findings, and stated rules that learn nothing, need no baseline
    expect(detectors.map(({ name }) => name)).toEqual(['range', 'habits', 'agreement']);
  });

  it('of a version without groups across areas is used, and the levels of that group are listed as unwatched', () => {
    using state = openState(join(dir, 'across'));
    const tags = ['a', 'b'].flatMap((area) => [
      tagOf(`${area}.LT`, { area, description: 'Tank level' }),
      tagOf(`${area}.FT`, { area, unit: 'L/s', description: 'Outflow' }),
    ]);
    const config = pluginOf('balance').schema.parse({});
    const areas = [0, 1].map((area) => ({ name: `area ${area}`, tags: [2 * area, 2 * area + 1], periodMs: 10_000 }));
    const earlier: DetectionPlan = { ...plan, tags, groups: areas, detectors: [{ type: 'balance', config }] };
    const across = { name: 'flows', tags: [0, 1, 2, 3], periodMs: 10_000, acrossAreas: true } as const;
    const present: DetectionPlan = { ...earlier, groups: [...areas, across] };
    const thresholds = Object.fromEntries(['area 0/a.LT', 'area 1/b.LT'].map((key) => [key, { begin: 2, end: 1 }]));
    const baseline = { detector: 'balance', version: 1, groups: {} };
    const detectors = { balance: { baseline, thresholds } };
    saveBaseline(state.baselines, { ...learned('earlier', { detectors }), fingerprint: fingerprint(earlier) }, 1);
    const loaded = loadBaseline(state.baselines, present);
    expect(loaded?.calibration.source).toBe('earlier');
    expect(unwatchedIn(present, loaded).unwatched.map(({ channel }) => channel)).toEqual(['flows/a.LT', 'flows/b.LT']);
    const other = { ...present, groups: [...areas, { ...across, acrossAreas: undefined }] };
    expect(loadBaseline(state.baselines, other as unknown as DetectionPlan)).toBeUndefined();
  });

  it('of an older format is learned again, so that detectors do not stay inactive', () => {
    using state = openState(join(dir, 'form'));
    saveBaseline(state.baselines, learned('old', { version: 1 }), 1);
    expect(loadBaseline(state.baselines, plan)).toBeUndefined();
  });
});

describe('a snapshot of the detectors', () => {
  it('is restored only under its own baseline, not under a newer one for the same plan', async () => {
    const file = join(dir, 'detection.snapshot');
    const bytes = Uint8Array.from([1, 2, 3]);
    await writeSnapshot(file, baselineId(learned('first')), bytes);
    expect([...((await readSnapshot(file, baselineId(learned('first')), silentLogger)) ?? [])]).toEqual([1, 2, 3]);
    expect(await readSnapshot(file, baselineId(learned('second')), silentLogger)).toBeUndefined();
  });

  it('is discarded with a warning only if the detectors cannot continue from it', async () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const start = async (snapshot: Uint8Array | undefined): Promise<DetectionPool> =>
      DetectionPool.start({ plan, workers: 1, snapshot, onFindings: () => {}, onFollowed: () => {} });
    await using pool = await startFrom(undefined, logger, start);
    const whole = await pool.snapshot();
    await using again = await startFrom(whole, logger, start);
    expect((await again.snapshot()).length).toBe(whole.length);
    expect(warnings).toEqual([]);
    const other = serialize({ parts: [serialize({ detectors: { range: { running: { memory: {} } } } })] });
    await using afresh = await startFrom(other, logger, start);
    expect((await afresh.snapshot()).length).toBe(whole.length);
    expect(warnings).toEqual(['the kept state of the detectors does not fit: they start afresh']);
    await expect(startFrom(whole, logger, async () => Promise.reject(new Error('no thread')))).rejects.toThrow('no thread');
  });
});
