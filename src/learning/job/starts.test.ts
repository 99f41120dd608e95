import { expect, it } from 'vitest';
import { batchOf, tagOf } from '../../../test/support/detectors.ts';
import { Quality } from '../../core/quality.ts';
import { TagTable } from '../../core/tag.ts';
import { Starts } from './starts.ts';

const tags = new TagTable([tagOf('LT01'), tagOf('LT02', { scanMs: 10_000 }), tagOf('LT03', { device: 'PLC-2' })]);

/** Seconds of the polls of a device that are learned. */
function learned(starts: Starts, seconds: readonly number[], device = 'PLC-1', quality: number = Quality.Good): number[] {
  const tag = device === 'PLC-1' ? 0 : 2;
  return seconds.filter((s) => {
    const poll = batchOf([{ tag, time: 1_000 * s, value: 2, quality }], device);
    return starts.withoutStart(poll).quality[0] !== Quality.BadOutOfService;
  });
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

it('skips the first minute of a recording, and of each return of a device after three of its slowest scans', () => {
  const starts = new Starts(tags);
  expect(learned(starts, range(0, 100))).toEqual(range(60, 100));
  expect(learned(starts, range(129, 200))).toEqual(range(129, 200));
  expect(starts.count).toBe(1);
  expect(learned(starts, range(231, 331))).toEqual(range(291, 331));
  expect(starts.count).toBe(2);
});

it('treats a device with bad values only as away, without effect on other devices', () => {
  const starts = new Starts(tags);
  learned(starts, range(0, 100));
  expect(learned(starts, range(0, 100), 'PLC-2')).toEqual(range(60, 100));
  learned(starts, range(100, 140), 'PLC-1', Quality.BadTimeout);
  expect(learned(starts, range(140, 240))).toEqual(range(200, 240));
  expect(learned(starts, range(100, 103), 'PLC-2')).toEqual(range(100, 103));
  expect(starts.count).toBe(3);
});

it('returns ordinary batches unchanged', () => {
  const starts = new Starts(tags);
  learned(starts, [0]);
  const poll = batchOf([{ tag: 0, time: 70_000, value: 2 }]);
  learned(starts, range(1, 70));
  expect(starts.withoutStart(poll)).toBe(poll);
});
