// Long because a million conversations must exceed the tables of the meter many times.
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { WireEnds } from '../../../src/core/wire.ts';
import type { WireMessage } from '../decoder.ts';
import { TrafficMeter } from './index.ts';

const request = (operation: string, low: number, high: number, unit: number): WireMessage => ({
  from: 'client',
  kind: 'request',
  operation,
  unit,
  low,
  high,
});

describe('a meter', () => {
  it('holds no more after a million random conversations than with full tables', () => {
    const random = new Random(1);
    let told = 0;
    const tap = new TrafficMeter({ tap: 'span', periodMs: 1_000 }, () => told++);
    const sizes: number[] = [];
    for (let i = 0; i < 1_000_000; i++) {
      const at = { time: i / 10, number: i + 1 };
      const between: WireEnds = {
        client: `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(0, 255)}`,
        server: `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(0, 255)}`,
        port: random.integer(0, 65_535),
        protocol: 'modbus',
      };
      tap.packet(between, 'client', 66, at);
      tap
        .reportFor(between)
        .message(request(`FC${random.integer(0, 127)}`, random.integer(0, 60_000), 60_001, random.integer(0, 255)), at);
      if (i % 7 === 0) tap.reportFor(between).fault({ fault: 'malformed', operation: '', detail: `at ${i}` }, at);
      if (i % 11 === 0) tap.connection(between, 'refused', at);
      if (i % 10_000 === 9_999) tap.flush(at.time);
      if (i % 250_000 === 249_999) sizes.push(tap.size);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384 + 4_096 + 32_768 + 16_384 + 2 * 4_096);
    expect(told).toBeLessThan(1_000_000);
    expect(tap.counts().forgotten).toBeGreaterThan(0);
  });
});
