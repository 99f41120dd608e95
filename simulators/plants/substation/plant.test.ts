import { describe, expect, it } from 'vitest';
import { initialBattery, stepBattery } from './battery.ts';
import { points, at } from './points/index.ts';
import { initialTransformer, ratedAmps, stepHeat } from './transformers.ts';
import { sensors } from './sensors.ts';
import type { Substation } from './plant.ts';
import { act, operate, plantAt, register, truth } from './testing.ts';

function rows(plant: Substation, seconds: number): number[][] {
  return Array.from({ length: seconds }, () => {
    plant.step(1);
    return Array.from(plant.registers);
  });
}

describe('a new plant', () => {
  it('is in a settled state at the requested time', () => {
    const plant = plantAt(10);
    expect(plant.time).toBe(Date.UTC(2026, 4, 5, 10));
    expect(Math.abs(register(plant, 'BUSA.UAB') - 20.4)).toBeLessThan(0.4);
    expect(register(plant, 'GRID.P')).toBeGreaterThan(8000);
    expect(register(plant, 'G1.N')).toBeCloseTo(500, 0);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('has warm bearings and stator: they drift by less than a degree in half an hour', () => {
    const plant = plantAt(10, { season: 222 });
    const warm = ['G1.TBRG1', 'G1.TSTAT'].map((name) => register(plant, name));
    plant.step(1800);
    expect(Math.abs(register(plant, 'G1.TBRG1') - (warm[0] ?? 0))).toBeLessThan(1);
    expect(Math.abs(register(plant, 'G1.TSTAT') - (warm[1] ?? 0))).toBeLessThan(3);
  });

  it('has more load in winter than in summer, whatever its date', () => {
    const winter = plantAt(10, { season: 20 });
    const summer = plantAt(10, { season: 210 });
    expect(truth(winter, 'air.temperature')).toBeLessThan(truth(summer, 'air.temperature') - 10);
    expect(truth(winter, 'load.power')).toBeGreaterThan(1.08 * truth(summer, 'load.power'));
  });
});

describe('the diesel set in the grid', () => {
  it.each([20, 20.8])('has the power factor 0.95 at any voltage of the busbar, e.g. %d kV', (volts) => {
    const plant = plantAt(9);
    for (const name of ['T1.USP', 'T2.USP']) plant.write(at(name), volts);
    act(plant, 'diesel-test', 1500);
    plant.step(900);
    expect(Math.abs(register(plant, 'BUSA.UAB') - volts)).toBeLessThan(0.32);
    expect(register(plant, 'G2.Q') / register(plant, 'G2.P')).toBeCloseTo(Math.tan(Math.acos(0.95)), 1);
  });
});

describe('save and restore', () => {
  it('continues bit for bit through JSON: in a disturbance, in an island, with falsified signals', () => {
    const plant = plantAt(10, { life: 'calibration', seed: 5 });
    plant.act({ type: 'replay', points: ['F2.P', 'QF1.POS'], lengthS: 100 });
    plant.act({ type: 'sensor-bias', point: 'BUSA.UAB', offset: 0.2, driftPerHour: 0.1 });
    plant.act({ type: 'sensor-stuck', point: 'T1.OIL', value: 999 });
    act(plant, 'grid-loss', 3);
    act(plant, 'diesel-test');
    plant.step(50);
    const text = JSON.stringify(plant.save());
    const expected = rows(plant, 900);
    const other = plantAt(3, { life: 'calibration', seed: 9 });
    other.restore(JSON.parse(text));
    expect(other.failed[at('T1.OIL')]).toBe(1);
    expect(rows(other, 900)).toEqual(expected);
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });
});

describe('a command', () => {
  it('operates a breaker only after its selection, and in remote control', () => {
    const plant = plantAt(10);
    plant.write(at('QF1.CMD'), 0);
    plant.step(1);
    expect(truth(plant, 'QF1')).toBe(1);
    expect(register(plant, 'QF1.CMD')).toBe(1);
    plant.write(at('QF1.SEL'), 1);
    plant.step(11);
    expect(register(plant, 'QF1.SEL')).toBe(0);
    operate(plant, 'QF1', false);
    plant.step(1);
    expect(truth(plant, 'QF1')).toBe(0);
    expect(register(plant, 'QF1.SEL')).toBe(0);
  });

  it('before its selection, for another breaker or after ten seconds is ignored and not counted', () => {
    const plant = plantAt(10);
    plant.write(at('QF1.CMD'), 0);
    plant.write(at('QF1.SEL'), 1);
    plant.write(at('QF2.CMD'), 0);
    plant.step(2);
    expect([truth(plant, 'QF1'), truth(plant, 'QF2')]).toEqual([1, 1]);
    expect(register(plant, 'RTU1.SEQ')).toBe(1);
    plant.step(10);
    plant.write(at('QF1.CMD'), 0);
    plant.step(1);
    expect(truth(plant, 'QF1')).toBe(1);
    operate(plant, 'QF1', false);
    plant.step(1);
    expect([truth(plant, 'QF1'), register(plant, 'RTU1.SEQ')]).toEqual([0, 3]);
  });

  it('does not close again before the spring is charged, nor a feeder that is earthed', () => {
    const plant = plantAt(10);
    operate(plant, 'QF1', false);
    plant.step(1);
    operate(plant, 'QF1', true);
    plant.step(1);
    expect(truth(plant, 'QF1')).toBe(1);
    expect(register(plant, 'QF1.SPR')).toBe(0);
    operate(plant, 'QF1', false);
    plant.step(1);
    operate(plant, 'QF1', true);
    plant.step(1);
    expect(truth(plant, 'QF1')).toBe(0);
    act(plant, 'switching-order', 3);
    plant.step(75);
    operate(plant, 'QF3', true);
    plant.step(1);
    expect(truth(plant, 'QF3')).toBe(0);
  });

  it('of a setting is limited to its range, kept in steps of its scale, and counted', () => {
    const plant = plantAt(10);
    plant.write(at('F1.TMS'), 99);
    expect(register(plant, 'F1.TMS')).toBe(5);
    plant.write(at('F1.TMS'), 0.123);
    expect(register(plant, 'F1.TMS')).toBe(0.12);
    plant.write(at('F1.TMS'), Number.NaN);
    plant.step(2);
    expect(register(plant, 'F1.TMS')).toBe(0.12);
    expect(register(plant, 'RTU1.SEQ')).toBe(2);
    expect(() => plant.write(at('GRID.P'), 1)).toThrow(RangeError);
  });
});

describe('the controllers', () => {
  it('keep the voltage in the dead band, with both taps together', () => {
    const plant = plantAt(10);
    plant.write(at('T1.USP'), 20.9);
    plant.step(300);
    expect(Math.abs(register(plant, 'BUSA.UAB') / 20.9 - 1)).toBeLessThan(0.017);
    expect(register(plant, 'T1.TAP')).toBe(register(plant, 'T2.TAP'));
    expect(register(plant, 'T1.TAP')).toBeGreaterThan(10);
  });

  it('step the voltage by 1.1 to 1.25 % per tap, after the motor has run for five seconds', () => {
    const plant = plantAt(10);
    plant.write(at('T1.MODE'), 0);
    plant.write(at('T2.MODE'), 0);
    plant.step(2);
    const before = truth(plant, 'busA.voltage');
    plant.write(at('T1.TAPDN'), 1);
    plant.write(at('T2.TAPDN'), 1);
    plant.step(4);
    expect(truth(plant, 'transformer1.tap')).toBe(11);
    plant.step(4);
    expect(truth(plant, 'transformer1.tap')).toBe(10);
    const step = 1 - truth(plant, 'busA.voltage') / before;
    expect(step).toBeGreaterThan(0.0095);
    expect(step).toBeLessThan(0.0126);
  });

  it('feed an island after the loss of the grid, and synchronise it when the grid is back', () => {
    const plant = plantAt(10);
    act(plant, 'grid-loss', 4);
    plant.step(10);
    expect(truth(plant, 'QT1L') + truth(plant, 'QT2L')).toBe(0);
    plant.step(170);
    expect(truth(plant, 'busA.supply')).toBeGreaterThan(1);
    expect(truth(plant, 'QF2')).toBe(1);
    expect(truth(plant, 'feeder2.power')).toBeGreaterThan(1);
    expect(Math.abs(truth(plant, 'busA.frequency') - 50)).toBeLessThan(0.8);
    plant.step(480);
    for (const name of ['QT1L', 'QT2L', 'QF1', 'QF2', 'QF3', 'QF4', 'QG1']) expect(truth(plant, name), name).toBe(1);
    expect(truth(plant, 'busA.supply')).toBe(1);
    expect(register(plant, 'TRF.STEP')).toBe(0);
    expect(truth(plant, 'shed.stages')).toBe(0);
    expect(truth(plant, 'hydro.damaged')).toBe(0);
  });

  it('run the diesel set in parallel with the grid for a test, and stop it', () => {
    const plant = plantAt(10);
    act(plant, 'diesel-test');
    plant.step(600);
    expect(truth(plant, 'diesel.power')).toBeCloseTo(1.5, 1);
    plant.step(1300);
    expect(truth(plant, 'QG2')).toBe(0);
    expect(register(plant, 'G2.STATE')).toBe(0);
    expect(register(plant, 'G2.STARTS')).toBeGreaterThan(0);
  });
});

describe('the synchroscope', () => {
  it('keeps its last differences while it has nothing to compare, and says so', () => {
    const plant = plantAt(10);
    expect(register(plant, 'SYNC.ACT')).toBe(0);
    act(plant, 'diesel-test');
    const seen: string[] = [];
    for (let s = 0; s < 120; s++) {
      plant.step(1);
      if (register(plant, 'SYNC.ACT') === 1) seen.push([register(plant, 'SYNC.DV'), register(plant, 'SYNC.DDEL')].join());
    }
    expect(register(plant, 'QG2.POS')).toBe(1);
    expect([register(plant, 'SYNC.ACT'), register(plant, 'SYNC.OK')]).toEqual([0, 0]);
    expect([register(plant, 'SYNC.DV'), register(plant, 'SYNC.DDEL')].join()).toBe(seen.at(-1));
  });
});

describe('energy', () => {
  it('is conserved over a disturbed hour within 0.01 %, and the counters never fall', () => {
    const plant = plantAt(10, { seed: 4 });
    const before = plant.truth();
    const counters = points.flatMap(({ name }, i) => (/\.(EP|EQ|EPI|EPE)$/.test(name) ? [i] : []));
    let last = counters.map((i) => plant.registers[i] ?? 0);
    act(plant, 'line-fault', 4);
    for (let minute = 0; minute < 60; minute++) {
      if (minute === 10) act(plant, 'grid-loss', 3);
      plant.step(60);
      const now = counters.map((i) => plant.registers[i] ?? 0);
      now.forEach((value, i) => expect(value).toBeGreaterThanOrEqual(last[i] ?? 0));
      last = now;
    }
    const since = (name: string): number => truth(plant, name) - (before[name] ?? 0);
    expect(since('energy.in')).toBeGreaterThan(5000);
    expect(Math.abs(since('energy.in') - since('energy.out')) / since('energy.in')).toBeLessThan(1e-4);
  });
});

describe('the battery', () => {
  it('has its charge closed within 0.1 % over a day in which the charger fails for two hours', () => {
    const battery = initialBattery();
    let [moved, expected] = [0, 0];
    for (let s = 0; s < 24 * 3600; s++) {
      battery.charger = s < 3600 || s >= 3 * 3600;
      const before = battery.charge;
      stepBattery(battery, 1);
      // a full battery turns the current of its float charge into heat
      if (battery.charge === 100 && before === 100) continue;
      moved += Math.abs(battery.charge - before);
      expected += Math.abs(battery.current) / 3600;
    }
    expect(moved).toBeGreaterThan(75);
    expect(battery.charge).toBeGreaterThan(99);
    expect(Math.abs(moved - expected) / expected).toBeLessThan(1e-3);
  });
});

describe('a transformer', () => {
  it('has a hot spot of 98 °C at rated load and 20 °C, with a time constant of three hours', () => {
    const [cold, rated] = [initialTransformer(10, 20, 0), initialTransformer(10, 20, 1)];
    expect(rated.hot).toBeCloseTo(98, 6);
    const before = cold.oil;
    for (let s = 0; s < 3 * 3600; s++) stepHeat(cold, ratedAmps, 20, true, 1);
    expect((cold.oil - before) / (rated.oil - before)).toBeCloseTo(1 - Math.exp(-1), 2);
  });
});

describe('the sensors', () => {
  it('exist for every measured register', () => {
    const sensed = new Set(sensors.map(({ point }) => point));
    for (const { name, modbus } of points) {
      expect(sensed.has(name), name).toBe(modbus.table === 'input' || modbus.table === 'discrete-input');
    }
  });

  it('mark a failed transmitter, and keep the noise of others', () => {
    const [a, b] = [plantAt(10), plantAt(10)];
    b.act({ type: 'sensor-stuck', point: 'T2.OIL', value: -500 });
    const [x, y] = [rows(a, 60), rows(b, 60)];
    expect(b.failed[at('T2.OIL')]).toBe(1);
    const others = points.flatMap(({ name }, i) => (name === 'T2.OIL' ? [] : [i]));
    for (const i of others) expect(y.map((row) => row[i])).toEqual(x.map((row) => row[i]));
  });
});
