import { describe, expect, it } from 'vitest';
import { baseInputs, baseProcess } from './base.ts';
import { air, water } from './physics/flows.ts';
import {
  kscmh,
  type ProcessInputs,
  type ProcessNow,
  type ProcessState,
  stepProcess,
  storedMass,
  storedOf,
} from './physics/process.ts';
import { heatOfReactions, productionOf, ratesOf } from './physics/reactions.ts';
import { massOf, molarMass } from './physics/components.ts';
import { levelOf } from './physics/vessels.ts';

/** Steps of a second with the same inputs. */
function run(process: ProcessState, inputs: ProcessInputs, seconds: number): ProcessNow {
  let now = stepProcess(process, inputs, 1);
  for (let s = 1; s < seconds; s++) now = stepProcess(process, inputs, 1);
  return now;
}

describe('the base case', () => {
  const process = baseProcess();
  const now = run(process, baseInputs, 60);

  it.each([
    ['A feed, kscmh', kscmh(now.feeds[2] ?? 0), 0.2505],
    ['D feed, kg/h', 3600 * 32 * (now.feeds[0] ?? 0), 3661],
    ['E feed, kg/h', 3600 * 46 * (now.feeds[1] ?? 0), 4505],
    ['A + C feed, kscmh', kscmh(now.feeds[3] ?? 0), 9.348],
    ['recycle, kscmh', kscmh(now.recycle), 26.97],
    ['reactor feed, kscmh', kscmh(now.toReactor), 42.32],
    ['reactor pressure, kPa', now.reactor - air, 2705],
    ['reactor level, %', levelOf.reactor(now.reactorLiquid), 75],
    ['reactor temperature, °C', process.reactor.temperature, 120.4],
    ['purge, kscmh', kscmh(now.purge), 0.3371],
    ['separator temperature, °C', process.separator.temperature, 80.11],
    ['separator pressure, kPa', now.separator - air, 2633.9],
    ['separator level, %', levelOf.separator(now.separatorLiquid), 50],
    ['underflow, m³/h', 3600 * now.underflow, 25.16],
    ['stripper level, %', levelOf.stripper(now.stripperLiquid), 50],
    ['stripper pressure, kPa', now.mixer - air, 3102],
    ['stripper temperature, °C', process.stripper.temperature, 65.73],
    ['product, m³/h', 3600 * now.product, 22.95],
    ['compressor, kW', now.work, 341.3],
    ['reactor water outlet, °C', process.waterReactor, 94.6],
    ['condenser water outlet, °C', process.waterCondenser, 77.3],
    ['heat of the reactor, kW', now.reactorHeat, -6469],
    ['heat of the condenser, kW', now.condenserHeat, -2140],
    ['steam, kW', now.steam, 143],
    ['A in the reactor feed, %', 100 * (now.feedShares[0] ?? 0), 32.19],
    ['C in the reactor feed, %', 100 * (now.feedShares[2] ?? 0), 26.38],
    ['E in the purge, %', 100 * (now.purgeShares[4] ?? 0), 18.58],
    ['B in the purge, %', 100 * (now.purgeShares[1] ?? 0), 13.82],
    ['G in the product, %', 100 * (now.productShares[6] ?? 0), 53.7],
    ['H in the product, %', 100 * (now.productShares[7] ?? 0), 43.8],
  ])('has the published %s within 1 %%', (_, value, published) => {
    expect(Math.abs(value / published - 1)).toBeLessThan(0.01);
  });

  it('loses its inert gas by the purge alone, with 13 hours', () => {
    const purged = 3600 * now.purge * (now.purgeShares[1] ?? 0);
    expect(storedOf(process, 1) / purged).toBeGreaterThan(12.5);
    expect(storedOf(process, 1) / purged).toBeLessThan(14);
    expect(now.productShares[1]).toBeLessThan(1e-3);
  });
});

describe('conservation', () => {
  it('keeps mass and inert gas to 1e-9 while valves move', () => {
    const process = baseProcess();
    let [mass, inert] = [storedMass(process), storedOf(process, 1)];
    for (let s = 0; s < 600; s++) {
      const valves = baseInputs.valves.map((at, i) => Math.max(0, at + 15 * Math.sin(s / (40 + 7 * i))));
      const now = stepProcess(process, { ...baseInputs, valves }, 1);
      mass += now.feedMass - now.purgeMass - now.productMass - now.relieved;
      inert += now.inertIn - now.inertOut;
      expect(Math.abs(storedMass(process) / mass - 1)).toBeLessThan(1e-9);
      expect(Math.abs(storedOf(process, 1) / inert - 1)).toBeLessThan(1e-9);
    }
  });

  it('has reactions that keep mass', () => {
    for (const rates of [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ] as const)
      expect(massOf(productionOf(rates))).toBeCloseTo(0, 12);
    expect(molarMass).toHaveLength(8);
  });

  it('never has a negative amount, even with open valves and no feeds', () => {
    const process = baseProcess();
    const valves = [0, 0, 0, 0, 0, 100, 100, 100, 0, 100, 100, 50];
    for (let s = 0; s < 8 * 3600; s++) stepProcess(process, { ...baseInputs, valves }, 0.125);
    for (const { n } of [process.reactor, process.separator, process.stripper, process.mixer])
      expect(Math.min(...n)).toBeGreaterThanOrEqual(0);
    expect(storedMass(process)).toBeGreaterThan(0);
  });
});

describe('heat', () => {
  it('of reactions grows with the temperature, faster for G than for H', () => {
    const partial = [900, 380, 650, 30, 500, 60, 100, 60];
    const [cold, hot] = [ratesOf(120, partial, 20, 1), ratesOf(130, partial, 20, 1)];
    expect(hot[0] / cold[0]).toBeGreaterThan(3);
    expect(hot[1] / cold[1]).toBeLessThan(2.2);
    expect(heatOfReactions(hot)).toBeGreaterThan(2 * heatOfReactions(cold));
  });

  it('leaves with water whose jacket has a time constant of 124 s', () => {
    const timeConstant = water.reactor.capacity / (water.reactor.flow * 0.41106);
    expect(Math.abs(timeConstant / 124 - 1)).toBeLessThan(0.01);
  });
});
