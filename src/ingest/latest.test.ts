import { expect, test } from 'vitest';
import { BatchBuilder } from '../core/batch.ts';
import { Quality } from '../core/quality.ts';
import { LatestTable } from './latest.ts';

test('the last sample keeps its age when the clock is set back', () => {
  const latest = new LatestTable(2);
  const batch = new BatchBuilder('plc', 1);
  batch.add(0, 5, Quality.Good, 9_000_000, 9_000_000);
  latest.update(batch.publish());
  latest.clockSet(-3_600_000);
  expect([...latest.receiveTime]).toEqual([5_400_000, Number.NaN]);
  expect([...latest.sourceTime]).toEqual([9_000_000, Number.NaN]);
});
