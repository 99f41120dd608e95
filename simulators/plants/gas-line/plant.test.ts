import { describe, expect, it } from 'vitest';
import type { GasLine } from './plant.ts';
import { at, points } from './points/index.ts';
import { act, massMissing, plantAt, register, secondsUntil, truth, write } from './testing.ts';

const rows = (plant: GasLine, seconds: number): number[][] =>
  Array.from({ length: seconds }, () => {
    plant.step(1);
    return Array.from(plant.registers);
  });

describe('a new plant', () => {
  it('holds 6.3 MPa with two units, far from surge', () => {
    const plant = plantAt(10);
    expect(plant.time).toBe(Date.UTC(2026, 4, 5, 10));
    expect(Math.abs(register(plant, 'ST.PD') - 6.3)).toBeLessThan(0.1);
    expect([register(plant, 'K1.STATE'), register(plant, 'K2.STATE'), register(plant, 'K3.STATE')]).toEqual([7, 7, 0]);
    expect(register(plant, 'K1.SIG')).toBeGreaterThan(1.1);
    expect(Math.abs(register(plant, 'LK.PACK') - truth(plant, 'mass.stored') / 1000)).toBeLessThan(40);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('delivers more in winter than in summer, whatever its date', () => {
    const [winter, summer] = [plantAt(10, { season: 20 }), plantAt(10, { season: 210 })];
    expect(truth(winter, 'gate1.demand')).toBeGreaterThan(1.2 * truth(summer, 'gate1.demand'));
    expect(truth(winter, 'air.temperature')).toBeLessThan(truth(summer, 'air.temperature') - 8);
  });
});

describe('an ordinary day', () => {
  it('closes its mass within a gram, and stays inside its limits', () => {
    const plant = plantAt(0, { life: 'calibration', seed: 2 });
    const before = plant.truth();
    const seen = { margin: 9, low: 9, high: 0, gate: 9, power: 0, balance: 0, three: 0 };
    for (let minute = 0; minute < 24 * 60; minute++) {
      plant.step(60);
      const now = plant.truth();
      for (const n of [1, 2, 3]) {
        if (now[`unit${n}.state`] !== 7) continue;
        seen.margin = Math.min(seen.margin, now[`unit${n}.margin`] ?? 0);
        seen.power = Math.max(seen.power, now[`unit${n}.power`] ?? 9);
      }
      seen.low = Math.min(seen.low, now['station.suction'] ?? 0);
      seen.high = Math.max(seen.high, now['station.discharge'] ?? 9);
      seen.gate = Math.min(seen.gate, now['gate3.pressure'] ?? 0);
      seen.balance = Math.max(seen.balance, Math.abs(register(plant, 'LK.BAL')));
      if (register(plant, 'ST.NREQ') === 3) seen.three++;
    }
    expect(Math.abs(massMissing(plant, before))).toBeLessThan(1e-3);
    expect(truth(plant, 'mass.supplied') - (before['mass.supplied'] ?? 0)).toBeGreaterThan(5e6);
    expect(truth(plant, 'surges.total') + truth(plant, 'trips.total')).toBe(0);
    expect(seen.margin).toBeGreaterThan(1.09);
    expect(seen.power).toBeLessThan(2.6);
    expect(seen.low).toBeGreaterThan(3.7);
    expect(seen.high).toBeLessThan(6.6);
    expect(seen.gate).toBeGreaterThan(4.8);
    expect(seen.balance).toBeLessThan(12);
    // the third unit runs in the peaks and stands in the night
    expect(seen.three).toBeGreaterThan(60);
    expect(seen.three).toBeLessThan(20 * 60);
  }, 600_000);
});

describe('save and restore', () => {
  it('continues bit for bit through JSON: during surge, a start, and with falsified signals', () => {
    const plant = plantAt(10, { life: 'calibration', seed: 5 });
    plant.act({ type: 'replay', points: ['G2.FT', 'ST.PS'], lengthS: 100 });
    plant.act({ type: 'sensor-bias', point: 'ST.PD', offset: 0.02, driftPerHour: 0.1 });
    plant.act({ type: 'sensor-stuck', point: 'K1.TB2', value: 999 });
    write(plant, 'K3.CMD', 1);
    write(plant, 'K1.ASMODE', 0);
    write(plant, 'K1.NMODE', 0);
    write(plant, 'K1.NMAN', 6650);
    plant.step(50);
    const text = JSON.stringify(plant.save());
    const expected = rows(plant, 600);
    expect(truth(plant, 'unit1.surges')).toBeGreaterThan(0);
    const other = plantAt(3, { life: 'calibration', seed: 9 });
    other.restore(JSON.parse(text));
    expect(other.failed[at('K1.TB2')]).toBe(1);
    expect(rows(other, 600)).toEqual(expected);
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });
});

describe('command, actuator and feedback', () => {
  it('are apart: a line valve needs half a minute, and its contact follows', () => {
    const plant = plantAt(10);
    write(plant, 'LV4.CMD', 0);
    plant.step(5);
    expect([register(plant, 'LV4.POS'), truth(plant, 'valve.LV4') > 0.7]).toEqual([0, true]);
    plant.step(30);
    expect(truth(plant, 'valve.LV4')).toBe(0);
  });

  it('start a unit in six minutes, and stop it without a surge', () => {
    const plant = plantAt(10);
    const starts = register(plant, 'K3.STARTS');
    write(plant, 'K3.CMD', 1);
    plant.step(80);
    expect(register(plant, 'K3.STATE')).toBe(2);
    expect(secondsUntil(plant, () => register(plant, 'K3.STATE') === 7, 400)).toBeLessThan(270);
    expect(register(plant, 'K3.STARTS')).toBe(starts + 1);
    write(plant, 'K1.CMD', 0);
    expect(secondsUntil(plant, () => register(plant, 'K1.STATE') === 0, 400)).toBeLessThan(200);
    plant.step(60);
    expect([register(plant, 'K1.RUN'), register(plant, 'K1.READY')]).toEqual([0, 1]);
    expect(truth(plant, 'surges.total')).toBe(0);
  });

  it('trip a unit with a first cause until it is reset', () => {
    const plant = plantAt(10);
    act(plant, 'unit-trip', 2);
    plant.step(5);
    expect([register(plant, 'K2.TRIP'), register(plant, 'K2.FIRST'), register(plant, 'K2.CMD')]).toEqual([1, 3, 0]);
    write(plant, 'K2.CMD', 1);
    plant.step(5);
    expect(register(plant, 'K2.STATE')).toBe(10);
    write(plant, 'K2.RST', 1);
    plant.step(2);
    expect([register(plant, 'K2.TRIP'), register(plant, 'K2.STATE') > 0, register(plant, 'K2.RST')]).toEqual([0, true, 0]);
  });

  it('keep the valves during a restart of the station PLC, which stops the units', () => {
    const plant = plantAt(10);
    plant.restart('plc1');
    plant.step(300);
    expect([register(plant, 'SV2.POS'), register(plant, 'LV1.POS')]).toEqual([1, 1]);
    expect([register(plant, 'K1.RUN'), register(plant, 'K2.RUN')]).toEqual([0, 0]);
    expect(register(plant, 'ST.BYP')).toBe(0);
  });
});

describe('the controllers', () => {
  it('prevent surge for any set-point, and when the discharge valve closes', () => {
    const plant = plantAt(10);
    for (const setpoint of [5, 8, 5.6, 7.2, 6.3]) {
      write(plant, 'ST.PSP', setpoint);
      plant.step(240);
    }
    write(plant, 'SV2.CMD', 0);
    plant.step(300);
    expect(truth(plant, 'surges.total')).toBe(0);
    expect(truth(plant, 'unit1.asv')).toBeGreaterThan(40);
  });

  it('close a line valve by its line-break detection, but only at a fast fall', () => {
    const plant = plantAt(10);
    act(plant, 'leak', 60);
    plant.step(600);
    const broken = (): number => [4, 5, 6, 7].reduce((sum, n) => sum + truth(plant, `break.LV${n}`), 0);
    expect(broken()).toBe(0);
    act(plant, 'leak', 300);
    plant.step(900);
    expect(broken()).toBeGreaterThan(0);
    act(plant, 'leak', 0);
    act(plant, 'recover');
    plant.step(60);
    expect(broken()).toBe(0);
  });
});

describe('the sensors', () => {
  it('mark a failed transmitter, and keep the noise of others', () => {
    const [a, b] = [plantAt(10), plantAt(10)];
    b.act({ type: 'sensor-stuck', point: 'G2.ODOR', value: -500 });
    const [x, y] = [rows(a, 60), rows(b, 60)];
    expect(b.failed[at('G2.ODOR')]).toBe(1);
    const others = points.flatMap(({ name }, i) => (name === 'G2.ODOR' ? [] : [i]));
    for (const i of others) expect(y.map((row) => row[i])).toEqual(x.map((row) => row[i]));
  });
});
