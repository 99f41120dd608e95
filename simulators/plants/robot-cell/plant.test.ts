import { describe, expect, it } from 'vitest';
import { points, at } from './points/index.ts';
import { protectiveFunctions } from './points/safety.ts';
import { sensors } from './sensors.ts';
import type { RobotCell } from './plant.ts';
import { act, newCell, partsMissing, register, secondsUntil, truth, write } from './testing.ts';

const rows = (plant: RobotCell, seconds: number): number[][] =>
  Array.from({ length: seconds }, () => {
    plant.step(1);
    return Array.from(plant.registers);
  });

describe('a new cell', () => {
  it('works at the requested time: a good part each ten seconds, arm 1 with a cycle of 5.1 s', () => {
    const plant = newCell();
    expect(plant.time).toBe(Date.UTC(2026, 4, 5, 10));
    const before = plant.truth();
    plant.step(900);
    expect(register(plant, 'CELL.STATE')).toBe(6);
    expect(Math.abs(truth(plant, 'parts.arrived') - (before['parts.arrived'] ?? 0) - 900 / 9.5)).toBeLessThan(10);
    expect(Math.abs(register(plant, 'C1.CT') - 5.1)).toBeLessThan(0.05);
    expect(truth(plant, 'parts.rejected') - (before['parts.rejected'] ?? 0)).toBeLessThan(10);
    expect(register(plant, 'CELL.OEE')).toBeGreaterThan(85);
  });

  it('has motors as warm as after hours of work', () => {
    const plant = newCell();
    const motors = points.flatMap(({ name }) => (name.endsWith('.TMOT') ? [name] : []));
    const warmth = (): number[] => motors.map((name) => register(plant, name));
    const begun = warmth();
    plant.step(7_200);
    const change = warmth().map((celsius, i) => celsius - (begun[i] as number));
    const ofAir = change.reduce((sum, kelvin) => sum + kelvin, 0) / change.length;
    expect(motors).toHaveLength(12);
    expect(Math.max(...change.map((kelvin) => Math.abs(kelvin - ofAir)))).toBeLessThan(1.5);
    expect(Math.abs(ofAir)).toBeLessThan(3);
  });

  it('takes longer with a lower override: 7.25 s at 50 %', () => {
    const plant = newCell();
    write(plant, 'R1.OVRSP', 50);
    plant.step(60);
    expect(Math.abs(register(plant, 'C1.CT') - 7.25)).toBeLessThan(0.1);
  });
});

describe('facts that always hold', () => {
  it('every part that arrived left or is in process, through stops, jams, falls and product changes', () => {
    const plant = newCell({ life: 'calibration', seed: 3 });
    const before = plant.truth();
    act(plant, 'cup-wear', 1);
    for (let minute = 0; minute < 60; minute++) {
      if (minute === 8) act(plant, 'product-change', 2);
      if (minute === 20) write(plant, 'CV1.SP', 0.4);
      if (minute === 40) write(plant, 'STP.CMD', 0);
      if (minute === 42) write(plant, 'STP.CMD', 1);
      if (minute === 50) write(plant, 'R1.CTRL', 2);
      if (minute === 53) write(plant, 'R1.CTRL', 0);
      plant.step(60);
      expect(partsMissing(plant, before)).toBe(0);
    }
    expect(truth(plant, 'parts.lost') + truth(plant, 'parts.scrapped')).toBeGreaterThan(0);
  });

  it('both arms are never in the fixture zone, a function that is not enabled is never active', () => {
    const plant = newCell({ life: 'calibration', seed: 4 });
    write(plant, 'SS.CURT.EN', 0);
    for (let s = 0; s < 1200; s++) {
      if (s === 600) act(plant, 'pass-curtain');
      plant.step(1);
      expect(register(plant, 'CELL.CAMS')).toBe(0);
      const wrong = protectiveFunctions.filter((name) => register(plant, `SS.${name}.ACT`) > register(plant, `SS.${name}.EN`));
      expect(wrong).toEqual([]);
    }
  });

  it('the energy of an arm is heat, work, brake resistor and cabinet', () => {
    const plant = newCell({ seed: 5 });
    const before = plant.truth();
    plant.step(86_400);
    const since = (name: string): number => truth(plant, name) - (before[name] ?? 0);
    const parts = ['heat', 'work', 'brake', 'cabinet'].reduce((sum, name) => sum + since(`arm1.${name}`), 0);
    expect(since('arm1.energy')).toBeGreaterThan(100_000);
    expect(Math.abs(since('arm1.energy') - parts) / since('arm1.energy')).toBeLessThan(1e-9);
  });

  it('in manual mode the tool stays below 250 mm/s, and a higher limit in the register stops the arm', () => {
    const plant = newCell();
    act(plant, 'touch-up', 0.3);
    let [fastest, seen] = [0, 0];
    for (let s = 0; s < 245; s++) {
      plant.step(1);
      if (register(plant, 'SS.MODE') !== 1) continue;
      seen++;
      fastest = Math.max(fastest, register(plant, 'R1.TCPV'));
    }
    expect(seen).toBeGreaterThan(100);
    expect(fastest).toBeGreaterThan(100);
    expect(fastest).toBeLessThan(253);
    expect(register(plant, 'C1.OFS')).toBe(0.3);
    expect(register(plant, 'CELL.STATE')).toBe(6);
    act(plant, 'touch-up', 0);
    write(plant, 'R1.VRED', 2000);
    plant.step(85);
    expect([register(plant, 'SS.PSTOP'), register(plant, 'R1.TCPV') < 2]).toEqual([1, true]);
  });
});

describe('an emergency stop', () => {
  it('stops all axes within 0.45 s, takes power off within 0.6 s, and only the button ends it', () => {
    const plant = newCell();
    secondsUntil(plant, () => truth(plant, 'arm1.tcpSpeed') > 1, 60);
    act(plant, 'estop', 2);
    plant.step(1);
    for (let axis = 1; axis <= 6; axis++) expect(truth(plant, `arm1.speed${axis}`)).toBe(0);
    expect([truth(plant, 'arm1.powered'), truth(plant, 'arm2.powered')]).toEqual([0, 0]);
    expect([register(plant, 'SS.ESTOP'), register(plant, 'SS.ES2'), register(plant, 'CELL.STATE')]).toEqual([1, 1, 9]);
    act(plant, 'estop', -2);
    // the network has nothing that resets it
    for (const { name, writable } of points) {
      if (writable && /^(CELL\.CMD|SS\.)/.test(name)) for (const value of [1, 4, 0]) plant.write(at(name), value);
    }
    write(plant, 'CELL.CMD', 4);
    plant.step(5);
    write(plant, 'CELL.CMD', 1);
    plant.step(5);
    expect([register(plant, 'SS.ESTOP'), register(plant, 'CELL.STATE')]).toEqual([1, 9]);
    expect(() => plant.write(at('SS.RST'), 1)).toThrow(RangeError);
    act(plant, 'recover');
    plant.step(15);
    expect([register(plant, 'SS.ESTOP'), register(plant, 'R1.INCTRL'), register(plant, 'CELL.STATE')]).toEqual([0, 1, 6]);
  });
});

describe('a person', () => {
  it('in the warning field slows the arms to 30 %, in the curtain stops them, without being hurt', () => {
    const plant = newCell();
    const before = truth(plant, 'person.exposureS');
    act(plant, 'pass-curtain', 4);
    plant.step(3);
    expect(register(plant, 'R1.OVR')).toBe(30);
    plant.step(4);
    expect([register(plant, 'SS.CURT.ACT'), register(plant, 'CELL.STATE')]).toEqual([1, 9]);
    expect(truth(plant, 'person.inside')).toBe(1);
    plant.step(40);
    expect(register(plant, 'CELL.STATE')).toBe(6);
    expect(truth(plant, 'person.exposureS')).toBe(before);
    expect(truth(plant, 'person.warningSpeed')).toBeLessThan(1.3);
  });

  it('is not seen by a curtain that a pallet mutes, but for ten seconds at most', () => {
    const plant = newCell();
    act(plant, 'pallet-load');
    plant.step(4);
    expect([register(plant, 'SS.MUTED'), register(plant, 'SS.CURTBR'), register(plant, 'CELL.STATE')]).toEqual([1, 1, 6]);
    plant.step(20);
    expect([register(plant, 'SS.MUTED'), register(plant, 'CELL.STATE')]).toEqual([0, 6]);
  });
});

describe('a restart of the cell PLC', () => {
  it('stops the line, and leaves the stop functions enabled', () => {
    const plant = newCell();
    plant.restart('plc1');
    plant.step(5);
    expect([register(plant, 'CV1.RUN'), register(plant, 'STP.CMD'), register(plant, 'PLC1.SEQ')]).toEqual([0, 0, 0]);
    expect(protectiveFunctions.map((name) => register(plant, `SS.${name}.EN`))).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('save and restore', () => {
  it('continues bit for bit through JSON: in a stop, with falsified signals', () => {
    const plant = newCell({ life: 'calibration', seed: 5 });
    plant.act({ type: 'replay', points: ['FX.PEAK', 'R1.A1.POS'], lengthS: 100 });
    plant.act({ type: 'sensor-bias', point: 'AIR.P', offset: 0.02, driftPerHour: 0.1 });
    plant.act({ type: 'sensor-stuck', point: 'R1.A2.TMOT', value: 999 });
    act(plant, 'pass-curtain');
    plant.step(7);
    const text = JSON.stringify(plant.save());
    const expected = rows(plant, 900);
    const other = newCell({ life: 'calibration', seed: 9 });
    other.restore(JSON.parse(text));
    expect(other.failed[at('R1.A2.TMOT')]).toBe(1);
    expect(rows(other, 900)).toEqual(expected);
    expect(JSON.stringify(other.save())).toBe(JSON.stringify(plant.save()));
  });
});

describe('the sensors', () => {
  it('exist for every measured register', () => {
    const sensed = new Set(sensors.map(({ point }) => point));
    for (const { name, modbus } of points) {
      expect(sensed.has(name), name).toBe(modbus.table === 'input' || modbus.table === 'discrete-input');
    }
  });
});
