import { describe, expect, it } from 'vitest';
import type { Reactor } from './plant.ts';
import { at, points } from './points/index.ts';
import { act, byHand, massMissing, plantAt, register, secondsUntil, truth, write } from './testing.ts';

const rows = (plant: Reactor, seconds: number): number[][] =>
  Array.from({ length: seconds }, () => {
    plant.step(1);
    return Array.from(plant.registers);
  });

describe('a new plant', () => {
  it('holds its set-points', () => {
    const plant = plantAt(10);
    expect(plant.time).toBe(Date.UTC(2026, 4, 5, 10));
    expect(Math.abs(register(plant, 'R1.PT01A') - 2705)).toBeLessThan(30);
    expect(Math.abs(register(plant, 'R1.TT01A') - 120.4)).toBeLessThan(0.2);
    expect([register(plant, 'SIS.TRIP'), register(plant, 'SIS.KEY'), register(plant, 'K1.RUN')]).toEqual([0, 0, 1]);
    expect(Math.abs(register(plant, 'PRD.RATE') - 22.95)).toBeLessThan(1.5);
    expect(register(plant, 'PRD.COST')).toBeGreaterThan(100);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('has warmer water in summer than in winter, whatever its date', () => {
    const [winter, summer] = [plantAt(10, { season: 20 }), plantAt(10, { season: 210 })];
    expect(truth(summer, 'water.temperature')).toBeGreaterThan(truth(winter, 'water.temperature') + 2);
  });
});

describe('an ordinary day', () => {
  it('closes its mass within a gram, and stays inside its limits', () => {
    const plant = plantAt(0, { life: 'calibration', seed: 2 });
    const before = plant.truth();
    const seen = { pressure: 0, temperature: 0, low: 100, high: 0 };
    for (let minute = 0; minute < 24 * 60; minute++) {
      plant.step(60);
      const now = plant.truth();
      seen.pressure = Math.max(seen.pressure, now['reactor.pressure'] ?? 9e9);
      seen.temperature = Math.max(seen.temperature, Math.abs((now['reactor.temperature'] ?? 0) - 120.4));
      for (const vessel of ['separator', 'stripper']) {
        seen.low = Math.min(seen.low, now[`${vessel}.level`] ?? 0);
        seen.high = Math.max(seen.high, now[`${vessel}.level`] ?? 100);
      }
    }
    expect(Math.abs(massMissing(plant, before))).toBeLessThan(1e-3);
    expect(truth(plant, 'mass.fed') - (before['mass.fed'] ?? 0)).toBeGreaterThan(3e5);
    expect(truth(plant, 'safety.tripped')).toBe(0);
    expect(seen.pressure).toBeLessThan(2895);
    expect(seen.temperature).toBeLessThan(1);
    expect(seen.low).toBeGreaterThan(40);
    expect(seen.high).toBeLessThan(60);
  }, 600_000);
});

describe('save and restore', () => {
  it('continues bit for bit through JSON: hot, in a shut-down, and with falsified signals', () => {
    const plant = plantAt(10, { life: 'calibration', seed: 5 });
    plant.act({ type: 'replay', points: ['R1.PT01A', 'S1.PT'], lengthS: 100 });
    plant.act({ type: 'sensor-bias', point: 'C1.TT', offset: 0.2, driftPerHour: 0.1 });
    plant.act({ type: 'sensor-stuck', point: 'R1.TT01C', value: 999 });
    act(plant, 'rate-change', 5);
    byHand(plant, 'TIC02', 0);
    plant.step(200);
    const text = JSON.stringify(plant.save());
    const expected = rows(plant, 600);
    expect(truth(plant, 'safety.tripped')).toBe(1);
    const other = plantAt(3, { life: 'calibration', seed: 9 });
    other.restore(JSON.parse(text));
    expect(other.failed[at('R1.TT01C')]).toBe(1);
    expect(rows(other, 600)).toEqual(expected);
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });
});

describe('command, actuator and feedback', () => {
  it('are apart: a valve needs some seconds, and its feedback is a sensor', () => {
    const plant = plantAt(10);
    write(plant, 'XV05.CMD', 40);
    plant.step(3);
    expect(register(plant, 'XV05.CMD')).toBe(40);
    expect(truth(plant, 'valve.XV05')).toBeLessThan(32);
    plant.step(40);
    expect(Math.abs(register(plant, 'XV05.FB') - 40)).toBeLessThan(1);
  });

  it('hold a valve that sticks until its command has moved far enough', () => {
    const plant = plantAt(10);
    act(plant, 'valve-sticks', 6);
    const before = truth(plant, 'valve.XV10');
    byHand(plant, 'TIC02', Math.round(before) + 4);
    plant.step(20);
    expect(Math.abs(truth(plant, 'valve.XV10') - before)).toBeLessThan(0.5);
    act(plant, 'valve-service');
    plant.step(20);
    expect(truth(plant, 'valve.XV10')).toBeGreaterThan(before + 3);
  });
});

describe('the process PLC', () => {
  it('takes an output that an operator enters in manual mode, and returns without a bump', () => {
    const plant = plantAt(10);
    const before = register(plant, 'LIC03.OP');
    byHand(plant, 'LIC03', Math.round(before) + 3);
    plant.step(30);
    expect(register(plant, 'LIC03.OP')).toBe(Math.round(before) + 3);
    write(plant, 'LIC03.MODE', 1);
    plant.step(1);
    expect(Math.abs(register(plant, 'LIC03.OP') - before - 3)).toBeLessThan(4);
  });

  it('feeds A and C forward with D and E: +10 % production over four hours is no disturbance', () => {
    const plant = plantAt(10);
    act(plant, 'rate-change', 10);
    plant.step(5 * 3600);
    expect([truth(plant, 'safety.tripped'), register(plant, 'FT101.SP')]).toEqual([0, Math.round(1.1 * 3661)]);
    expect(truth(plant, 'feed.ac')).toBeGreaterThan(9.9);
    expect(truth(plant, 'reactor.pressure')).toBeLessThan(2895);
  });

  it('opens the purge further at 2850 kPa', () => {
    const plant = plantAt(10);
    const before = register(plant, 'FT109.SP');
    plant.act({ type: 'sensor-stuck', point: 'R1.PT01A', value: 2870 });
    plant.step(5);
    expect(register(plant, 'FT109.SP')).toBeGreaterThan(before + 0.4);
  });

  it('keeps its outputs while a program is downloaded by a work order', () => {
    const plant = plantAt(10);
    const sum = register(plant, 'PLC1.SUM');
    act(plant, 'program-download', 3);
    plant.step(30);
    const held = register(plant, 'XV08.CMD');
    expect(register(plant, 'PLC1.MODE')).toBe(2);
    plant.step(30);
    expect(register(plant, 'XV08.CMD')).toBe(held);
    plant.step(60);
    expect([register(plant, 'PLC1.MODE'), register(plant, 'PLC1.SUM') !== sum]).toEqual([1, true]);
    plant.step(1800);
    expect(truth(plant, 'safety.tripped')).toBe(0);
  });

  it('keeps running the compressor when it restarts', () => {
    const plant = plantAt(10);
    plant.restart('plc1');
    plant.step(120);
    expect([register(plant, 'K1.RUN'), truth(plant, 'safety.tripped')]).toEqual([1, 0]);
  });
});

describe('the safety system', () => {
  it('votes two of three: one transmitter alone neither trips nor prevents a trip', () => {
    const plant = plantAt(10);
    plant.act({ type: 'sensor-stuck', point: 'SIS.P1', value: 3400 });
    plant.step(60);
    expect([register(plant, 'SIS.TRIP'), register(plant, 'SIS.DISC')]).toEqual([0, 1]);
    plant.act({ type: 'sensor-stuck', point: 'SIS.P1', value: 2700 });
    act(plant, 'compressor-trip');
    expect(secondsUntil(plant, () => register(plant, 'SIS.TRIP') === 1, 600)).toBeLessThan(240);
  });

  it('is tested by a work order: 25 minutes with its key at PROGRAM, then as before', () => {
    const plant = plantAt(10);
    act(plant, 'safety-test');
    plant.step(400);
    expect([register(plant, 'SIS.KEY'), register(plant, 'SIS.BYP'), register(plant, 'SIS.HALT')]).toEqual([1, 1, 1]);
    plant.step(1200);
    expect(['KEY', 'BYP', 'HALT', 'TRIP'].map((name) => register(plant, `SIS.${name}`))).toEqual([0, 0, 0, 0]);
    expect(register(plant, 'SIS.PTRIP')).toBe(3000);
  });

  it('stays tripped until people start the section again', () => {
    const plant = plantAt(10);
    act(plant, 'compressor-trip');
    plant.step(300);
    expect(register(plant, 'SIS.TRIP')).toBe(1);
    const before = plant.truth();
    act(plant, 'recover');
    plant.step(1800);
    expect([register(plant, 'SIS.TRIP'), register(plant, 'SIS.FIRST')]).toEqual([0, 0]);
    expect(Math.abs(truth(plant, 'reactor.temperature') - 120.4)).toBeLessThan(1);
    expect(Math.abs(massMissing(plant, before))).toBeLessThan(1e-6);
  });
});

describe('the analysers', () => {
  it('report twelve minutes later, in steps, and hold their results in a validation', () => {
    const plant = plantAt(10);
    act(plant, 'feed-shift', 8);
    const values = rows(plant, 600).map((row) => row[at('AT201.A')]);
    expect(new Set(values).size).toBeLessThanOrEqual(3);
    act(plant, 'analyser-validation', 1);
    const held = register(plant, 'AT201.A');
    plant.step(1500);
    expect(register(plant, 'AT201.A')).toBe(held);
    plant.step(1200);
    expect(register(plant, 'AT201.A')).not.toBe(held);
  });
});

describe('the sensors', () => {
  it('mark a failed transmitter, and keep the noise of others', () => {
    const [a, b] = [plantAt(10), plantAt(10)];
    b.act({ type: 'sensor-stuck', point: 'AUX.N2', value: -500 });
    const [x, y] = [rows(a, 60), rows(b, 60)];
    expect(b.failed[at('AUX.N2')]).toBe(1);
    const others = points.flatMap(({ name }, i) => (name === 'AUX.N2' ? [] : [i]));
    for (const i of others) expect(y.map((row) => row[i])).toEqual(x.map((row) => row[i]));
  });
});
