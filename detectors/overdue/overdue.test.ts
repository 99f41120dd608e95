import { describe, expect, it } from 'vitest';
import type { Detector, DetectorTarget, Json } from '../../src/core/detector.ts';
import { type Observation, observeBatch, observeEvent } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { Tag } from '../../src/core/tag.ts';
import { batchOf, calibrate, make, type Sample, sameReports, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { overdue } from './index.ts';
import { twin } from './overdue.twin.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 5, 1);

/** The steps of four filters, read once a minute. */
const filters: readonly Tag[] = [1, 2, 3, 4].map((n) =>
  tagOf(`FL${n}.ST`, {
    kind: 'discrete',
    role: 'status',
    unit: '',
    scanMs: minuteMs,
    equipment: `FL${n}`,
    description: `Filter ${n} step`,
    states: { 0: 'service', 1: 'drain', 2: 'water' },
  }),
);
const lead = tagOf('PS.LEAD', {
  kind: 'discrete',
  role: 'status',
  unit: '',
  scanMs: minuteMs,
  equipment: 'PS',
  description: 'Lead pump',
});

const together = (rows: readonly (readonly Sample[])[]): Observation[] => rows.map((row) => observeBatch(batchOf(row)));

function learnedFrom(tags: readonly Tag[], rows: readonly (readonly Sample[])[], target: Partial<DetectorTarget> = {}): Detector {
  const detector = make(overdue, { ...targetOf(tags), ...target });
  calibrate(overdue, detector, together(rows));
  return detector;
}

const mostOf = (detector: Detector, rows: readonly (readonly Sample[])[]): number =>
  scored(detector, together(rows)).reduce((most, { surprise }) => Math.max(most, surprise), 0);

/** First time with a surprise beyond 1, and the explanation then. */
function first(detector: Detector, rows: readonly (readonly Sample[])[]) {
  for (const observation of together(rows)) {
    const found: { readonly time: number; readonly sentence: string; readonly title: string }[] = [];
    detector.score(observation, (channel, time, surprise) => {
      if (surprise > 1) found.push({ time, ...detector.explain(channel) });
    });
    if (found[0] !== undefined) return found[0];
  }
  return undefined;
}

interface Washing {
  readonly seed?: number;
  readonly from?: number;
  /** Mean and standard deviation of the time from one wash to the next, h. */
  readonly everyH?: number;
  readonly spreadH?: number;
  /** Time from which no wash begins. */
  readonly stopsAt?: number;
}

/** Four filters that are washed in turn: 20 minutes of draining, 20 of water. */
function washing(
  hours: number,
  { seed = 1, from = start, everyH = 6, spreadH = 1, stopsAt = Infinity }: Washing = {},
): Sample[][] {
  const random = new Random(seed);
  const begins: number[] = [];
  for (
    let time = from + 2 * hourMs;
    time < from + hours * hourMs;
    time += hourMs * Math.max(1, everyH + spreadH * random.normal())
  )
    if (time < stopsAt) begins.push(time);
  return Array.from({ length: 60 * hours }, (_, i) => {
    const time = from + i * minuteMs;
    return filters.map((_filter, tag) => {
      const since = time - (begins.findLast((begin, k) => begin <= time && k % 4 === tag) ?? -Infinity);
      return { tag, time, value: since < 20 * minuteMs ? 1 : since < 40 * minuteMs ? 2 : 0 };
    });
  });
}

/** A lead pump that changes once a day at an hour, given as a function of the day. */
function rotating(days: number, from: number, changeAt: (day: number) => readonly number[]): Sample[][] {
  const changes = Array.from({ length: days + 1 }, (_, day) => changeAt(day).map((ms) => from + day * dayMs + ms)).flat();
  return Array.from({ length: days * 1_440 }, (_, i) => {
    const time = from + i * minuteMs;
    return [{ tag: 0, time, value: 1 + (changes.filter((change) => change <= time).length % 4) }];
  });
}

const midnight = (): number[] => [0];

describe('a recurrent operation', () => {
  const learned = washing(72);

  it('of similar equipment is learned together, and raises nothing in normal operation of other seeds', () => {
    for (let seed = 2; seed < 8; seed++)
      expect(mostOf(learnedFrom(filters, learned), washing(48, { seed, from: start + 4 * dayMs }))).toBeLessThan(1);
    const [fact] = learnedFrom(filters, learned).facts?.() ?? [];
    expect(fact).toMatchObject({ channel: 'FL#', name: 'FL#.ST to drain', unit: 's', editable: ['usual'] });
    expect(fact?.figures['usual']).toBeGreaterThan(5 * 3_600);
    expect(fact?.figures['deadline']).toBeLessThan(12 * 3_600);
  });

  it('that is overdue is a finding while it is missing, and none after it', () => {
    const from = start + 4 * dayMs;
    const rows = washing(40, { seed: 2, from, stopsAt: from + 12 * hourMs });
    const found = first(learnedFrom(filters, learned), rows);
    expect(found?.time).toBeGreaterThan(from + 16 * hourMs);
    expect(found?.time).toBeLessThan(from + 24 * hourMs);
    expect(found?.sentence).toMatch(
      /^Filter step has not changed to (drain|water|service) at FL\d, FL\d, FL\d or FL\d for \d+ h( \d+ min)?\. Normal: about every [56] h( \d+ min)?, at most \d h( \d+ min)?\.$/,
    );
    expect(found?.title).toMatch(/^Filter step not changed to \w+ for \d+ h/);
    const all = scored(learnedFrom(filters, learned), together([...rows, ...washing(4, { seed: 3, from: from + 40 * hourMs })]));
    const during = all.filter(({ time }) => time >= (found?.time ?? 0) && time < from + 40 * hourMs);
    expect(during.every(({ surprise }) => surprise > 1)).toBe(true);
    expect(all.at(-1)?.surprise).toBeLessThan(0.5);
  });

  it('is not the entry into a state at which the equipment rests', () => {
    const resting = filters.map((tag) => ({ ...tag, restsAt: [1] }));
    const names = (tags: readonly Tag[]) =>
      learnedFrom(tags, learned)
        .facts?.()
        .map(({ name }) => name);
    expect(names(filters)).toEqual(['FL#.ST to drain', 'FL#.ST to water', 'FL#.ST to service']);
    expect(names(resting)).toEqual(['FL#.ST to water', 'FL#.ST to service']);
  });

  describe('of equipment that can be out of service', () => {
    const resting = filters.map((tag) => ({ ...tag, states: { ...tag.states, 7: 'out' }, restsAt: [7] }));
    /** Filter 1 is out for six hours of each day, in which no filter is washed. */
    const maintained = (rows: Sample[][]): Sample[][] =>
      rows.map((row, i) =>
        Math.floor(i / 60) % 24 < 18
          ? row
          : row.map((sample) => ({ ...sample, value: sample.tag === 0 ? 7 : sample.value === 1 ? 0 : sample.value })),
      );
    const deadline = (detector: Detector): number =>
      Number(detector.facts?.().find(({ name }) => name === 'FL#.ST to drain')?.figures['deadline'] ?? Number.NaN) / 3_600;
    const from = start + 4 * dayMs;

    it('is judged by the intervals without that', () => {
      const rows = maintained(washing(144, { everyH: 3, spreadH: 0.3 }));
      const known = learnedFrom(resting, rows);
      expect(deadline(known)).toBeLessThan(5);
      // with the hours of maintenance in them, the intervals are too irregular
      expect(deadline(learnedFrom(filters, rows))).toBeNaN();
      const restored = make(overdue, targetOf(resting));
      restored.restore(structuredClone(known.snapshot()));
      expect(mostOf(restored, maintained(washing(48, { seed: 2, from, everyH: 3, spreadH: 0.3 })))).toBeLessThan(1);
      const found = first(known, maintained(washing(48, { from, everyH: 3, spreadH: 0.3, stopsAt: from + 17 * hourMs })));
      // not in the hours of maintenance, after which the next wash is awaited anew
      expect(found?.time).toBeGreaterThan(from + 24 * hourMs);
      expect(found?.time).toBeLessThan(from + 30 * hourMs);
    });

    it('is judged by all intervals if it is out in most of them', () => {
      const standby = filters.map((tag) => ({ ...tag, restsAt: [0] }));
      const known = learnedFrom(standby, learned);
      expect(first(known, washing(40, { seed: 2, from, stopsAt: from + 12 * hourMs }))?.time).toBeLessThan(from + 24 * hourMs);
      expect(deadline(known)).toBeCloseTo(deadline(learnedFrom(filters, learned)), 6);
    });

    it('continues with a baseline of an earlier version, which has all intervals in one', () => {
      const { baseline, running } = learnedFrom(resting, learned).snapshot();
      const { pausing, learning, ...rest } = baseline as { readonly [key: string]: Json };
      const { rested, ...earlier } = learning as { readonly [key: string]: Json };
      expect([pausing, rested]).toEqual([[], {}]);
      const restored = make(overdue, targetOf(resting));
      restored.restore({ baseline: { ...rest, learning: earlier }, running });
      expect(deadline(restored)).toBe(deadline(learnedFrom(resting, learned)));
    });
  });

  it('is not judged if few or irregular intervals were learned', () => {
    expect(learnedFrom(filters, washing(20)).judges?.(0)).toBe(false);
    expect(learnedFrom(filters, washing(72, { everyH: 1, spreadH: 8 })).judges?.(0)).toBe(false);
    expect(scored(learnedFrom(filters, washing(20)), together(washing(20, { stopsAt: 0 })))).toEqual([]);
  });

  it('is not awaited while a tag is missing, is out of service, or the monitor is late', () => {
    const from = start + 4 * dayMs;
    const rows = washing(30, { seed: 2, from, stopsAt: from + 4 * hourMs });
    const withoutFilter2 = rows.map((row, i) => (i < 300 ? row : row.filter(({ tag }) => tag !== 1)));
    expect(first(learnedFrom(filters, learned), withoutFilter2)).toBeUndefined();

    const detector = learnedFrom(filters, learned);
    const out = (tags: readonly number[]): Observation => observeEvent({ type: 'maintenance', time: 0, tags, text: '' });
    detector.score(out([2]), () => {});
    expect(first(detector, rows)).toBeUndefined();
    detector.score(out([]), () => {});
    const later = first(detector, washing(40, { from: from + 30 * hourMs, stopsAt: 0 }));
    // awaited anew from the end of the maintenance on
    expect(later?.time).toBeGreaterThan(from + 38 * hourMs);

    const late = learnedFrom(filters, learned);
    late.score(
      observeEvent({ type: 'punctuality', time: 0, lateMs: 5 * hourMs, allowMs: 10 * hourMs, speed: 1, cause: 'polls' }),
      () => {},
    );
    const onTime = first(learnedFrom(filters, learned), rows);
    expect((first(late, rows)?.time ?? 0) - (onTime?.time ?? 0)).toBe(10 * hourMs);
  });

  it('continues over a short gap, and is awaited anew after a long one', () => {
    const from = start + 4 * dayMs;
    const rows = washing(30, { seed: 2, from, stopsAt: from + 4 * hourMs });
    const plain = first(learnedFrom(filters, learned), rows)?.time ?? 0;
    const gap = (minutes: number) => rows.filter((_, i) => i < 360 || i >= 360 + minutes);
    expect(first(learnedFrom(filters, learned), gap(50))?.time).toBe(plain);
    const after = first(learnedFrom(filters, learned), gap(90))?.time ?? 0;
    expect(after).toBeGreaterThan(plain + 3 * hourMs);
  });

  it('may be the count of a slow counter', () => {
    const reports = tagOf('REPORTS', { kind: 'counter', unit: '', scanMs: minuteMs, description: 'Reports sent' });
    const counting = (hours: number, until: number, from: number): Sample[][] =>
      Array.from({ length: 60 * hours }, (_, i) => [
        { tag: 0, time: from + i * minuteMs, value: Math.floor(Math.min(i, until) / 120) },
      ]);
    const detector = learnedFrom([reports], counting(30, Infinity, start));
    expect(first(detector, counting(12, 300, start + 4 * dayMs))?.sentence).toMatch(
      /^Reports sent has not counted for 2 h \d+ min\. Normal: about every 2 h, at most 2 h\.$/,
    );
    const fast = learnedFrom(
      [{ ...reports, name: 'HB' }],
      counting(30, Infinity, start).map(([one], i) => [{ tag: 0, time: one?.time ?? 0, value: i }]),
    );
    expect(fast.judges?.(0)).toBe(false);
  });
});

describe('an operation at an hour of its own', () => {
  const detector = () =>
    learnedFrom(
      [lead],
      rotating(3, start - 6 * hourMs, () => [6 * hourMs]),
    );
  const from = start + 10 * dayMs;

  it('is awaited at its hour after three days', () => {
    const [fact] = detector().facts?.() ?? [];
    expect(fact).toMatchObject({ channel: 'PS', name: 'PS.LEAD', unit: 'h', editable: ['hour'], taught: 3 });
    expect(fact?.figures['at']).toBe('00:00');
    const found = first(
      detector(),
      rotating(4, from, (day) => (day === 2 ? [] : [0])),
    );
    expect(found?.time).toBeGreaterThan(from + 2 * dayMs);
    expect(found?.time).toBeLessThan(from + 2 * dayMs + hourMs);
    expect(found?.sentence).toMatch(/^Lead pump has not changed and is \d+ min late\. Normal: every day at about 00:00\.$/);
    expect(found?.title).toMatch(/^Lead pump is \d+ min late$/);
    expect(mostOf(detector(), rotating(4, from, midnight))).toBeLessThan(1);
  });

  it('stays a finding over the next days without it', () => {
    const all = scored(detector(), together(rotating(5, from, (day) => (day === 0 ? [0] : []))));
    expect(all.filter(({ time, surprise }) => time > from + dayMs + hourMs && surprise < 1)).toEqual([]);
  });

  it('is found at an unusual hour', () => {
    const found = first(
      detector(),
      rotating(3, from, (day) => (day === 1 ? [0, 10 * hourMs + 3 * minuteMs] : [0])),
    );
    expect(found?.time).toBe(from + dayMs + 10 * hourMs + 3 * minuteMs);
    expect(found?.sentence).toBe('Lead pump changed at 10:03. Normal: once a day at about 00:00.');
  });

  it('is not awaited if the monitor starts shortly before or after it, or learned two days', () => {
    for (const offMs of [-30_000, minuteMs])
      expect(mostOf(detector(), rotating(2, from + offMs, (day) => (day === 0 ? [] : [-offMs])).slice(0, 1_000))).toBeLessThan(1);
    expect(
      learnedFrom(
        [lead],
        rotating(2, start - hourMs, () => [hourMs]),
      ).judges?.(0),
    ).toBe(false);
  });

  it.each([
    ['spring', Date.UTC(2027, 2, 26, 23), -1],
    ['autumn', Date.UTC(2026, 9, 22, 22), 1],
  ])('follows the local time in %s, as well as a plant without summer time', (_, begin, shift) => {
    const vienna = () =>
      learnedFrom(
        [lead],
        rotating(4, begin - 10 * dayMs - 6 * hourMs, () => [6 * hourMs]),
        { timeZone: 'Europe/Vienna' },
      );
    // the third night changes the offset: from then on local midnight is an hour earlier or later in UTC
    const local = (day: number): number[] => [day > 2 ? shift * hourMs : 0];
    expect(vienna().facts?.()[0]?.figures['at']).toBe('00:00');
    expect(mostOf(vienna(), rotating(6, begin, local))).toBeLessThan(1);
    expect(mostOf(vienna(), rotating(6, begin, midnight))).toBeLessThan(1);
    const missing = first(
      vienna(),
      rotating(6, begin, (day) => (day === 4 ? [] : local(day))),
    );
    expect(missing?.time).toBeGreaterThan(begin + 4 * dayMs + shift * hourMs);
    expect(missing?.time).toBeLessThan(begin + 4 * dayMs + (shift + 2) * hourMs);
  });
});

describe('the detector', () => {
  const run = tagOf('P1.RUN', { kind: 'discrete', role: 'status', unit: '' });

  /** A pump that starts about every 60 s, with gaps, bad values and long stops. */
  function pumping(seconds: number, random: Random, fromS: number, tag = 0, share = 0.002): Sample[] {
    let [next, running, silent] = [0, 0, 0];
    return Array.from({ length: seconds }, (_, s): Sample[] => {
      if (s >= next) {
        running = 1 - running;
        next = s + 20 + Math.floor(20 * random.next()) + (random.next() < 5 * share ? 150 : 0);
      }
      if (random.next() < share) silent = 2 + Math.floor(90 * random.next());
      const value = random.next() < share ? Number.NaN : running;
      return silent-- > 0 ? [] : [{ tag, time: (fromS + s) * 1_000, value }];
    }).flat();
  }

  const rowsOf = (samples: readonly Sample[]): Sample[][] =>
    [...Map.groupBy(samples, ({ time }) => time)].toSorted(([a], [b]) => a - b).map(([, row]) => row);

  it('reports what brute force does: random runs, gaps, bad samples', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(seed);
      const learned = pumping(1_500, random, 0, 0, 0.0005);
      const judged = pumping(900, random, 2_000, 0, 0.004);
      const expected = twin(learned, judged);
      expect(expected.length).toBeGreaterThan(100);
      const reports = scored(learnedFrom([run], rowsOf(learned)), together(rowsOf(judged)));
      expect(sameReports(reports, expected), `seed ${seed}`).toBe('');
    }
  });

  it('reports what brute force does for similar tags', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed);
      const sisters = [run, { ...run, name: 'P2.RUN', equipment: 'P2' }];
      const both = (seconds: number, fromS: number, share: number): Sample[][] =>
        rowsOf([pumping(seconds, random, fromS, 0, share), pumping(seconds, random, fromS, 1, share)].flat());
      const [learned, judged] = [both(1_500, 0, 0), both(600, 2_000, 0.004)];
      const reports = scored(learnedFrom(sisters, learned), together(judged));
      expect(sameReports(reports, twin(learned.flat(), judged.flat(), { tags: 2 })), `seed ${seed}`).toBe('');
    }
  });

  it('reports what brute force does for an operation with an hour', () => {
    const slow = { ...lead, scanMs: 10 * minuteMs };
    const sampled = (rows: Sample[][]): Sample[] => rows.filter((_, i) => i % 10 === 0).flat();
    const learned = sampled(rotating(4, start - 5 * hourMs, (day) => [5 * hourMs + 20 * minuteMs * (day % 3)]));
    const judged = sampled(
      rotating(7, start + 10 * dayMs, (day) => [[30 * minuteMs], [], [9 * hourMs], [0], [], [], [2 * hourMs]][day] ?? []),
    );
    const expected = twin(learned, judged, { scanMs: 10 * minuteMs });
    expect(expected.filter(({ surprise }) => surprise > 1).length).toBeGreaterThan(50);
    const reports = scored(
      learnedFrom(
        [slow],
        learned.map((one) => [one]),
      ),
      together(judged.map((one) => [one])),
    );
    expect(sameReports(reports, expected)).toBe('');
  });
});

describe('unmoved', () => {
  it('is true without any operation, and for a counter that counts all the time', () => {
    const energy = tagOf('F1.EP', { kind: 'counter', unit: 'kWh', scanMs: minuteMs, equipment: 'F1', description: 'Energy' });
    const rows = (step: (i: number) => number): Sample[][] =>
      Array.from({ length: 600 }, (_, i) => [{ tag: 0, time: start + i * minuteMs, value: step(i) }]);
    const isUnmoved = (tag: Tag, step: (i: number) => number): boolean | undefined => {
      const detector = learnedFrom([tag], rows(step));
      return detector.judges?.(0) === false ? detector.unmoved?.(0) : undefined;
    };
    expect(isUnmoved(lead, () => 1)).toBe(true);
    expect(isUnmoved(lead, (i) => (i < 300 ? 1 : 2))).toBe(false);
    expect(isUnmoved(energy, (i) => i)).toBe(true);
    expect(isUnmoved(energy, (i) => (i < 300 ? 1 : 2))).toBe(false);
  });
});
