import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Observation } from '../../core/observation.ts';
import { observeBatch } from '../../core/observation.ts';
import { Random } from '../../core/random.ts';
import type { DirectStateStore } from '../../core/state.ts';
import { TagTable } from '../../core/tag.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories, fingerprint, pluginOf } from '../../detection/plan/plan.ts';
import { openState } from '../../state/state.ts';
import { BaselineManager } from '../baselines/manager.ts';
import { saveBaseline, siteBaseline } from '../baselines/store.ts';
import { calibrationWithEpisodes, learn, type Learned } from '../calibration/index.ts';
import { keepMaxima } from '../job/kept.ts';
import { keepingIn } from './keeping.ts';
import { CalibrationReviewer } from './reviewer.ts';

const minuteMs = 60_000;
const tags = ['A', 'B'].map((equipment) =>
  tagOf(`${equipment}.LT`, { equipment, description: `Level of ${equipment}`, scanMs: minuteMs }),
);
const plan: DetectionPlan = {
  tags,
  groups: [],
  devices: ['PLC-1'],
  detectors: [{ type: 'range', config: pluginOf('range').schema.parse({}) }],
  budgetPerDay: 2.4,
};
const days = 3;
/** The incident: an hour in which A is far above its range, on the second day. */
const incident = { from: 30 * 60, to: 31 * 60 };

function* running(): Generator<Observation> {
  const random = new Random(4);
  for (let minute = 0; minute < days * 24 * 60; minute++) {
    const isOff = minute >= incident.from && minute < incident.to;
    const values = tags.map((_, tag) => 2 + Math.sin(minute / 100) + 0.05 * random.normal() + (isOff && tag === 0 ? 8 : 0));
    yield observeBatch(batchOf(values.map((value, tag) => ({ tag, time: minuteMs * minute, value }))));
  }
}

const root = mkdtempSync(join(tmpdir(), 'scadawatch-review-'));
const engineer = { role: 'engineer', user: 'erika' };
const clock = new VirtualClock(1_000_000_000);
let learned: Learned;
let dir: string;
let state: DirectStateStore;
let run = 0;
let changes: number;
let lastAct = '';

beforeAll(async () => {
  learned = await learn({ detectors: detectorFactories(plan), source: running, tags: new TagTable(tags), groups: [], folds: 3 });
});
beforeEach(async () => {
  state?.[Symbol.dispose]();
  dir = join(root, String(run++));
  state = openState(dir);
  changes = 0;
  await calibrated();
});
afterAll(() => {
  state[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

/** Stores the baseline as a calibration does. */
async function calibrated(): Promise<void> {
  const { calibration, episodes } = calibrationWithEpisodes(learned, { budgetPerDay: 2.4, description: 'three days' });
  const maxima = await keepMaxima(learned, keepingIn(state.baselines, dir));
  const list = episodes((tag) => tags[tag]?.name ?? '');
  saveBaseline(state.baselines, { fingerprint: fingerprint(plan), calibration, bands: {}, episodes: { maxima, list } }, 500);
}

const reviewer = (): CalibrationReviewer =>
  new CalibrationReviewer({
    state,
    plan,
    clock,
    dataDir: dir,
    siteName: 'Test works',
    onChange: (act) => {
      changes++;
      lastAct = act;
    },
    manager: new BaselineManager(state, plan, clock),
  });
const site = (): Baseline => siteBaseline(state.baselines)?.content as Baseline;
const thresholdOf = (tag: string): number => site().calibration.detectors['range']?.thresholds[tag]?.begin ?? NaN;
const first = () => {
  const episode = reviewer().list()?.episodes[0];
  if (episode === undefined) throw new Error('there is no episode');
  return episode;
};

describe('the review of a calibration', () => {
  it('lists the incident first, with its time, tag, detector and the sentence of the detector that had not learned it', () => {
    const episode = first();
    expect(episode).toMatchObject({ area: 'Area', equipment: 'A', tags: ['A.LT'], detectors: ['range'], lasting: true });
    expect(episode.sentence).toMatch(/^Level of A is 9\.\d+ m, above its normal range\. Normal range -?[−\d.]+ to [\d.]+ m\.$/);
    const blockMs = (days * 24 * 60 * minuteMs) / 1_440;
    expect(Math.abs(episode.from - incident.from * minuteMs)).toBeLessThan(2 * blockMs);
    expect(Math.abs(episode.to - incident.to * minuteMs)).toBeLessThan(2 * blockMs);
  });

  it('sets thresholds by an exclusion as a calibration without these blocks, and withdraws it bit for bit', async () => {
    const before = structuredClone(site());
    const { id, from, to } = first();
    const list = await reviewer().decide([{ id, as: 'exclude', reason: 'pump test' }], engineer);
    expect(list.version).toBe(2);
    expect(list.episodes[0]).toMatchObject({
      id,
      decided: { as: 'exclude', by: 'engineer', at: 1_000_000_000, reason: 'pump test' },
    });
    expect(list.promise).toMatch(/ 1 episode excluded\.$/);
    expect(site().calibration.promise.days).toBeCloseTo(days - (to - from) / 86_400_000, 2);
    expect(thresholdOf('A.LT')).toBeLessThan(before.calibration.detectors['range']?.thresholds['A.LT']?.begin ?? 0);
    expect(site().calibration.detectors['range']?.baseline).toEqual(before.calibration.detectors['range']?.baseline);
    expect(changes).toBe(1);
    expect(lastAct).toMatch(
      /^Role \w+ decided about 1 episode of the calibration: now 0 normal, 1 excluded\. Thresholds were set again\.$/,
    );
    await reviewer().decide([{ id, as: undefined }], engineer);
    expect(site()).toEqual(before);
    expect(siteBaseline(state.baselines)?.version).toBe(3);
    const audit = state.audit
      .read({ limit: 9 })
      .map(({ action, object, after, before: was, user, reason }) =>
        [action, object, was, after, user, reason].filter((part) => part !== undefined).join(' | '),
      );
    expect(audit).toEqual([
      'baseline.reviewed | version 3 | version 2 | 0 normal, 0 excluded | erika',
      `episode.decided | ${id} | exclude | undecided | erika`,
      'baseline.reviewed | version 2 | version 1 | 0 normal, 1 excluded | erika',
      `episode.decided | ${id} | undecided | exclude | erika | pump test`,
    ]);
  });

  it('counts a normal episode as learned, and states that condition in the promise', async () => {
    const { id } = first();
    const { episodes, promise } = await reviewer().decide([{ id, as: 'normal' }], engineer);
    expect(promise).toMatch(/ 1 episode marked as normal counts as learned: operations of another new kind raise more\.$/);
    expect(episodes.filter(({ equipment }) => equipment === 'A').map((one) => one.id)).toEqual([id]);
    expect(site().calibration.promise.days).toBe(days);
  });

  it('keeps decisions about baseline entries, and stores nothing if no decision changes', async () => {
    const manager = new BaselineManager(state, plan, clock);
    manager.approve([{ detector: 'range', channel: 'B.LT', name: '' }], engineer);
    const { id } = first();
    await reviewer().decide([{ id, as: 'exclude' }], engineer);
    manager.reload();
    expect(manager.lines().find(({ channel }) => channel === 'B.LT')?.approved?.by).toBe('engineer');
    expect((await reviewer().decide([{ id, as: 'exclude' }], engineer)).version).toBe(2);
  });

  it('refuses unknown and repeated episodes, and a baseline that was replaced meanwhile', async () => {
    const { id } = first();
    await expect(reviewer().decide([{ id: 'none', as: 'normal' }], engineer)).rejects.toThrow('has no episode none');
    const twice = [id, id].map((one) => ({ id: one, as: 'normal' as const }));
    await expect(reviewer().decide(twice, engineer)).rejects.toThrow('two decisions');
    const one = reviewer();
    const running = one.decide([{ id, as: 'normal' }], engineer);
    await expect(one.decide([{ id, as: 'exclude' }], engineer)).rejects.toThrow('another review');
    saveBaseline(state.baselines, site(), 900);
    await expect(running).rejects.toThrow('has replaced the baseline meanwhile');
    expect(state.audit.read({ limit: 9 })).toEqual([]);
  });

  it('names the command to run without kept data: of an earlier version, missing, damaged', async () => {
    const { episodes, ...earlier } = site();
    const folder = join(dir, 'calibration');
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), 'not the maxima');
    await expect(reviewer().decide([{ id: first().id, as: 'normal' }], engineer)).rejects.toMatchObject({
      message: expect.stringContaining('are damaged') as string,
      hint: expect.stringContaining('scadawatch calibrate') as string,
    });
    rmSync(join(folder, file));
    expect(reviewer().list()?.closed).toContain(`${file} is missing. Learn again (scadawatch calibrate)`);
    saveBaseline(state.baselines, { ...earlier, episodes: { list: episodes?.list ?? [] } }, 1);
    expect(reviewer().list()?.closed).toMatch(/were not kept: .* Learn again/);
    saveBaseline(state.baselines, earlier, 1);
    expect(reviewer().list()).toMatchObject({ episodes: [], closed: expect.stringContaining('An earlier version') as string });
    expect(() => reviewer().file()).toThrow('Learn again');
  });
});

describe('the file of a review', () => {
  const edited = (change: (content: { episodes: Record<string, unknown>[] } & Record<string, unknown>) => void): string => {
    const content = parse(reviewer().file()) as Parameters<typeof change>[0];
    change(content);
    return stringify(content);
  };

  it('applies the decisions that a person writes into it, and is written again with them', async () => {
    expect(reviewer().file()).toMatch(/^# Unusual episodes in the calibration data\. Set "decision" of each:$/m);
    const text = edited(({ episodes: [one] }) => Object.assign(one ?? {}, { decision: 'exclude', reason: 'pump test' }));
    expect((await reviewer().apply(text, engineer)).version).toBe(2);
    expect(parse(reviewer().file())).toMatchObject({
      site: 'Test works',
      version: 2,
      episodes: expect.arrayContaining([
        expect.objectContaining({
          decision: 'exclude',
          reason: 'pump test',
          decided: expect.stringMatching(/^by engineer at 1970/),
        }),
      ]) as unknown[],
    });
    expect((await reviewer().apply(reviewer().file(), engineer)).version).toBe(2);
  });

  it('is refused with the place of the fault', async () => {
    const refused = async (text: string): Promise<string> => {
      const thrown = (await reviewer()
        .apply(text, engineer)
        .catch((error: unknown) => error)) as Error;
      return thrown.message.replace('the file of the review cannot be used: ', '');
    };
    const change = (key: string, value: unknown) => edited(({ episodes: [one] }) => Object.assign(one ?? {}, { [key]: value }));
    expect(await refused(change('decision', 'maybe'))).toMatch(/^episodes\.0\.decision: /);
    expect(await refused(change('finding', 'All is well.'))).toMatch(/^episodes\.0\.finding: it differs/);
    expect(await refused(change('againstPromise', false))).toMatch(/^episodes\.0\.againstPromise: it differs/);
    expect(await refused(change('id', 'equipment:Z@1970'))).toContain('the calibration has no episode equipment:Z@1970');
    expect(await refused(change('more', 1))).toMatch(/^episodes\.0: /);
    expect(await refused(edited((content) => content.episodes.push(structuredClone(content.episodes[0] ?? {}))))).toContain(
      'is there twice',
    );
    expect(await refused(edited((content) => Object.assign(content, { calibration: 'x' })))).toContain('another calibration');
    expect(await refused('a: &a [x]\nb: *a')).not.toBe('');
    expect(await refused('{')).not.toBe('');
    expect(await refused('x'.repeat(2 ** 20 + 1))).toContain('more than 1024 kB');
    expect(siteBaseline(state.baselines)?.version).toBe(1);
  });
});

it('keeps the files of the baselines in use and of the last calibrations', async () => {
  const own = site().episodes?.maxima ?? '';
  for (let i = 0; i < 6; i++) await keepMaxima({ ...learned, rows: i }, keepingIn(state.baselines, dir));
  const files = readdirSync(join(dir, 'calibration'));
  expect(files).toContain(`${own}.maxima`);
  expect(files.length).toBeLessThanOrEqual(5);
});
