import type { PlantOptions, PlantState } from '../../../src/core/plant.ts';
import type { BreakerName } from './breaker-names.ts';
import { initialBreakers } from './breakers.ts';
import { initialNetwork, NetworkSolver, type NetworkState } from './network.ts';
import type { NetworkInputs } from './topology.ts';
import { Substation } from './plant.ts';
import { at } from './points/index.ts';

/** States of plants that tests have begun with: their warm-up takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A plant for tests: Tuesday 5 May 2026 at `hour` by default. */
export function plantAt(hour: number, options: Partial<PlantOptions> = {}): Substation {
  const startTime = Date.UTC(2026, 4, 5) + hour * 3_600_000;
  const settings: PlantOptions = { seed: 1, startTime, life: 'none', ...options };
  const key = JSON.stringify(settings);
  const plant = new Substation({ ...settings, state: begun.get(key) });
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}

/** Register value of a point. */
export function register(plant: Substation, name: string): number {
  return plant.registers[at(name)] ?? Number.NaN;
}

/** True value. */
export function truth(plant: Substation, name: string): number {
  return plant.truth()[name] ?? Number.NaN;
}

/** Operates a breaker as a client does: select, then operate. */
export function operate(plant: Substation, name: BreakerName, closes: boolean): void {
  plant.write(at(`${name}.SEL`), 1);
  plant.write(at(`${name}.CMD`), closes ? 1 : 0);
}

export function act(plant: Substation, name: string, value?: number): void {
  plant.act({ type: 'act', name, ...(value === undefined ? {} : { value }) });
}

/** Seconds until a condition is true, or infinity after `most`. @param every called before each second */
export function secondsUntil(plant: Substation, condition: () => boolean, most: number, every: () => void = () => {}): number {
  for (let s = 1; s <= most; s++) {
    every();
    plant.step(1);
    if (condition()) return s;
  }
  return Number.POSITIVE_INFINITY;
}

/** Inputs of a power flow: base load, hydro unit at 5 MW, all breakers closed except diesel and capacitors. */
export function baseInputs(change: Partial<NetworkInputs> = {}, open: readonly number[] = []): NetworkInputs {
  const p = [4, 5, 3.5, 4.5];
  return {
    breakers: initialBreakers([10, 11, 12, ...open]),
    taps: [10, 10],
    gridVoltage: 1.025,
    faults: [],
    hydro: { able: !open.includes(9), voltage: 1, p: 5, q: 0 },
    diesel: { able: false, voltage: 1, p: 0, q: 0 },
    p,
    q: p.map((mw) => mw * Math.tan(Math.acos(0.95))),
    station: 0.2,
    deviation: [0, 0],
    ...change,
  };
}

export function solved(inputs: NetworkInputs): NetworkState {
  const network = initialNetwork();
  new NetworkSolver().solve(network, inputs);
  return network;
}
