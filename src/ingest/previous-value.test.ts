import { expect, it } from 'vitest';
import { BatchBuilder } from '../core/batch.ts';
import { observeEvent } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';
import type { WireWriteEvent } from '../core/wire.ts';
import { LatestTable } from './latest.ts';
import { withPreviousValue } from './previous-value.ts';

const ends = { client: '10.0.0.66', server: '10.0.0.1', port: 502, protocol: 'modbus' } as const;
const write = (over: Partial<WireWriteEvent> = {}): WireWriteEvent => ({
  type: 'wire-write',
  time: 5,
  tap: 'tap',
  ends,
  operation: 'FC16',
  target: 'holding 2',
  tag: 0,
  after: 0.3,
  ...over,
});

/** The previous value of a write after the tag was read with a value. */
function previous(value: number, quality: number, over: Partial<WireWriteEvent> = {}): unknown {
  const latest = new LatestTable(1);
  const builder = new BatchBuilder('ua1', 1);
  builder.add(0, value, quality, 1, 1);
  latest.update(builder.publish());
  const observation = withPreviousValue(observeEvent(write(over)), latest);
  return observation.kind === 'event' && observation.event.type === 'wire-write' ? observation.event.before : 'none';
}

it('is the last value that was read', () => {
  expect(previous(1, Quality.Good)).toBe(1);
});

it('is the one that the tap saw, if it saw one', () => {
  expect(previous(1, Quality.Good, { before: 0.9 })).toBe(0.9);
});

it('is unknown if the value is bad, was already read after the write, or belongs to no tag', () => {
  expect(previous(1, Quality.BadOutOfService)).toBeUndefined();
  expect(previous(Math.fround(0.3), Quality.Good)).toBeUndefined();
  expect(previous(1, Quality.Good, { tag: undefined })).toBeUndefined();
});
