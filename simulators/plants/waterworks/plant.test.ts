import { describe, expect, it } from 'vitest';
import { quietPlant } from '../../../test/support/play.ts';
import type { PlantAction } from '../../../src/core/plant.ts';
import type { Waterworks } from './plant.ts';
import { at, points } from './points/index.ts';
import { sensors } from './sensors.ts';
import { plantAt, register } from './testing.ts';

const minute = 60;

/** Registers over `seconds` seconds, one row per second. */
function rows(plant: Waterworks, seconds: number): number[][] {
  return Array.from({ length: seconds }, () => {
    plant.step(1);
    return Array.from(plant.registers);
  });
}

function stuck(point: string, value: number): PlantAction {
  return { type: 'sensor-stuck', point, value };
}

describe('a new plant', () => {
  it('is in a settled state at the requested time', async () => {
    const plant = await plantAt(14.5);
    expect(plant.time).toBe(Date.UTC(2026, 4, 5, 14, 30));
    expect(register(plant, 'CW.LT01')).toBeGreaterThan(2);
    expect(register(plant, 'CL.AT01')).toBeCloseTo(1, 1);
    expect(register(plant, 'PS.FT01')).toBeGreaterThan(70);
    expect(register(plant, 'PLC1.TIME')).toBe(plant.time / 1000);
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('begins in the given season, whatever the date, and keeps it when it is restored', async () => {
    const winter = { startTime: Date.UTC(2026, 1, 9) };
    const [cold, asked, warm] = await Promise.all([
      plantAt(0, winter),
      plantAt(0, { ...winter, season: 222 }),
      plantAt(0, { startTime: Date.UTC(2026, 7, 10) }),
    ]);
    expect(register(cold, 'RW.TE01')).toBeLessThan(7);
    expect(Math.abs(register(asked, 'RW.TE01') - register(warm, 'RW.TE01'))).toBeLessThan(1);
    cold.restore(asked.save());
    cold.step(60 * minute);
    asked.step(60 * minute);
    expect(Array.from(cold.registers)).toEqual(Array.from(asked.registers));
    expect(register(cold, 'RW.TE01')).toBeGreaterThan(18);
  });

  it('is the same for the same seed and different for another', async () => {
    const [a, b, c] = await Promise.all([plantAt(6), plantAt(6), plantAt(6, { seed: 2 })]);
    a.step(minute);
    b.step(minute);
    c.step(minute);
    expect(Array.from(a.registers)).toEqual(Array.from(b.registers));
    expect(Array.from(a.registers)).not.toEqual(Array.from(c.registers));
  });
});

describe('save and restore', () => {
  it('continues bit for bit for 20 min, through JSON, with every kind of falsification', async () => {
    const plant = await plantAt(21.8, { life: 'calibration', seed: 5 });
    plant.step(5 * minute);
    plant.act({ type: 'replay', points: ['CW.LT01', 'PS.FT01', 'PS.P1.RUN'], lengthS: 200 });
    plant.act({ type: 'sensor-bias', point: 'T1.LT', offset: 0.2, driftPerHour: 0.1 });
    plant.act(stuck('RW.TU01', 900));
    plant.act({ type: 'act', name: 'burst', value: 30 });
    plant.act({ type: 'act', name: 'analyser-calibration', value: 0.04 });
    plant.step(37);
    const text = JSON.stringify(plant.save());
    const expected = rows(plant, 1200);
    const other = await plantAt(6, { life: 'calibration', seed: 9 });
    other.restore(JSON.parse(text));
    expect(other.failed[at('RW.TU01')]).toBe(1);
    expect(rows(other, 1200)).toEqual(expected);
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });

  it('does not change after the save', async () => {
    const plant = await plantAt(6);
    const saved = plant.save();
    const expected = rows(plant, 120);
    plant.act({ type: 'act', name: 'fire-flow' });
    plant.step(600);
    plant.restore(saved);
    expect(rows(plant, 120)).toEqual(expected);
  });
});

describe('a write', () => {
  it('is read back, limited to the range, and refused for other points', async () => {
    const plant = await plantAt(6);
    plant.write(at('CL.SP'), 0.3);
    expect(register(plant, 'CL.SP')).toBe(0.3);
    plant.write(at('CL.SP'), 99);
    expect(register(plant, 'CL.SP')).toBe(5);
    plant.write(at('CL.SP'), Number.NaN);
    plant.step(10);
    expect(register(plant, 'CL.SP')).toBe(5);
    expect(register(plant, 'PLC1.SEQ')).toBe(2);
    expect(() => plant.write(at('CW.LT01'), 1)).toThrow(RangeError);
    expect(() => plant.write(9999, 1)).toThrow(RangeError);
  });

  it('of a pump coil stops the pump, and the staging starts one again unless the write is repeated', async () => {
    const plant = await plantAt(8);
    const running = (): number => [1, 2, 3, 4].reduce((sum, n) => sum + register(plant, `PS.P${n}.RUN`), 0);
    const stop = (): void => [1, 2, 3, 4].forEach((n) => plant.write(at(`PS.P${n}.CMD`), 0));
    expect(running()).toBeGreaterThan(0);
    stop();
    plant.step(15);
    expect(running()).toBe(0);
    plant.step(5 * minute);
    expect(running()).toBeGreaterThan(0);
    for (let s = 0; s < 600; s += 2) {
      stop();
      plant.step(2);
      if (s > 20) expect(plant.truth()['station.flow']).toBeLessThan(1);
    }
  });

  it('of an alum set-point is effective only in manual mode', async () => {
    const plant = await plantAt(8);
    plant.write(at('CG.ALSP'), 0);
    plant.step(5);
    expect(register(plant, 'CG.ALSP')).toBeGreaterThan(10);
    plant.write(at('CG.MODE'), 0);
    plant.write(at('CG.ALSP'), 0);
    plant.step(minute);
    expect(register(plant, 'CG.ALDOSE')).toBeLessThan(1);
  });

  it('restarts a controller: its coils are off, its counters begin again, the other controller goes on', async () => {
    const plant = await quietPlant('waterworks', Date.UTC(2026, 10, 24, 12));
    const register = (name: string): number =>
      plant.registers[plant.points.findIndex((point) => point.name === name)] ?? Number.NaN;
    expect(register('PS.P3.CMD') + register('PS.P4.CMD')).toBe(2);
    const boosters = [register('B1.CMD'), register('B2.CMD')];
    const before = register('RTU2.HB');
    plant.restart?.('plc1');
    expect([1, 2, 3, 4].map((n) => register(`PS.P${n}.CMD`))).toEqual([0, 0, 0, 0]);
    plant.step(7);
    expect([register('PLC1.HB'), register('PLC1.SEQ')]).toEqual([7, 0]);
    expect([register('B1.CMD'), register('B2.CMD')]).toEqual(boosters);
    expect(register('RTU2.HB')).toBe(before + 7);
    const saved = JSON.parse(JSON.stringify(plant.save()));
    plant.step(3);
    plant.restore(saved);
    plant.step(3);
    expect(register('PLC1.HB')).toBe(10);
  });
});

describe('a falsified sensor', () => {
  it('reports its set value to the controller and to all clients, until it is released', async () => {
    const plant = await plantAt(8);
    plant.act(stuck('T1.LT', 3));
    plant.step(20);
    expect(register(plant, 'T1.LT')).toBe(3);
    plant.step(120);
    // the controller uses it: below 3.4 m it requests a second pump
    expect(plant.truth()['station.running']).toBeGreaterThanOrEqual(2);
    plant.act({ type: 'release', point: 'T1.LT' });
    plant.step(10);
    expect(register(plant, 'T1.LT')).toBeCloseTo(plant.truth()['tank1.level'] ?? 0, 1);
  });

  it('drifts from its offset at the given rate', async () => {
    const plant = await plantAt(2);
    plant.act({ type: 'sensor-bias', point: 'CW.LT02', offset: 0.1, driftPerHour: 0.3 });
    plant.step(3600);
    expect(register(plant, 'CW.LT02') - (plant.truth()['clearwell.level'] ?? 0)).toBeCloseTo(0.4, 1);
    expect(plant.behind?.(['CW.LT02', 'SP.NIGHT'])).toEqual({ 'CW.LT02': plant.truth()['clearwell.level'] });
  });

  it('has more noise until it is released, and a digital value has none', async () => {
    const plant = await plantAt(2);
    const spread = (): number => {
      const values = Array.from(
        { length: 200 },
        () => (plant.step(1), register(plant, 'PS.PT02') - (plant.behind(['PS.PT02'])['PS.PT02'] ?? 0)),
      );
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    plant.act({ type: 'sensor-noise', point: 'PS.PT02', deviation: 2 });
    expect(spread()).toBeGreaterThan(1.7);
    plant.restore(JSON.parse(JSON.stringify(plant.save())));
    expect(spread()).toBeGreaterThan(1.7);
    plant.act({ type: 'release', point: 'PS.PT02' });
    expect(spread()).toBeLessThan(0.5);
    expect(() => plant.act({ type: 'sensor-noise', point: 'PS.P1.RUN', deviation: 1 })).toThrow('PS.P1.RUN is digital');
  });

  it('signals failure beyond the live range, and the controller uses the second level', async () => {
    const plant = await plantAt(8);
    plant.act(stuck('CW.LT01', -10));
    plant.step(600);
    expect(plant.failed[at('CW.LT01')]).toBe(1);
    expect(register(plant, 'CW.LT01')).toBeCloseTo(-0.065, 9);
    // with a true value of −0.065 m the raw flow would be at its limit of 185 L/s
    expect(register(plant, 'RW.FT01')).toBeLessThan(170);
  });

  it('does not change the noise of any other point', async () => {
    const [a, b] = await Promise.all([plantAt(3), plantAt(3)]);
    b.act(stuck('RW.CD01', 100));
    const [x, y] = [rows(a, 300), rows(b, 300)];
    const others = points.flatMap((point, i) => (point.name === 'RW.CD01' ? [] : [i]));
    for (const i of others) expect(y.map((row) => row[i])).toEqual(x.map((row) => row[i]));
    b.act({ type: 'release', point: 'RW.CD01' });
    a.step(60);
    b.step(60);
    expect(Array.from(b.registers)).toEqual(Array.from(a.registers));
  });

  it('is refused if the controller computes the point itself, or if no point has the name', async () => {
    const plant = await plantAt(8);
    expect(() => plant.act(stuck('CW.CTR', 1))).toThrow(/no sensor/);
    expect(() => plant.act(stuck('XX.1', 1))).toThrow(RangeError);
    expect(() => plant.act({ type: 'act', name: 'dance' })).toThrow(/does not know the act dance/);
  });
});

describe('a replay', () => {
  it('repeats past seconds to the network, while the controller uses the true values', async () => {
    const plant = await plantAt(9);
    const before = rows(plant, 60).map((row) => row[at('PRV1.PO')]);
    plant.act({ type: 'replay', points: ['PRV1.PO'], lengthS: 60 });
    plant.act({ type: 'act', name: 'prv-close', value: 12 });
    expect(rows(plant, 120).map((row) => row[at('PRV1.PO')])).toEqual([...before, ...before]);
    expect(plant.truth()['pressure.L1']).toBeLessThan(13);
    plant.act({ type: 'release', point: 'PRV1.PO' });
    plant.act({ type: 'act', name: 'prv-release' });
    plant.step(5);
    expect(register(plant, 'PRV1.PO')).toBeLessThan(40);
    plant.step(60);
    expect(register(plant, 'PRV1.PO')).toBeGreaterThan(36);
  });
});

describe('the sensors', () => {
  it('exist for every measured register that the controllers do not compute', () => {
    const computed = new Set(['CW.CTR', 'PS.LEAD', 'PS.NPSH']);
    const sensed = new Set(sensors.map((sensor) => sensor.point));
    const latched = /\.TRIP$/;
    for (const { name, modbus } of points) {
      if (modbus.table === 'input' || modbus.table === 'discrete-input') {
        expect(sensed.has(name), name).toBe(!computed.has(name) && !latched.test(name));
      }
    }
  });
});
