import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acts } from './acts.ts';
import { at } from './points/index.ts';
import { plantAt, register } from './testing.ts';

describe('the acts', () => {
  it('are all in the README', async () => {
    const text = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    for (const name of Object.keys(acts)) expect(text.includes(`\`${name}\``), name).toBe(true);
  });

  it('all run with their standard value and leave a working plant', async () => {
    const plant = await plantAt(9);
    for (const name of Object.keys(acts)) {
      plant.act({ type: 'act', name });
      plant.step(60);
    }
    for (const value of plant.registers) expect(Number.isFinite(value)).toBe(true);
  });

  it('without an end of their own are released together', async () => {
    const plant = await plantAt(9);
    for (const name of ['alum-off', 'chlorine-off', 'burst', 'prv-close', 'backwash-inhibit', 'tank-leak'])
      plant.act({ type: 'act', name });
    plant.act({ type: 'sensor-stuck', point: 'T1.LT', value: 3 });
    plant.act({ type: 'replay', points: ['PS.FT01'], lengthS: 30 });
    plant.step(120);
    plant.act({ type: 'release', point: '*' });
    plant.step(60);
    expect(plant.truth()['draw.flow']).toBe(0);
    expect(plant.truth()['chlorine.dose']).toBeGreaterThan(1);
    expect(register(plant, 'CG.ALDOSE')).toBeGreaterThan(10);
    expect(register(plant, 'PRV1.PO')).toBeGreaterThan(30);
    expect(register(plant, 'T1.LT')).not.toBe(3);
  });

  it('of leaks remove the stated amount of water from tank and clearwell, and lose no other water', async () => {
    const [whole, leaking] = [await plantAt(9), await plantAt(9)];
    const before = leaking.truth();
    for (const name of ['tank-leak', 'clearwell-leak']) leaking.act({ type: 'act', name, value: 5 });
    for (const plant of [whole, leaking]) plant.step(600);
    const [a, b] = [whole.truth(), leaking.truth()];
    const lost = (name: string): number => (a[name] ?? 0) - (b[name] ?? 0);
    const since = (name: string): number => (b[name] ?? 0) - (before[name] ?? 0);
    // 3 m³ of each; the reaction of network and works is less than a tenth of it
    expect(lost('tank1.level') * 254.5).toBeCloseTo(3, 0);
    expect(lost('clearwell.level') * 500).toBeCloseTo(3, 0);
    expect(lost('tank1.level') * 254.5).toBeGreaterThan(2.7);
    expect(since('network.pumped') - since('network.delivered') - since('network.stored')).toBeCloseTo(0, 2);
    expect(
      since('network.chlorine.entered') - since('network.chlorine.delivered') - since('network.chlorine.decayed'),
    ).toBeCloseTo(since('network.chlorine.stored') + since('network.chlorine.unbalanced'), 2);
    leaking.act({ type: 'release', point: '*' });
    const held = leaking.truth()['clearwell.overflowed'];
    leaking.step(60);
    expect(leaking.truth()['clearwell.overflowed']).toBe(held);
  });

  it('of the analyser hold it for ten minutes and change it by at most 0.05 mg/L', async () => {
    const plant = await plantAt(9);
    plant.act({ type: 'act', name: 'analyser-calibration', value: 3 });
    plant.step(2);
    const held = register(plant, 'CL.AT01');
    for (let s = 0; s < 590; s++) {
      plant.step(1);
      expect(register(plant, 'CL.AT01')).toBe(held);
    }
    plant.step(240);
    const error = register(plant, 'CL.AT01') - (plant.truth()['contact.chlorine'] ?? 0);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.05 + 0.05);
  });

  it('of maintenance take a filter out of service if the others can carry the flow, and return it after filtering to waste', async () => {
    const plant = await plantAt(9);
    plant.act({ type: 'act', name: 'filter-maintenance', value: 2 });
    const steps = new Set<number>();
    for (let minute = 0; minute < 24 * 60; minute++) {
      plant.step(60);
      steps.add(plant.registers[at('FL2.ST')] ?? -1);
    }
    expect(steps).toContain(7);
    expect(steps).toContain(6);
    expect(register(plant, 'FL2.ST')).toBeLessThan(7);
  });
});
