import { expect, it } from 'vitest';
import { Batch, BatchBuilder } from '../core/batch.ts';
import { isUsable, Quality, qualityName } from '../core/quality.ts';
import { Random } from '../core/random.ts';
import { hasValue, Intake } from '../detector-kit/intake.ts';
import { defaultSourceTimeWindow, SourceTimes } from './source-times.ts';

const now = Date.UTC(2026, 10, 27);
const { pastMs, aheadMs } = defaultSourceTimeWindow;

/** @param rows tag, source time, quality */
function batch(receiveTime: number, ...rows: [number, number, number?][]): Batch {
  const builder = new BatchBuilder('ua1', rows.length);
  for (const [tag, source, quality = 0] of rows) builder.add(tag, 7, quality, source, receiveTime);
  return builder.publish();
}

it('does not change a batch with times within ten years before and a day after their receipt', () => {
  const times = new SourceTimes();
  const right = batch(now, [0, now - pastMs], [1, now + aheadMs], [2, now - 60_000]);
  expect(times.check(right)).toBe(right);
  expect(times.takeReplaced()).toBe(0);
});

it.each([now - pastMs - 1, now + aheadMs + 1, 0, -1, Number.NaN, Number.NEGATIVE_INFINITY, 8e15])(
  'keeps the value of a sample of %s under its receive time, with a quality that can be judged',
  (source) => {
    const times = new SourceTimes();
    const checked = times.check(batch(now, [0, now - 5], [1, source], [1, source, Quality.BadSensorFailure]));
    expect(checked.sourceTime.slice(0, 2)).toEqual(Float64Array.of(now - 5, now));
    expect([...checked.value]).toEqual([7, 7, 7]);
    expect([...checked.quality]).toEqual([Quality.Good, Quality.UncertainTimestamp, Quality.BadSensorFailure]);
    expect(times.takeReplaced()).toBe(2);
    expect(hasValue(checked, 1)).toBe(true);
  },
);

it('names the quality, and distinguishes it from a server’s own uncertain value', () => {
  expect(qualityName(Quality.UncertainTimestamp)).toBe('UncertainTimestamp');
  expect(qualityName(Quality.Uncertain)).toBe('Uncertain');
  expect(isUsable(Quality.Uncertain)).toBe(false);
});

it('keeps samples in order for any times of the device, so that each is judged and none causes a gap', () => {
  const random = new Random(971);
  const last = new Map<number, number>();
  const times = new SourceTimes(defaultSourceTimeWindow, (tag) => last.get(tag) ?? Number.NEGATIVE_INFINITY);
  const intake = new Intake([1_000, 1_000]);
  let gaps = 0;
  for (let i = 0; i < 2_000; i++) {
    const received = now + i * 500;
    const year = (): number => (random.integer(0, 3) === 0 ? random.integer(1971, 2014) : random.integer(2029, 9970));
    const far = (): number => Date.UTC(year(), random.integer(0, 11), random.integer(1, 28));
    const checked = times.check(batch(received, [0, far()], [1, far()], [0, far()], [0, far()]));
    for (let row = 0; row < checked.length; row++) {
      const tag = checked.tag[row] as number;
      const time = checked.sourceTime[row] as number;
      expect(time).toBeGreaterThan(last.get(tag) ?? Number.NEGATIVE_INFINITY);
      expect(time - received).toBeLessThan(1);
      last.set(tag, time);
      expect(intake.admit(tag, checked, row)).toBe(true);
      if (i > 0 && intake.gap) gaps++;
    }
  }
  expect(gaps).toBe(0);
});

it('keeps texts and other columns of a batch', () => {
  const builder = new BatchBuilder('ua1', 1);
  builder.addText(0, 'AUTO', 3, 0, 0, now);
  const checked = new SourceTimes().check(builder.publish());
  expect([...checked.texts]).toEqual([[0, 'AUTO']]);
  expect(checked.receiveTime[0]).toBe(now);
});
