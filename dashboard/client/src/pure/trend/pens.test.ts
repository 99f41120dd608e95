import { describe, expect, it } from 'vitest';
import { aTag } from '../../../../server/testing/fake-values.ts';
import { comparedDays, comparedView, dayShift, shiftView } from './comparison.ts';
import { apart, besideMark } from './label-places.ts';
import { localField, timeOfField } from './local-time.ts';
import { panesOf, withScale, type PenScale } from './pens.ts';
import { movedLater, Track } from './track.ts';

const flow = (name: string) => aTag(name, { unit: 'm³/h' });

describe('panes of pens', () => {
  it('share a scale by unit, and have their own one by choice; states and a fifth line are apart', () => {
    const tags = [
      ...['F1', 'F2', 'F3', 'F4', 'F5'].map(flow),
      aTag('L1', { unit: 'm' }),
      aTag('MODE', { unit: '', kind: 'discrete', states: { 0: 'Stopped' } }),
      aTag('RUN', { unit: '', kind: 'discrete' }),
    ];
    const scales: Record<string, PenScale> = { F2: [0, 5], F5: [0, 5] };
    expect(panesOf(tags, (tag) => scales[tag]).map((pane) => [pane.tags.map(({ name }) => name), pane.scale])).toEqual([
      [['F1', 'F3', 'F4'], undefined],
      [
        ['F2', 'F5'],
        [0, 5],
      ],
      [['L1'], undefined],
      [['MODE'], undefined],
      [['RUN'], undefined],
    ]);
    expect(panesOf(['F1', 'F2', 'F3', 'F4', 'F5'].map(flow), () => undefined).map((pane) => pane.tags.length)).toEqual([4, 1]);
  });

  it('get and lose a scale', () => {
    const pens = withScale([{ tag: 'A' }, { tag: 'B', scale: [0, 1] }], 'A', [2, 3]);
    expect(pens).toEqual([
      { tag: 'A', scale: [2, 3] },
      { tag: 'B', scale: [0, 1] },
    ]);
    expect(withScale(pens, 'B', undefined)).toEqual([{ tag: 'A', scale: [2, 3] }, { tag: 'B' }]);
  });
});

it('labels at the ends of lines are apart and within the plot', () => {
  expect(apart([50, 52, 90], 10, 5, 100)).toEqual([50, 60, 90]);
  expect(apart([0, 95, 97, 98], 10, 5, 100)).toEqual([5, 80, 90, 100]);
  expect(apart([], 10, 5, 100)).toEqual([]);
});

it('the text of a mark is beside it and never cut', () => {
  const room = { left: 10, right: 200 };
  expect(besideMark(150, 100, room)).toBe(50);
  expect(besideMark(60, 100, room)).toBe(60);
  expect(besideMark(105, 100, room)).toBe(100);
  expect(besideMark(60, 500, room)).toBe(10);
});

describe('a comparison', () => {
  const day = 86_400_000;

  it('reads a live window in steps that always cover it', () => {
    const view = { spanMs: 1_800_000, end: undefined };
    const by = dayShift(1, 'UTC');
    const ends = new Set<number>();
    for (let to = 10 * day; to < 10 * day + 200_000; to += 7_000) {
      const read = comparedView(view, to, by);
      ends.add(read.end);
      expect(read.end + day).toBeGreaterThanOrEqual(to);
      expect(read.end + day - read.spanMs).toBeLessThan(to - view.spanMs);
    }
    expect(ends.size).toBeLessThan(5);
    expect(comparedView({ ...view, end: 5_000_000 }, 5_000_000, by).end).toBe(5_000_000 - day);
    expect([comparedDays('none'), comparedDays('shift'), comparedDays('week')]).toEqual([undefined, 1, 7]);
  });

  const localOf = (time: number): string => localField(time, 'Europe/Berlin').slice(11);
  /** A line of one sample each ten minutes with its local time as the value. */
  const lineOf = (from: number, to: number): Track => {
    const track = new Track(600_000);
    for (let time = from; time < to; time += 600_000) track.append(time, Number(localOf(time).replace(':', '')), 0);
    return track;
  };

  // the clock goes forward on 2026-03-29 and back on 2026-10-25, both at 01:00 UTC
  it.each([
    ['spring', Date.UTC(2026, 2, 29, 1)],
    ['autumn', Date.UTC(2026, 9, 25, 1)],
  ])('has the same time of day on both sides of the clock change in %s', (_season, change) => {
    for (const [days, from, to] of [
      [1, change - day / 2, change + day / 2],
      [1, change + day / 2, change + 1.5 * day],
      [1, change + 4 * 3_600_000, change + 6 * 3_600_000],
      [7, change + 2 * day, change + 3 * day],
    ] as const) {
      const by = dayShift(days, 'Europe/Berlin');
      const { end, spanMs } = comparedView({ spanMs: to - from, end: to }, to, by);
      const moved = movedLater(lineOf(end - spanMs, end + 1), by.later);
      const shown = moved.time.flatMap((time, i) => (time >= from && time < to ? [{ time, value: moved.value[i] }] : []));
      for (const { time, value } of shown)
        if (value !== null) expect([days, value]).toEqual([days, Number(localOf(time).replace(':', ''))]);
      const times = shown.map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // at most the hour that one of the days does not have is missing, and it is a gap
      const missing = (to - from) / 600_000 - shown.filter(({ value }) => value !== null).length;
      expect(missing).toBeLessThanOrEqual(6);
      expect(shown.some(({ value }) => value === null)).toBe(missing > 0);
    }
  });

  it('of a shift begins with the last handover, or a shift ago if there was none in it', () => {
    const now = 100 * day;
    const shift = day / 2;
    expect(shiftView(now - 5 * 3_600_000, now, shift).spanMs).toBe(5 * 3_600_000);
    for (const at of [undefined, now - 60_000, now - 3 * day]) expect(shiftView(at, now, shift).spanMs).toBe(shift);
  });
});

describe('a time in a field', () => {
  it('is in the time zone, on both sides of clock changes', () => {
    const winter = Date.UTC(2026, 0, 5, 6, 30);
    expect(localField(winter, 'Europe/Berlin')).toBe('2026-01-05T07:30');
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])
      for (let time = Date.UTC(2026, 2, 27); time < Date.UTC(2026, 2, 31); time += 3_600_000)
        expect(timeOfField(localField(time, zone), zone)).toBe(time);
    // 02:30 comes twice on 2026-10-25, and not at all on 2026-03-29
    expect(timeOfField('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(timeOfField('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(timeOfField('', 'UTC')).toBeNaN();
  });
});
