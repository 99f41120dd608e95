import { describe, expect, it } from 'vitest';
import { Quality } from '../../../../../src/core/quality.ts';
import { simulatedMark } from '../state/simulated-mark.ts';
import { lastShown, movedLater, statistics, Track, valueAt } from './track.ts';

const series = (points: readonly (readonly [number, number])[], spanMs = 0) => ({
  spanMs,
  time: points.map(([time]) => time),
  value: points.map(([, value]) => value),
  low: points.map(([, value]) => value - (spanMs > 0 ? 1 : 0)),
  high: points.map(([, value]) => value + (spanMs > 0 ? 1 : 0)),
  quality: points.map(() => 0),
});

describe('a track', () => {
  it('continues with live samples at the end of stored ones, without duplicates', () => {
    const track = new Track(1000);
    track.append(3000, 3, 0);
    track.append(4000, 4, 0);
    track.load(
      series([
        [1000, 1],
        [2000, 2],
        [3000, 3],
      ]),
    );
    expect(track.time).toEqual([1000, 2000, 3000, 4000]);
    expect(track.append(4000, 9, 0)).toBe(false);
    expect(track.append(5000, 5, 0)).toBe(true);
    expect(track.last).toBe(5000);
  });

  it('keeps the end of the samples that were simulated before the first start of a lab', () => {
    const track = new Track(1000);
    const stored = series([
      [1000, 1],
      [2000, 2],
      [3000, 3],
    ]);
    track.load({ ...stored, quality: [Quality.UncertainSimulatedValue, Quality.UncertainSimulatedValue, 0] });
    expect(track.value).toEqual([1, 2, null, 3]);
    const begun = new Track(1000);
    begun.load({ ...stored, quality: [1, 1, 1].map(() => Quality.UncertainSimulatedValue) });
    begun.append(4000, 4, 0);
    begun.append(5000, 5, 0);
    expect(begun.value).toEqual([1, 2, 3, null, 4, 5]);
    const mark = (from: number, to: number) => simulatedMark({ pens: [{ track }, { track: undefined }], from, to });
    expect(mark(0, 4000)).toEqual([{ time: 2000, text: 'Simulated before', above: true }]);
    expect(mark(0, 1500)).toEqual([{ time: 1500, text: 'Simulated before', above: true }]);
    expect(mark(2000, 4000)).toEqual([]);
    expect(simulatedMark({ pens: [{ track }], from: 0, to: 4000, caption: false })).toEqual([
      { time: 2000, text: '', above: true },
    ]);
    track.load(stored);
    expect(track.value).toEqual([1, 2, 3]);
    expect(mark(0, 4000)).toEqual([]);
  });

  it('breaks at bad quality and missing samples', () => {
    const track = new Track(1000);
    track.append(1000, 1, 0);
    track.append(2000, 0, Quality.BadTimeout);
    track.append(3000, 3, 0);
    track.append(60_000, 4, 0);
    expect(track.value).toEqual([1, null, 3, null, 4]);
  });

  it('keeps the lowest and the highest value of spans', () => {
    const track = new Track(1000);
    track.load(
      series(
        [
          [0, 5],
          [60_000, 7],
        ],
        60_000,
      ),
    );
    expect(track.time).toEqual([0, 30_000, 60_000, 90_000]);
    expect(track.value).toEqual([4, 6, 6, 8]);
  });

  it('restarts when a lab was reset', () => {
    const track = new Track(1000);
    for (const time of [100_000, 200_000, 300_000]) track.append(time, 1, 0);
    track.append(150_000, 2, 0);
    expect(track.time.at(-1)).toBe(150_000);
    expect(track.time).not.toContain(200_000);
  });

  it('has its last value at its own time, before a gap and within the window', () => {
    const track = new Track(1000);
    track.append(1000, 1, 0);
    track.append(2000, 2, 0);
    track.append(3000, 0, Quality.BadTimeout);
    expect(lastShown(track, 9000)).toEqual({ time: 2000, value: 2 });
    expect(lastShown(track, 1500)).toEqual({ time: 1000, value: 1 });
    expect(lastShown(track, 500)).toBeUndefined();
  });

  it('is moved to a later time with its gaps, for a comparison', () => {
    const track = new Track(1000);
    track.append(1000, 1, 0);
    track.append(60_000, 4, 0);
    const moved = movedLater(track, (time) => time + 86_400_000);
    expect(moved.time).toEqual(track.time.map((time) => time + 86_400_000));
    expect(moved.value).toEqual([1, null, 4]);
    expect(track.time[0]).toBe(1000);
  });

  it('drops points outside of its window except the last one before it', () => {
    const track = new Track(1000);
    for (let i = 0; i < 1000; i++) track.append(i * 1000, i, 0);
    track.trim(900_000);
    expect(track.time[0]).toBe(899_000);
  });

  it('computes statistics of the visible part', () => {
    const track = new Track(1000);
    for (const [time, value] of [
      [1000, 5],
      [2000, 7],
      [4000, 6],
    ] as const) {
      track.append(time, value, 0);
    }
    expect(statistics(track, 1000, 4000)).toEqual({ low: 5, high: 7, count: 3, largestGapMs: 2000 });
    expect(statistics(track, 9000, 9900).low).toBeNaN();
    expect(valueAt(track, 500)).toBeNull();
    expect(valueAt(track, 2500)).toBe(7);
  });
});
