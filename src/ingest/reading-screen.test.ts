import { expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { BatchBuilder } from '../core/batch.ts';
import { observeEvent } from '../core/observation.ts';
import { Quality } from '../core/quality.ts';
import { TagTable } from '../core/tag.ts';
import type { TagReading } from '../core/wire.ts';
import { LatestTable } from './latest.ts';
import { ReadingScreen } from './reading-screen.ts';

const tags = new TagTable([tagOf('LEVEL', { range: { low: 0, high: 10 }, decimals: 3 }), tagOf('RUN', { kind: 'discrete' })]);

function screening() {
  const latest = new LatestTable(2);
  const screen = new ReadingScreen(tags, latest, ['10.0.0.2']);
  const poll = (level: number, run = 1, quality: number = Quality.Good): void => {
    const builder = new BatchBuilder('plc1', 2);
    builder.add(0, level, quality, 1, 1);
    builder.add(1, run, quality, 1, 1);
    latest.update(builder.publish());
  };
  const pass = (second: number, readings: readonly TagReading[], client = '10.0.0.5'): readonly TagReading[] => {
    const ends = { client, server: '10.0.0.1', port: 502, protocol: 'modbus', device: 'plc1' } as const;
    const passed = screen.screen(
      observeEvent({ type: 'wire-readings', time: second * 1_000, tap: 't', ends, operation: 'FC3', readings }),
    );
    return passed?.kind === 'event' && passed.event.type === 'wire-readings' ? passed.event.readings : [];
  };
  return { screen, poll, pass };
}
const level = (value: number): TagReading => ({ tag: 0, value });
const run = (value: number): TagReading => ({ tag: 1, value });

it('passes the first reading of a client, and then one in a minute while it equals the value of the monitor', () => {
  const { poll, pass } = screening();
  poll(5);
  const passed = Array.from({ length: 150 }, (_, second) => pass(second, [level(5.04), run(1)]).length);
  expect(passed.flatMap((count, second) => (count === 2 ? [second] : []))).toEqual([0, 60, 120]);
  expect(passed.reduce((sum, count) => sum + count, 0)).toBe(6);
});

it('passes every reading that differs, and the next one after it', () => {
  const { poll, pass } = screening();
  poll(5);
  pass(0, [level(5), run(1)]);
  expect(pass(1, [level(5.2), run(1)])).toEqual([level(5.2)]);
  expect(pass(2, [level(5.2), run(0)])).toEqual([level(5.2), run(0)]);
  expect(pass(3, [level(5), run(1)])).toEqual([level(5), run(1)]);
  expect(pass(4, [level(5), run(1)])).toEqual([]);
});

it('omits the traffic of the monitor, and compares with no bad value', () => {
  const { screen, poll, pass } = screening();
  poll(5, 1, Quality.BadTimeout);
  expect(pass(0, [level(9)], '10.0.0.2')).toEqual([]);
  expect(pass(1, [level(9)])).toEqual([level(9)]);
  expect(pass(2, [level(9)])).toEqual([]);
  const tick = observeEvent({ type: 'tick', time: 3 });
  expect(screen.screen(tick)).toBe(tick);
});
