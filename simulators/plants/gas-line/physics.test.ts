import { describe, expect, it } from 'vitest';
import { headOf, initialCompressor, marginOf, powerOf, speedFor, surgeFlow, volumeFlow } from './physics/compressor.ts';
import { c2 } from './physics/gas.ts';
import { cellLength, gasSpeed, packOf, steadyLine, steadyPressure, stepFlows, stepPressures } from './physics/line.ts';

const none: ReadonlyMap<number, number> = new Map();

describe('a line', () => {
  it('has the steady state of p₁² − p₂² = 16fc²Lṁ²/(π²D⁵) within 1 %', () => {
    const line = steadyLine(
      5.8e6,
      Array.from({ length: 11 }, () => 40),
    );
    const outlet = steadyPressure(5.8e6, 100_000, 66);
    for (let s = 0; s < 40 * 3600; s++) {
      stepFlows(line, { inlet: 5.8e6, outlet, opening: none, loss: none }, 1);
      stepPressures(line, [], 1);
    }
    expect(Math.abs((line.flow.at(-1) ?? 0) / 66 - 1)).toBeLessThan(0.01);
    expect(Math.abs((line.flow[0] ?? 0) - (line.flow.at(-1) ?? 0))).toBeLessThan(0.01);
    expect(gasSpeed(line, 5)).toBeGreaterThan(4);
  });

  it('carries a disturbance with the speed of sound: 29 s for a cell of 10 km', () => {
    const line = steadyLine(
      6e6,
      Array.from({ length: 13 }, () => 0),
    );
    const arrivals: number[] = [];
    for (let s = 1; s <= 330; s++) {
      stepFlows(line, { inlet: 5.999e6, outlet: undefined, opening: none, loss: none }, 1);
      stepPressures(line, [], 1);
      line.pressure.forEach((p, i) => {
        if (p < 5.9995e6) arrivals[i] ??= s;
      });
    }
    expect(cellLength / Math.sqrt(c2)).toBeGreaterThan(29);
    const [second = 0, seventh = 0] = [arrivals[1], arrivals[6]];
    // the half of the wave
    expect(Math.abs((seventh - second) / 5 - cellLength / Math.sqrt(c2))).toBeLessThan(4);
  });

  it('keeps its mass to 1e-9 in each step, with a closing valve and offtakes', () => {
    const line = steadyLine(
      6.3e6,
      Array.from({ length: 13 }, (_, i) => (i < 12 ? 50 : 0)),
    );
    const offtake = Array.from({ length: 12 }, (_, i) => (i === 3 ? 20 : i === 11 ? 30 : 0));
    for (let s = 0; s < 600; s++) {
      const before = packOf(line);
      stepFlows(line, { inlet: 6.3e6, outlet: undefined, opening: new Map([[6, Math.max(0, 1 - s / 30)]]), loss: none }, 1);
      stepPressures(line, offtake, 1);
      expect(Math.abs(packOf(line) - before - (line.flow[0] ?? 0) + 50) / before).toBeLessThan(1e-9);
    }
    expect(line.flow[6]).toBe(0);
  });
});

describe('a compressor', () => {
  it('has head ∝ n², surge flow ∝ n and power = ṁH/η', () => {
    expect(headOf(0.8, 0.8) / headOf(1, 1)).toBeCloseTo(0.64, 9);
    expect(surgeFlow(0.9) / surgeFlow(0.75)).toBeCloseTo(1.2, 9);
    expect(headOf(1, surgeFlow(1)) / 1000).toBeCloseTo(49.9, 1);
    expect(marginOf(1, 0.88)).toBeCloseTo(1.1, 9);
    const unit = initialCompressor(0.9, 33, 6.3e6);
    expect(powerOf(unit, 4.8e6)).toBeCloseTo((33 * headOf(0.9, volumeFlow(33, 4.8e6))) / 0.8, 3);
  });

  it('needs about 0.86 of its speed for the base load', () => {
    const speed = speedFor(33, 4.84e6, 6.32e6, [0.7, 1.04]);
    expect(speed).toBeGreaterThan(0.8);
    expect(speed).toBeLessThan(0.92);
  });
});
