import { describe, expect, it } from 'vitest';
import { dieselRating, dieselState, initialDiesel, stepDieselPlant, stepRack, stepSequence, tank } from './diesel.ts';
import { gateFor, governorMode, hydroRating, initialHydro, stepGovernor, stepTurbine } from './hydro.ts';
import { swing } from './machines.ts';

const dt = 0.01;

interface Response {
  /** Rate of change of frequency in the first step, Hz/s. */
  readonly rate: number;
  readonly lowest: number;
  readonly lowestS: number;
  readonly last: number;
  /** Lowest mechanical power of the hydro unit within the first second, relative to before. */
  readonly dip: number;
}

/** An island after a step of its load; loads fall by 1 % per percent of frequency. @param both with the diesel set */
function island(load: number, step: number, both = true, seconds = 40): Response {
  const dieselPower = both ? 1.5 : 0;
  const hydro = initialHydro(load - dieselPower, 20);
  const diesel = initialDiesel(0);
  diesel.phase = dieselState.ready;
  diesel.speed = 1;
  diesel.rack = dieselPower / dieselRating.mw;
  const reference = gateFor(load - dieselPower);
  const inertia = hydroRating.inertia * hydroRating.mva + (both ? dieselRating.inertia * dieselRating.mva : 0);
  let lowest = 50;
  let lowestS = 0;
  let rate = 0;
  let dip = 1;
  const before = hydro.mechanical;
  for (let k = 0; k < seconds / dt; k++) {
    stepGovernor(hydro, { mode: governorMode.droop, droop: 0.05, reference, speed: 1, blocked: false }, dt);
    stepTurbine(hydro, 0.2, dt);
    if (both) stepRack(diesel, dieselPower / dieselRating.mw, 1, false, dt);
    const mechanical = hydro.mechanical + (both ? diesel.mechanical : 0);
    const speed = swing(hydro.speed, mechanical - (load + step) * hydro.speed, inertia, dt);
    if (k === 0) rate = ((speed - hydro.speed) * 50) / dt;
    hydro.speed = speed;
    diesel.speed = speed;
    if (k * dt < 1) dip = Math.min(dip, hydro.mechanical / before);
    if (speed * 50 < lowest) {
      lowest = speed * 50;
      lowestS = k * dt;
    }
  }
  return { rate, lowest, lowestS, last: hydro.speed * 50, dip };
}

describe('an island of hydro unit and diesel set', () => {
  it('begins to fall at −ΔP·f₀/(2ΣHS)', () => {
    const rate = island(6, 1.2, true, 0.1).rate - island(6, 0, true, 0.1).rate;
    expect(rate).toBeCloseTo((-1.2 * 50) / (2 * (3 * 8 + 1.2 * 3)), 3);
  });

  it.each([
    [0.4, 49.73],
    [0.8, 49.47],
    [1.2, 49.2],
  ])('falls to its lowest frequency after a step of %d MW: %d Hz by design', (step, lowest) => {
    const response = island(6, step);
    expect(Math.abs(50 - response.lowest - (50 - lowest)) / (50 - lowest)).toBeLessThan(0.3);
    expect(response.lowestS).toBeGreaterThan(0.6);
    expect(response.lowestS).toBeLessThan(2.6);
  });

  it('settles at the frequency of its droops: 49.90 Hz after 0.4 MW', () => {
    expect(island(6, 0.4, true, 120).last).toBeCloseTo(49.9, 1);
  });
});

describe('the hydro unit alone', () => {
  it('loses power at first when its gate opens, and falls to 49.3 Hz after 0.3 MW', () => {
    const response = island(4, 0.3, false);
    expect(response.dip).toBeLessThan(0.999);
    expect(Math.abs(response.lowest - 49.33)).toBeLessThan(0.2);
    expect(response.lowestS).toBeGreaterThan(2);
    expect(response.lowestS).toBeLessThan(5);
  });

  it('has a steady power that follows its gate', () => {
    const hydro = initialHydro(3, 20);
    hydro.gate = gateFor(5);
    for (let k = 0; k < 3000; k++) stepTurbine(hydro, 0.2, dt);
    expect(hydro.mechanical).toBeCloseTo(5, 1);
    expect(hydro.head).toBeCloseTo(1, 2);
  });

  it('is stable with a nearly closed gate', () => {
    const hydro = initialHydro(5, 20);
    hydro.gate = 0;
    for (let k = 0; k < 500; k++) stepTurbine(hydro, 0, 0.1);
    expect(hydro.flow).toBeLessThan(0.01);
    expect(Number.isFinite(hydro.head)).toBe(true);
  });
});

describe('the diesel set', () => {
  it('is ready 25 s after the start', () => {
    const diesel = initialDiesel(7);
    let seconds = 0;
    while (diesel.phase !== dieselState.ready && seconds < 60) {
      stepSequence(diesel, true, 0.1);
      seconds += 0.1;
    }
    expect(Math.abs(seconds - 23)).toBeLessThan(3);
    expect(diesel.starts).toBe(8);
  });

  it('burns a full tank of 5 m³ in 8.3 h at full load', () => {
    const diesel = initialDiesel(0);
    Object.assign(diesel, { phase: dieselState.ready, speed: 1, rack: 1, fuel: tank });
    let hours = 0;
    while (diesel.fuel > 0 && hours < 12) {
      stepRack(diesel, 1, 1, false, 60);
      hours += 60 / 3600;
    }
    expect(Math.abs(hours - 8.3)).toBeLessThan(0.3);
  });

  it('is warm after half an hour and has its thermostat at 80 °C', () => {
    const diesel = initialDiesel(0);
    Object.assign(diesel, { phase: dieselState.ready, speed: 1, mechanical: 1.5 });
    for (let s = 0; s < 1800; s++) stepDieselPlant(diesel, 15, 1);
    expect(diesel.coolant).toBeGreaterThan(80);
    expect(diesel.coolant).toBeLessThan(98);
  });
});
