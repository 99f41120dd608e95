import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { links, NetworkSolver, pumpCount, type NetworkBoundary } from './epanet.ts';
import { junctions, tanks } from './network-data.ts';

function boundary(change: Partial<NetworkBoundary> & { pumps?: number; load?: number; levels?: number } = {}): NetworkBoundary {
  const { pumps = 1, load = 1, levels = 4, ...rest } = change;
  return {
    sourceHead: 24,
    tankHead: Float64Array.from(tanks, (tank) => tank.bottom + levels),
    tankOpen: new Uint8Array(tanks.length).fill(1),
    demand: Float64Array.from(junctions, (junction) => junction.demand * load),
    speed: Float64Array.from({ length: pumpCount }, (_, i) => (i < pumps || i === 4 ? 1 : 0)),
    reducerSetting: 38,
    ...rest,
  };
}

let solver: NetworkSolver;
beforeAll(async () => {
  solver = await NetworkSolver.load();
});
afterEach(() => vi.restoreAllMocks());

describe('the network solver', () => {
  it('returns identical results for the same boundary, whatever it solved before', async () => {
    solver.solve(boundary());
    const first = { flow: Array.from(solver.flow), pressure: Array.from(solver.pressure) };
    for (let i = 0; i < 50; i++)
      solver.solve(boundary({ pumps: i % 4, load: 0.3 + (i % 7) / 5, levels: 1 + (i % 4), reducerSetting: 12 + i }));
    solver.solve(boundary());
    expect({ flow: Array.from(solver.flow), pressure: Array.from(solver.pressure) }).toEqual(first);
    const fresh = await NetworkSolver.load();
    fresh.solve(boundary());
    expect(Array.from(fresh.flow)).toEqual(first.flow);
  });

  it('delivers 76–79 L/s with one pump at tank levels of 3.4–5.5 m', () => {
    for (const levels of [3.4, 4.4, 5.5]) {
      solver.solve(boundary({ levels, tankHead: Float64Array.from(tanks, (tank, i) => tank.bottom + (i === 2 ? 4 : levels)) }));
      const q = solver.flow[links.pump] ?? 0;
      expect(q).toBeGreaterThan(75.5);
      expect(q).toBeLessThan(79.5);
    }
  });

  it('raises the shut-off head with the square of the speed', () => {
    const shut = (speed: number): number => {
      const speeds = new Float64Array(pumpCount);
      speeds[0] = speed;
      // nothing can flow: tanks closed, no demand
      solver.solve(boundary({ load: 0, tankOpen: new Uint8Array(tanks.length), speed: speeds }));
      return (solver.pressure[0] ?? 0) + 24 - 24;
    };
    expect(shut(0.8) / shut(1)).toBeCloseTo(0.64, 2);
  });

  it('balances water at every moment to within its tolerance', () => {
    solver.solve(boundary({ pumps: 2, load: 1.4 }));
    const into = [0, 1, 2, 3].reduce((sum, i) => sum + (solver.flow[links.pump + i] ?? 0), 0);
    const stored = links.tank.reduce((sum, link) => sum + (solver.flow[link] ?? 0), 0);
    const used = solver.delivered.reduce((sum, q) => sum + q, 0);
    expect(Math.abs(into - stored - used)).toBeLessThan(1e-3);
  });

  it('returns warnings instead of printing them, and delivers no water without a source', () => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(process.stderr, 'write')];
    const warning = solver.solve(boundary({ pumps: 0, tankOpen: Uint8Array.from([0, 0, 1]) }));
    expect(warning).toBeGreaterThan(0);
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    const j10 = junctions.findIndex((junction) => junction.id === 'J10');
    const h1 = junctions.findIndex((junction) => junction.id === 'H1');
    expect(solver.pressure[j10]).toBe(0);
    expect(solver.delivered[j10]).toBeLessThan(0.01);
    expect(solver.pressure[h1]).toBeGreaterThan(30);
  });
});
