import { describe, expect, it } from 'vitest';
import type { Detector } from '../../src/core/detector.ts';
import { Random } from '../../src/core/random.ts';
import { make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { balance } from './index.ts';
import type { Balance } from './schema.ts';
import {
  plantTags,
  gains,
  plant,
  vectors,
  learned,
  balancesOf,
  balanceOf,
  channelOf,
  surprisesOf,
  byRowsAlone,
  most,
} from './testing/plant.ts';

describe('balance', () => {
  it('finds the flows of a level, and their effects', () => {
    const { terms, horizons } = balanceOf(learned());
    expect(terms.map(({ tag }) => tag).toSorted()).toEqual(['IN', 'OUT']);
    for (const { tag, gain } of terms) expect(gain / gains[tag as 'IN' | 'OUT']).toBeCloseTo(1, 1);
    expect(horizons.map(({ rows }) => rows)).toEqual([4, 16, 64, 256]);
    expect(horizons.at(-1)?.explained).toBeGreaterThan(0.99);
  });

  it('states the unmeasured inflow or outflow, in the unit of the flows', () => {
    // a row is a second: the effect of 2.5 m³/h more of the inflow
    const perRow = 2.5 * gains.IN;
    for (const [sign, way] of [
      [-1, 'left'],
      [1, 'entered'],
    ] as const) {
      const detector = learned();
      surprisesOf(
        detector,
        plant(800, 17).map((row, i) => row.with(0, (row[0] ?? 0) + sign * perRow * i)),
      );
      const { sentence } = detector.explain(channelOf(detector));
      const [, rate] = /as if (\d+\.\d) m³\/h (?:left|entered) without a meter\. /.exec(sentence) ?? [];
      expect(Number(rate)).toBeGreaterThan(2);
      expect(Number(rate)).toBeLessThan(3);
      expect(sentence).toContain(way);
    }
    const bare = plantTags.map((tag) => ({ ...tag, unit: tag.unit === 'm³/h' ? 'rpm' : tag.unit }));
    const detector = learned(undefined, { tags: bare });
    surprisesOf(
      detector,
      plant(800, 17).map((row, i) => row.with(0, (row[0] ?? 0) - perRow * i)),
    );
    expect(detector.explain(channelOf(detector)).sentence).toMatch(/Normal for its flows: a (fall|rise) of \d+\.\d\d m\.$/);
  });

  it('takes no pressure for a level, and searches only stored quantities in a group across areas', () => {
    const tags = plantTags.map((tag) => (tag.name === 'LT2' ? { ...tag, description: 'Clearwell pressure' } : tag));
    const keysOf = (more: object) => {
      const target = targetOf(tags);
      const groups = target.groups.map((group) => ({ ...group, ...more }));
      return make(balance, { ...target, groups }).channels.map(({ key }) => key);
    };
    expect(keysOf({})).toEqual(['all/LT', 'all/TE']);
    expect(keysOf({ acrossAreas: true })).toEqual(['all/LT']);
  });

  it('judges nothing without a balance; no balance is expected of other tags than stores', () => {
    const random = new Random(3);
    const apart = learned(plant(3_000, 2).map((row) => row.with(0, random.normal())));
    const judged = apart.channels.map(({ key }, channel) => [key, apart.judges?.(channel), apart.absent?.(channel)]);
    expect(judged).toEqual([
      ['all/LT', false, false],
      ['all/LT2', true, false],
      ['all/TE', false, true],
    ]);
  });

  it('continues with a baseline of a version that took a pressure for a level, without that balance', () => {
    const before = learned();
    const tags = plantTags.map((tag) => (tag.name === 'LT2' ? { ...tag, description: 'Clearwell pressure' } : tag));
    const after = make(balance, targetOf(tags));
    after.restore({ ...before.snapshot(), running: undefined });
    expect(balancesOf(before).some(({ level }) => level === 'LT2')).toBe(true);
    expect(new Set(balancesOf(after).map(({ level }) => level))).toEqual(new Set(['LT']));
  });

  it('has no balance if no flow explains a level', () => {
    const random = new Random(3);
    const apart = plant(3_000, 2).map((row) => row.with(0, random.normal()).with(3, random.normal()));
    const detector = learned(apart);
    expect(balancesOf(detector)).toEqual([]);
    expect(scored(detector, vectors(plant(50, 4)))).toEqual([]);
    expect(detector.facts?.()).toEqual([]);
    expect(detector.explain(channelOf(detector)).sentence).toBe('Clearwell level has no balance with its flows.');
  });

  it('reports nothing in normal operation', () => {
    expect(most(surprisesOf(learned(), plant(4_000, 5)))).toBeLessThan(1.4);
  });

  it('finds a level that is held constant while its flows continue, and states the expected change', () => {
    const detector = learned();
    const rows = plant(400, 6);
    const flat = rows.map((row, i) => (i < 200 ? row : row.with(0, rows[200]?.[0] ?? 0)));
    const all = surprisesOf(detector, flat.slice(0, 300));
    expect(most(all.slice(0, 200))).toBeLessThan(1.4);
    expect(most(all.slice(200, 232))).toBeGreaterThan(1.5);
    const { sentence, title, band, contributions, normalIf, techniques } = detector.explain(channelOf(detector));
    expect(sentence).toMatch(
      /^Clearwell level did not change in the last [\d mins]+, as if \d+\.\d m³\/h (left|entered) without a meter\. Normal for its flows: a (fall|rise) of \d+\.\d\d m\.$/,
    );
    expect(title).toBe('Clearwell level does not match its flows');
    expect(contributions.map(({ tag }) => tag).toSorted()).toEqual(['IN', 'LT', 'OUT']);
    expect(contributions[0]).toMatchObject({ tag: 'LT', unit: 'm', measured: rows[200]?.[0] });
    expect(band?.low).toBeLessThan(contributions[0]?.expected ?? 0);
    expect(normalIf).toMatch(/^Clearwell level were \d+\.\d\d m, or (Inflow|Outflow) had been -?\d+\.\d m³\/h on average$/);
    expect(techniques).toEqual(['T1692.002']);
  });

  it('gives for each tag the value that would close the balance if it alone were wrong', () => {
    const tags = plantTags.map((tag) => ({ ...tag, range: undefined }));
    const detector = byRowsAlone(learned(undefined, { tags }), tags);
    const rows = plant(300, 7).map((row, i) => (i < 236 ? row : row.with(1, (row[1] ?? 0) + 60)));
    surprisesOf(detector, rows);
    const { terms } = balanceOf(detector);
    const { contributions } = detector.explain(channelOf(detector));
    const [level, ...flows] = contributions;
    const off = (level?.measured ?? 0) - (level?.expected ?? 0);
    for (const { tag, measured, expected } of flows) {
      const gain = terms.find((term) => term.tag === tag)?.gain ?? Number.NaN;
      expect(gain * 64 * (expected - measured)).toBeCloseTo(off, 9);
    }
    expect(flows.find(({ tag }) => tag === 'IN')?.share).toBeGreaterThan(0);
    expect(level?.share).toBeLessThan(0);
  });

  it('expects no value of level and flows beyond their engineering ranges, if they are within them', () => {
    const detector = learned();
    surprisesOf(
      detector,
      plant(300, 7).map((row, i) => (i < 236 ? row : row.with(1, (row[1] ?? 0) + 60))),
    );
    const { contributions, band } = detector.explain(channelOf(detector));
    const [level] = contributions;
    expect(level?.expected).toBe(5);
    expect(band?.high).toBe(5);
    expect(Number(level?.measured)).toBeLessThan(5);
  });

  it("offers no impossible flow: the town cannot take a metre of a tank's level in a minute", () => {
    const detector = learned();
    const rows = plant(120, 7).map((row, i) => (i < 100 ? row : row.with(0, (row[0] ?? 0) - 0.05 * (i - 99))));
    surprisesOf(detector, rows);
    expect(detector.explain(channelOf(detector)).normalIf).toMatch(
      /^Clearwell level were \d\.\d\d m(, or (Inflow|Outflow) had been 1?\d?\d\.\d m³\/h on average)?$/,
    );
    const falling = plant(120, 7).map((row, i) => (i < 100 ? row : row.with(0, (row[0] ?? 0) - 0.5 * (i - 99))));
    surprisesOf(detector, falling);
    expect(detector.explain(channelOf(detector)).normalIf).toMatch(/^Clearwell level were \d\.\d\d m$/);
  });

  it('ends within a few rows after the level matches its flows again', () => {
    const detector = learned();
    const rows = plant(600, 8);
    const flat = rows.map((row, i) => (i >= 200 && i < 400 ? row.with(0, rows[200]?.[0] ?? 0) : row));
    expect(most(surprisesOf(detector, flat).slice(415))).toBeLessThan(1.4);
  });

  it('uses no flow that is a copy of the level, or its rate', () => {
    const tags = [...plantTags, tagOf('RATE', { unit: 'm/h' }), tagOf('DP', { unit: 'mbar' })];
    const rows = plant(4_000, 9);
    const more = rows.map((row, i) => [...row, 3_600 * ((row[0] ?? 0) - (rows[i - 1]?.[0] ?? 0)), 98.1 * (row[0] ?? 0)]);
    expect(
      balanceOf(learned(more, { tags }))
        .terms.map(({ tag }) => tag)
        .toSorted(),
    ).toEqual(['IN', 'OUT']);
  });

  it('uses flows if they explain enough, not a speed that correlates with one of them', () => {
    const tags = [...plantTags, tagOf('SPD', { unit: '%', range: { low: 0, high: 100 } })];
    const rows = plant(6_000, 9);
    const random = new Random(10);
    // the flow is measured less exactly than the speed
    const more = rows.map((row) => [...row.with(1, (row[1] ?? 0) + 5 * random.normal()), (row[1] ?? 0) / 2]);
    for (const { terms } of balancesOf(learned(more, { tags })).filter(({ level }) => level === 'LT'))
      expect(terms.map(({ tag }) => tag).toSorted()).toEqual(['IN', 'OUT']);
  });

  describe('by means of rows', () => {
    /** With a level that oscillates. */
    const rough = (count: number, seed: number): number[][] => {
      const random = new Random(seed);
      return plant(count, seed).map((row) => row.with(0, (row[0] ?? 0) + 0.02 * random.normal()));
    };
    const many = rough(12_000, 21);
    const leak = 0.0001;
    const leaking = rough(3_000, 22).map((row, i) => row.with(0, (row[0] ?? 0) - (i < 1_000 ? 0 : leak * (i - 1_000))));
    it('finds a leak that is within the noise of the rows', () => {
      expect(most(surprisesOf(byRowsAlone(learned(many)), leaking))).toBeLessThan(1.4);
      const detector = learned(many);
      const all = surprisesOf(detector, leaking);
      expect(most(all.slice(0, 1_000))).toBeLessThan(1.4);
      expect(most(all)).toBeGreaterThan(1.6);
      expect(detector.explain(channelOf(detector)).sentence).toMatch(/in the last \d+ (min|h)[^a-z]*.*\. Normal for its flows/);
    });

    it('does not end because of an occasional missing row', () => {
      const holes = leaking.map((row, i) => (i % 40 === 0 ? row.map(() => Number.NaN) : row));
      expect(most(surprisesOf(learned(many), holes))).toBeGreaterThan(1.6);
    });
  });

  it('uses the stated flows, and learns their effect on the level', () => {
    const detector = learned(undefined, { config: { balances: [{ level: 'LT', flows: ['OUT', 'RUN'] }] } });
    const { terms } = balanceOf(detector);
    expect(terms.map(({ tag }) => tag)).toEqual(['OUT', 'RUN']);
    expect(terms[1]?.gain).toBeCloseTo(0.0012 * 160, 2);
  });

  it('shows its balances as readable entries', () => {
    const line = learned()
      .facts?.()
      .find(({ channel }) => channel === 'all/LT');
    expect(line?.figures['by']).toMatch(
      /^[+−]\d+\.\d+ m\/h per m³\/h of (In|Out)flow; [+−]\d+\.\d+ m\/h per m³\/h of (In|Out)flow$/,
    );
    const furthest = ['4 s', '16 s', '64 s', '4 min'].map((span) => `furthest over ${span}`);
    const ofMeans = ['64 s', '4 min'].map((span) => `furthest of means over ${span}`);
    expect(line).toMatchObject({ unit: 'm', editable: ['unmeasured per hour', ...furthest, ...ofMeans], taught: 6_000 });
    expect(line?.figures).toMatchObject({
      explained: '100 %',
      'furthest over 4 min': balanceOf(learned()).horizons.at(-1)?.furthest,
    });
  });

  it('accepts an edited unmeasured flow and largest imbalance, and judges by them', () => {
    const rows = plant(1_000, 17);
    const leak = 0.003;
    const leaking = rows.map((row, i) => row.with(0, (row[0] ?? 0) - leak * i));
    const amended = (change: (figures: [string, number][]) => [string, number][]): Detector => {
      const detector = learned();
      const line = detector.facts?.().find(({ channel }) => channel === 'all/LT');
      const figures = (line?.editable ?? []).map((word): [string, number] => [word, Number(line?.figures[word])]);
      detector.amend?.('all/LT', '', Object.fromEntries(change(figures)));
      const restored = make(balance, targetOf(plantTags));
      restored.restore({ baseline: JSON.parse(JSON.stringify(detector.snapshot().baseline)), running: {} });
      return restored;
    };
    const usual = surprisesOf(learned(), rows);
    expect(most(surprisesOf(learned(), leaking))).toBeGreaterThan(1.4);
    const told = amended(([[word, value] = ['', 0]]) => [[word, value - 3_600 * leak]]);
    surprisesOf(told, leaking).forEach((surprise, i) => expect(surprise).toBeCloseTo(usual[i] ?? Number.NaN, 6));
    const wide = amended(([, ...furthest]) => furthest.map(([word, value]) => [word, 4 * value]));
    expect(most(usual)).toBeLessThan(1);
    surprisesOf(wide, rows).forEach((surprise, i) => expect(surprise).toBeCloseTo((usual[i] ?? Number.NaN) / 4, 9));
    expect(() => amended(() => [['furthest over 4 s', 0]])).toThrow('furthest over 4 s cannot be 0');
    expect(() => learned().amend?.('all/IN', '', {})).toThrow('balance has no such baseline entry of all/IN');
  });

  it('reports problems of stated balances', () => {
    const { tags, groups } = targetOf(plantTags);
    const problemsOf = (level: string, flows: readonly string[], some = groups) =>
      balance.check?.(balance.schema.parse({ balances: [{ level, flows }] }), tags, some) ?? [];
    expect(problemsOf('LT', ['IN', 'OUT'])).toEqual([]);
    expect(problemsOf('LT', ['IN', 'NO'])).toEqual([
      { path: ['balances', 0, 'flows', 1], message: 'there is no tag NO; give a name from `tags`, or take it out' },
    ]);
    expect(problemsOf('XT', ['IN'])[0]?.path).toEqual(['balances', 0, 'level']);
    const twice = balance.schema.parse({ balances: ['IN', 'OUT'].map((name) => ({ level: 'LT', flows: [name] })) });
    expect(balance.check?.(twice, tags, groups).map(({ path }) => path)).toEqual([['balances', 1, 'level']]);
    expect(problemsOf('LT', ['LT'])[0]?.message).toContain('LT is the level itself');
    expect(problemsOf('LT', ['IN'], [{ name: 'half', tags: [0, 3], periodMs: 1_000 }])[0]).toMatchObject({
      path: ['balances', 0],
    });
  });
});

describe('balance under odd input', () => {
  it.each([1e308, -1e308, 0, Number.NaN, Number.POSITIVE_INFINITY])('%d for a row does not affect later rows', (odd) => {
    const rows = plant(400, 13).map((row, i) => (i === 100 ? row.map(() => odd) : row));
    const all = surprisesOf(learned(), rows);
    expect(all.every((surprise) => surprise >= 0 && Number.isFinite(surprise))).toBe(true);
    expect(most(all.slice(200))).toBeLessThan(1.4);
  });

  it('judges no horizon with a missing row or across a gap', () => {
    const rows = plant(80, 14);
    const missing = surprisesOf(
      learned(),
      rows.map((row, i) => (i === 40 ? row.with(1, Number.NaN) : row)),
    );
    expect(missing.slice(40, 45)).toEqual([0, 0, 0, 0, 0]);
    expect(missing[45]).toBeGreaterThan(0);
    const detector = learned();
    const times = rows.map((_, i) => 1_000 * i + (i < 40 ? 0 : 60_000));
    const across = scored(detector, vectors(rows, 1e9, times)).filter(({ channel }) => channel === channelOf(detector));
    expect(across.slice(40, 44).map(({ surprise }) => surprise)).toEqual([0, 0, 0, 0]);
  });

  it('continues bit for bit from a snapshot, through JSON for the baseline', () => {
    const rows = plant(300, 15).map((row, i) => (i >= 80 && i < 160 ? row.with(0, 2.4) : row));
    const first = learned();
    const before = scored(first, vectors(rows.slice(0, 120), 1e9));
    const second = make(balance, targetOf(plantTags));
    const { baseline, running } = first.snapshot();
    second.restore({ baseline: JSON.parse(JSON.stringify(baseline)), running: structuredClone(running) });
    expect(second.explain(channelOf(second))).toEqual(first.explain(channelOf(first)));
    const after = scored(second, vectors(rows.slice(120), 1e9 + 120_000));
    expect([...before, ...after]).toEqual(scored(learned(), vectors(rows, 1e9)));
  });

  it('accepts a baseline and a running state without means, and restarts its horizons', () => {
    const { baseline } = learned().snapshot();
    const text = JSON.stringify(baseline, (key, value: unknown) => (key === 'meanOf' ? undefined : value));
    const old = JSON.parse(text) as { groups: { all: { balances: Balance[] } } };
    old.groups.all.balances = old.groups.all.balances.slice(0, 1);
    const detector = make(balance, targetOf(plantTags));
    detector.restore({ baseline: old, running: { all: { lastTime: 1e9, accounts: {} } } });
    expect(balancesOf(detector).map(({ meanOf }) => meanOf)).toEqual([1]);
    expect(surprisesOf(detector, plant(10, 24))).toHaveLength(10);
  });

  it('learns nothing from a few rows', () => {
    expect(balancesOf(learned(plant(100, 16)))).toEqual([]);
  });
});
