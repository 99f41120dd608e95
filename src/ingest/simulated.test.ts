import { expect, it } from 'vitest';
import { batchOf, tableOf } from '../../test/support/samples.ts';
import { Quality } from '../core/quality.ts';
import { withoutSimulated } from './simulated.ts';

const tags = tableOf({ plc: ['A', 'B'] });

it('removes simulated samples from a batch and keeps the others', () => {
  const batch = batchOf(tags, 'plc', [
    { tag: 'A', time: 1, value: 1, quality: Quality.UncertainSimulatedValue },
    { tag: 'B', time: 2, value: 2, quality: Quality.BadTimeout, received: 5 },
    { tag: 'A', time: 3, value: 0, text: 'on' },
  ]);
  const { device, length, tag, value, quality, sourceTime, receiveTime, texts } = withoutSimulated(batch);
  expect([device, length, ...texts]).toEqual(['plc', 2, [1, 'on']]);
  expect([[...tag], [...value], [...quality]]).toEqual([
    [1, 0],
    [2, 0],
    [Quality.BadTimeout, Quality.Good],
  ]);
  expect([[...sourceTime], [...receiveTime]]).toEqual([
    [2, 3],
    [5, 3],
  ]);
});

it('returns a batch without simulated samples itself', () => {
  const batch = batchOf(tags, 'plc', [{ tag: 'A', time: 1, value: 1 }]);
  expect(withoutSimulated(batch)).toBe(batch);
});
