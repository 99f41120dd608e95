import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState, Priority, VerdictWord } from '../../core/alert.ts';
import type { AlertLife, AlertStep } from '../../core/report.ts';
import { floodsOf } from './rates.ts';
import { KeyFigureTally, type KeyFigures } from './report.ts';
import { reportTables } from './tables.ts';

/** Changes of state by ISA-18.2: an alert starts with the entry under `-`. */
const changes: Readonly<Record<string, string>> = {
  '-': 'BBBGHI',
  A: 'BB',
  B: 'CDEGHI',
  C: 'ABFGI',
  D: 'ABHI',
  E: 'FB',
  F: 'AB',
  G: 'AB',
  H: 'AB',
  I: 'AB',
};

const second = 1_000;
const period = { from: 7_200 * second, to: 18_000 * second };

/** Alerts with random courses in whole seconds, before, within and after the period. Bursts make floods and chattering. */
const life = fc
  .record({
    raisedAt: fc.oneof(
      fc.integer({ min: 0, max: 20_000 }),
      fc.integer({ min: 9_000, max: 9_900 }),
      fc.constantFrom(7_200, 17_999, 18_000),
    ),
    path: fc.array(
      fc.record({ after: fc.nat(5), wait: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9_000 })) }),
      { maxLength: 12 },
    ),
    priority: fc.constantFrom<Priority>(1, 1, 2, 3, 'A'),
    tag: fc.constantFrom('T1', 'T2', 'T3'),
    hasResponse: fc.boolean(),
    verdict: fc.constantFrom<VerdictWord | undefined>(undefined, 'true', 'false', 'expected'),
    detectors: fc.constantFrom(['range'], ['shift'], ['range', 'shift']),
  })
  .map(({ raisedAt, path, ...more }): AlertLife => {
    const steps: AlertStep[] = [];
    let state = '-';
    let time = raisedAt;
    for (const { after, wait } of [{ after: 0, wait: 0 }, ...path]) {
      const next = changes[state] ?? '';
      time += wait;
      const reached = next[after % next.length] as AlertState;
      steps.push({ time: time * second, after: reached, ...(state === '-' ? {} : { before: state as AlertState }) });
      state = reached;
    }
    return { id: '', raisedAt: raisedAt * second, area: 'a', equipment: 'E', title: 'Level', incident: 'INC', ...more, steps };
  });
const lives = fc
  .array(life, { maxLength: 40 })
  .map((all) => all.map((one, i) => ({ ...one, id: `ALT-${String(i).padStart(6, '0')}` })));

const figuresOf = (all: readonly AlertLife[]): KeyFigures => {
  const tally = new KeyFigureTally(period);
  for (const one of all) tally.add({ ...one, steps: one.steps.filter(({ time }) => time < period.to) });
  return tally.figures();
};

/** State of an alert in each second up to the end of the period. */
function statesOf({ steps }: AlertLife): string[] {
  const states: string[] = [];
  let state = '-';
  let next = 0;
  for (let now = 0; now < period.to / second; now++) {
    while ((steps[next]?.time ?? Infinity) <= now * second) state = steps[next++]?.after ?? state;
    states.push(state);
  }
  return states;
}

const [from, to] = [period.from / second, period.to / second];
const isAlarm = ({ priority }: AlertLife): boolean => priority !== 'A';

describe('floodsOf', () => {
  it('agrees with the definition at each minute, also for alarms exactly 10 min apart', () => {
    const minute = 60_000;
    const burst = fc.record({ at: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 12 }), (bursts) => {
        const alarms = bursts.flatMap(({ at, count }) => Array.from({ length: count }, () => at)).toSorted((a, b) => a - b);
        const windows = Array.from({ length: 66 }, (_, now) => alarms.filter((at) => at > now - 10 && at <= now).length);
        const floods = floodsOf(
          alarms.map((at) => at * minute),
          { from: 0, to: 66 * minute },
        );
        expect(
          floods.map(({ from: begin, to: end, first, end: last, peak }) => [begin / minute, end / minute, last - first, peak]),
        ).toEqual(floodsByStep(windows, alarms, 0, 10));
      }),
      { numRuns: 1_000, seed: 15 },
    );
  });
});

describe('KeyFigureTally', () => {
  it('agrees with a count of each second', () => {
    fc.assert(
      fc.property(lives, (all) => {
        const figures = figuresOf(all);
        const known = all.map((one) => ({ one, states: statesOf(one) }));
        const starts = known.flatMap(({ one, states }) =>
          states.flatMap((state, now) => (state === 'B' && states[now - 1] !== 'B' && now >= from ? [{ now, one }] : [])),
        );
        const alarms = starts.filter(({ one }) => isAlarm(one));
        const { rates, floods, acknowledgements } = figures.alarms;
        expect(rates.count).toBe(alarms.length);
        expect(figures.anomalies.rates.count).toBe(starts.length - alarms.length);
        expect(rates.mean).toBeCloseTo(alarms.length / ((to - from) / 600));
        const countIn = (begin: number, end: number): number => alarms.filter(({ now }) => now >= begin && now < end).length;
        const bins = Array.from({ length: (to - from) / 600 }, (_, i) => countIn(from + i * 600, from + (i + 1) * 600));
        expect(rates.peakBin.count).toBe(Math.max(...bins));
        expect(rates.busyBins).toBeCloseTo(bins.filter((count) => count > 10).length / bins.length);
        const windows = Array.from({ length: to - from }, (_, i) => countIn(from + i - 599, from + i + 1));
        expect(rates.peakWindow.count).toBe(Math.max(...windows));
        expect(floods.map((flood) => [flood.from / second, flood.to / second, flood.count, flood.peak])).toEqual(
          floodsByStep(
            windows,
            alarms.map(({ now }) => now).toSorted((a, b) => a - b),
            from,
            600,
          ),
        );
        for (const priority of [1, 2, 3] as const)
          expect(figures.priorities[priority]).toBe(starts.filter(({ one }) => one.priority === priority).length);

        const waits = known.filter(({ one }) => isAlarm(one)).flatMap(({ states }) => waitsBySecond(states));
        const begun = waits.filter(({ begin }) => begin >= from);
        expect(acknowledgements).toMatchObject({
          count: begun.filter(({ acknowledged }) => acknowledged).length,
          late: begun.filter(({ begin, end }) => end - begin > 600).length,
          waiting: waits.filter(({ acknowledged }) => !acknowledged).length,
        });
        for (const { state, now, alerts, total } of figures.hidden) {
          const seconds = known.map(({ states }) => states.slice(from).filter((one) => one === state).length);
          expect([now, alerts, total / second]).toEqual([
            known.filter(({ states }) => states.at(-1) === state).length,
            seconds.filter((count) => count > 0).length,
            seconds.reduce((sum, count) => sum + count, 0),
          ]);
        }
        for (const { detector, verdicts, unjudged } of figures.detectors) {
          const raised = all.filter((one) => one.raisedAt >= period.from && one.detectors.includes(detector));
          for (const word of ['true', 'false', 'expected'] as const)
            expect(verdicts[word]).toBe(raised.filter(({ verdict }) => verdict === word).length);
          expect(unjudged).toBe(raised.filter(({ verdict }) => verdict === undefined).length);
        }
      }),
      { numRuns: 40, seed: 15 },
    );
  });

  const aLife = (id: string, steps: readonly (readonly [number, AlertState])[], over: Partial<AlertLife> = {}): AlertLife => ({
    id,
    raisedAt: (steps[0]?.[0] ?? 0) * second,
    priority: 1,
    area: 'a',
    equipment: 'E',
    tag: 'T1',
    title: 'Level high',
    incident: `INC-${id.slice(4)}`,
    detectors: ['limits'],
    hasResponse: true,
    steps: steps.map(([time, after], i) => ({ time: time * second, after, ...(i === 0 ? {} : { before: steps[i - 1]?.[1] }) })),
    ...over,
  });

  it('names chattering, fleeting and stale sources, and alarms without a response text', () => {
    const chatter = aLife('ALT-1', [
      [8_000, 'B'],
      [8_010, 'D'],
      [8_020, 'B'],
      [8_030, 'D'],
      [8_040, 'B'],
      [8_050, 'D'],
    ]);
    const slow = aLife(
      'ALT-2',
      [
        [8_000, 'B'],
        [8_025, 'D'],
        [8_030, 'B'],
        [8_055, 'D'],
        [8_060, 'B'],
        [8_085, 'D'],
      ],
      { tag: 'T2' },
    );
    const fleeting = aLife(
      'ALT-3',
      [
        [9_000, 'B'],
        [9_008, 'D'],
      ],
      { tag: 'T3', hasResponse: false },
    );
    const acted = aLife(
      'ALT-4',
      [
        [9_000, 'B'],
        [9_004, 'C'],
        [9_008, 'A'],
      ],
      { tag: 'T4' },
    );
    const stale = aLife(
      'ALT-5',
      [
        [-80_000, 'B'],
        [-70_000, 'C'],
      ],
      { tag: 'T5' },
    );
    const ownEvent = aLife(
      'ALT-7',
      [
        [9_000, 'B'],
        [9_000, 'D'],
      ],
      { tag: '', detectors: ['self-watch'] },
    );
    const young = aLife('ALT-6', [[8_000, 'B']], { tag: 'T6', priority: 'A' });
    const { alarms, anomalies, noResponse } = figuresOf([chatter, slow, fleeting, acted, stale, ownEvent, young]);
    const tags = (sources: readonly { readonly tag: string }[]): string[] => sources.map(({ tag }) => tag);
    expect(alarms.chattering).toMatchObject([{ tag: 'T1', count: 3 }]);
    // T1 went away for good 10 s after its last begin; before that it came again within a minute
    expect(tags(alarms.fleeting)).toEqual(['T1', 'T3']);
    expect(alarms.stale).toMatchObject([{ tag: 'T5', ended: false, lasted: 98_000 * second }]);
    expect(tags(noResponse)).toEqual(['T3']);
    expect(anomalies.rates.count).toBe(1);
    expect(alarms.sources[0]).toMatchObject({ tag: 'T1', count: 3 });
  });

  it('names the incident of each source by its last headline', () => {
    const of = (id: string, at: number, title: string) =>
      aLife(id, [[at, 'B']], { incident: 'INC-1', headline: { title, at: at * second } });
    const figures = figuresOf([
      of('ALT-2', 8_600, 'All pumps stopped'),
      of('ALT-1', 8_000, 'One pump stopped'),
      aLife('ALT-3', [[9_000, 'B']]),
    ]);
    const acts = { limits: [], maintenance: [] };
    const found = reportTables(figures, acts, period).find(({ title }) => title === 'Most frequent alarms');
    expect(found?.columns[2]?.title).toBe('Last incident');
    // one source: that of its last alert
    expect(found?.rows.map((row) => row[2])).toEqual(['INC-3']);
    const alone = figuresOf([of('ALT-2', 8_600, 'All pumps stopped'), of('ALT-1', 8_000, 'One pump stopped')]);
    const rows = reportTables(alone, acts, period).find(({ title }) => title === 'Most frequent alarms')?.rows;
    expect(rows?.map((row) => row[2])).toEqual(['INC-1: All pumps stopped']);
  });

  it('reports the first-out and the main sources of a flood, and quantiles of the time to acknowledge', () => {
    const all = Array.from({ length: 12 }, (_, i) =>
      aLife(
        `ALT-${10 + i}`,
        [
          [8_000 + i * 10, 'B'],
          [8_000 + i * 10 + 60 * (i + 1), 'C'],
        ],
        { tag: i === 0 ? 'FIRST' : 'T1' },
      ),
    );
    const { alarms } = figuresOf(all);
    expect(alarms.floods).toMatchObject([
      {
        from: 8_000 * second,
        to: 8_670 * second,
        count: 12,
        peak: 12,
        firstOut: { tag: 'FIRST' },
        contributors: [
          { tag: 'T1', count: 11 },
          { tag: 'FIRST', count: 1 },
        ],
      },
    ]);
    expect(alarms.timeInFlood).toBeCloseTo(670 / 10_800);
    expect(alarms.acknowledgements).toMatchObject({ count: 12, median: 360 * second, p90: 660 * second, late: 2 });
  });
});

/**
 * Floods by the definition, step by step: begin, end, count, peak.
 * @param windows number of alarms in the 10 min up to each step, from the first step on
 */
function floodsByStep(windows: readonly number[], alarms: readonly number[], first: number, window: number): number[][] {
  const floods: number[][] = [];
  let open: { readonly begin: number; peak: number } | undefined;
  let free = Number.NEGATIVE_INFINITY;
  const close = (end: number): void => {
    if (open === undefined) return;
    const { begin, peak } = open;
    floods.push([begin, end, alarms.filter((now) => now >= begin && now < end).length, peak]);
    free = end;
    open = undefined;
  };
  windows.forEach((count, i) => {
    const now = first + i;
    if (open !== undefined && count < 5) close(now);
    if (open !== undefined) open.peak = Math.max(open.peak, count);
    else if (count >= 10) open = { begin: Math.min(...alarms.filter((one) => one > now - window && one >= free)), peak: count };
  });
  close(first + windows.length);
  return floods;
}

function waitsBySecond(
  states: readonly string[],
): { readonly begin: number; readonly end: number; readonly acknowledged: boolean }[] {
  const waits: { begin: number; end: number; acknowledged: boolean }[] = [];
  let begin: number | undefined;
  states.forEach((state, now) => {
    const waitsNow = 'BDE'.includes(state);
    if (begin !== undefined && !waitsNow) {
      if (['BC', 'DA', 'EF'].includes(`${states[now - 1] ?? ''}${state}`)) waits.push({ begin, end: now, acknowledged: true });
      begin = undefined;
    }
    if (waitsNow) begin ??= now;
  });
  if (begin !== undefined) waits.push({ begin, end: to, acknowledged: false });
  return waits;
}
