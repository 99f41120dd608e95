import { expect, it } from 'vitest';
import type { Observation } from '../../../src/core/observation.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { batchOf, tagOf } from '../../support/detectors.ts';
import { BlockedReplies } from './blocked-replies.ts';

const tags = new TagTable([tagOf('T1.LT', { device: 'rtu2' }), tagOf('T2.LT', { device: 'rtu2' })]);
const shown = (observations: readonly Observation[]): readonly string[] =>
  observations.map((one) =>
    one.kind === 'event' && one.event.type === 'device' ? `${one.event.device} ${one.event.state}` : one.kind,
  );

it('drops the values of a blocked controller, reports it down after its timeouts, and up with the next value', () => {
  const blocked = new BlockedReplies(tags, 10);
  const value = batchOf([{ tag: 0, time: 30_000, value: 2 }], 'rtu2');
  expect(shown(blocked.arrivals(value))).toEqual(['batch']);
  blocked.block('rtu2', 0);
  expect(blocked.arrivals(value)).toEqual([]);
  expect(blocked.until(19_000)).toEqual([]);
  expect(shown(blocked.until(20_000))).toEqual(['rtu2 down', 'batch']);
  expect(blocked.until(21_000)).toEqual([]);
  expect(blocked.arrivals(value)).toEqual([]);
  blocked.release();
  expect(shown(blocked.arrivals(value))).toEqual(['rtu2 up', 'batch']);
  expect(shown(blocked.arrivals(value))).toEqual(['batch']);
});
