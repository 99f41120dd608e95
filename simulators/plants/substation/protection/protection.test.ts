import { describe, expect, it } from 'vitest';
import { act, plantAt, register, truth } from '../testing.ts';
import { initialRelay, stepInverse, tripTime } from './overcurrent.ts';

describe('the inverse-time curves', () => {
  it.each([
    [0, [1.0, 0.43, 0.3, 0.23]],
    [1, [1.35, 0.34, 0.15, 0.07]],
    [2, [2.67, 0.33, 0.08, 0.02]],
  ])('curve %d trips after the times of IEC 60255-151 at 2, 5, 10 and 20 times its setting', (curve, times) => {
    [2, 5, 10, 20].forEach((multiple, i) => expect(tripTime(curve, 0.1, multiple)).toBeCloseTo(times[i] ?? 0, 1));
  });

  it('trip within one scan of the curve, never at the setting, and reset in ten seconds', () => {
    for (const multiple of [1.5, 3, 7.6, 12]) {
      const relay = initialRelay();
      let scans = 0;
      while (!stepInverse(relay, multiple, 0, 0.1, 0.01)) scans++;
      expect(Math.abs((scans + 1) * 0.01 - tripTime(0, 0.1, multiple))).toBeLessThanOrEqual(0.0101);
    }
    const relay = initialRelay();
    for (let scan = 0; scan < 10_000; scan++) expect(stepInverse(relay, 1, 0, 0.1, 0.01)).toBe(false);
    stepInverse(relay, 5, 0, 0.1, 0.2);
    const before = relay.travelled;
    stepInverse(relay, 0, 0, 0.1, 1);
    expect(before - relay.travelled).toBeCloseTo(0.1, 9);
  });
});

describe('a fault at the end of a feeder', () => {
  it('is cleared by its relay alone after 0.34 s, and a transient one ends with the reclose', () => {
    const plant = plantAt(10);
    act(plant, 'line-fault', 1);
    plant.step(3);
    expect(register(plant, 'F1.TRIPC')).toBe(1);
    expect(Math.abs(register(plant, 'F1.LASTT') - 340)).toBeLessThanOrEqual(20);
    expect(Math.abs(register(plant, 'F1.LASTI') - 2420)).toBeLessThan(80);
    expect(truth(plant, 'QF1')).toBe(1);
    expect(truth(plant, 'feeder1.power')).toBeGreaterThan(2);
    for (const name of ['QF2', 'QF3', 'QF4', 'QT1L', 'QT2L', 'QG1']) expect(truth(plant, name), name).toBe(1);
    // the first-out code stays for ten minutes after a reclose too
    plant.step(570);
    expect(register(plant, 'RTU1.FO')).toBe(1);
    plant.step(60);
    expect(register(plant, 'RTU1.FO')).toBe(0);
  });

  it('locks the breaker out after one reclose if it stays', () => {
    const plant = plantAt(10);
    act(plant, 'line-broken', 2);
    plant.step(6);
    expect(register(plant, 'F2.TRIPC')).toBe(2);
    expect(register(plant, 'QF2.POS')).toBe(0);
    expect(register(plant, 'QF2.OPN')).toBe(1);
    expect(register(plant, 'QF2.TRIP')).toBe(1);
    expect(register(plant, 'QF2.CMD')).toBe(0);
    expect(truth(plant, 'QT1L')).toBe(1);
  });

  it('is cleared by the breakers of its busbar if its own one is stuck', () => {
    const plant = plantAt(10);
    act(plant, 'breaker-stuck', 5);
    act(plant, 'line-broken', 1);
    plant.step(3);
    expect(truth(plant, 'QT1L')).toBe(0);
    expect(truth(plant, 'QC')).toBe(0);
    expect(truth(plant, 'busA.voltage')).toBe(0);
    expect(truth(plant, 'busB.voltage')).toBeGreaterThan(0.9);
  });
});

describe('a fault on a busbar', () => {
  it('is cleared by the incomers after one second', () => {
    const plant = plantAt(10);
    act(plant, 'bus-fault', 0);
    plant.step(1);
    expect(truth(plant, 'QT1L') + truth(plant, 'QT2L')).toBeGreaterThan(0);
    plant.step(1);
    expect(truth(plant, 'QT1L') + truth(plant, 'QT2L')).toBe(0);
    expect(truth(plant, 'station.firstOut')).toBe(2);
  });
});
