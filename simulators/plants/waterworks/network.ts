import { demandAt, type DemandState, initialDemand, stepDemand } from './demand.ts';
import { links, type NetworkBoundary, NetworkSolver, pumpCount } from './epanet.ts';
import { junctions, tanks } from './network-data.ts';
import { approach, type Noise } from '../../plant-kit/noise.ts';
import { decayQuality, initialQuality, nodeAt, type QualityState, Transport } from './quality.ts';

/** State of the network, plain data. Flows in L/s, positive from a link's `from` to its `to`. */
export interface NetworkState {
  readonly demand: DemandState;
  /** Volume of each tank, m³. */
  readonly tankVolume: number[];
  readonly flow: number[];
  readonly pressure: number[];
  readonly delivered: number[];
  /** EPANET's warning code of the last solution. */
  warning: number;
  /** Plant seconds since the last solution. */
  held: number;
  /** Plant seconds since the last decay step. */
  sinceDecay: number;
  /** Inputs of the last solution: pump speeds, reducer, extra draw. */
  readonly solvedFor: number[];
  /** Present outlet pressure of the reducing valve, m. */
  reducer: number;
  /** Chlorine from the clearwell since the last solution, g. */
  chlorineIn: number;
  readonly quality: QualityState;
  /** Totals since the start, m³. */
  readonly account: { pumped: number; delivered: number };
}

/** Inputs of the network from the plant. */
export interface NetworkInputs {
  /** Head of the clearwell, m above datum. */
  readonly clearwellHead: number;
  /** Relative speeds of P1–P4, B1, B2 in the hydraulic model. */
  readonly speed: readonly number[];
  /** Pressure set-point of the reducing valve, m. */
  readonly reducerTarget: number;
  /** Hydrants and bursts: junction, and flow in L/s in addition to the customers' demand. */
  readonly draws: readonly { readonly node: number; readonly flow: number }[];
  /** Tank whose inlet valve is closed by hand, or -1. */
  readonly shutTank: number;
  /** Leakage of T1, L/s; counted as delivered. */
  readonly tankLeak: number;
  /** Water temperature, °C. */
  readonly temperature: number;
  /** Chlorine in the clearwell, mg/L. */
  readonly clearwellChlorine: number;
}

const area = tanks.map((tank) => (Math.PI / 4) * tank.diameter ** 2);

export function tankLevel(state: NetworkState, tank: number): number {
  return (state.tankVolume[tank] ?? 0) / (area[tank] ?? 1);
}

/** Flow into a tank, L/s; negative out of it. */
export function tankInflow(state: NetworkState, tank: number): number {
  return state.flow[links.tank[tank] ?? 0] ?? 0;
}

export function initialNetwork(levels: readonly number[], concentration: (node: number) => number): NetworkState {
  const tankVolume = levels.map((level, i) => level * (area[i] ?? 0));
  return {
    demand: initialDemand(),
    tankVolume,
    flow: Array.from({ length: links.count }, () => 0),
    pressure: junctions.map(() => 0),
    delivered: junctions.map(() => 0),
    warning: 0,
    // longer than any interval, so that the first step computes a solution
    held: 3600,
    sinceDecay: 0,
    solvedFor: [],
    reducer: 38,
    chlorineIn: 0,
    quality: initialQuality(concentration, tankVolume),
    account: { pumped: 0, delivered: 0 },
  };
}

/** Change of a speed or setting that triggers an additional solution. */
const noticeable = 0.03;
/** Rate at which the reducing valve follows its set-point, m/s. */
const reducerRate = 2;
const decayEveryS = 60;

/**
 * Steps the network: EPANET every `interval` seconds and after a change of a pump or valve, constant flows in between, exact
 * volumes.
 */
export class Network {
  readonly #solver: NetworkSolver;
  readonly #transport = new Transport();
  readonly #boundary: NetworkBoundary = {
    sourceHead: 24,
    tankHead: new Float64Array(tanks.length),
    tankOpen: new Uint8Array(tanks.length).fill(1),
    demand: new Float64Array(junctions.length),
    speed: new Float64Array(pumpCount),
    reducerSetting: 38,
  };

  private constructor(solver: NetworkSolver) {
    this.#solver = solver;
  }

  static async load(): Promise<Network> {
    return new Network(await NetworkSolver.load());
  }

  step(state: NetworkState, inputs: NetworkInputs, time: number, dt: number, interval: number, noise: Noise): void {
    stepDemand(state.demand, dt, noise);
    state.reducer = approach(state.reducer, inputs.reducerTarget, reducerRate * dt);
    if (state.held >= interval || this.#moved(state, inputs)) {
      this.#carry(state, inputs);
      this.#solve(state, inputs, time);
    }
    this.#hold(state, inputs, dt);
  }

  /** Integrates the constant flows over `dt`. */
  #hold(state: NetworkState, inputs: NetworkInputs, dt: number): void {
    const litres = dt / 1000;
    state.held += dt;
    state.sinceDecay += dt;
    for (let i = 0; i < tanks.length; i++) {
      state.tankVolume[i] = (state.tankVolume[i] ?? 0) + tankInflow(state, i) * litres;
    }
    this.#leak(state, inputs.tankLeak * litres);
    const pumped = stationFlow(state) * litres;
    state.account.pumped += pumped;
    state.chlorineIn += pumped * inputs.clearwellChlorine;
    let delivered = 0;
    for (let i = 0; i < junctions.length; i++) delivered += state.delivered[i] ?? 0;
    state.account.delivered += delivered * litres;
  }

  /** Removes water from T1, in m³, with its chlorine. */
  #leak({ tankVolume, quality, account }: NetworkState, wanted: number): void {
    const volume = tankVolume[0] ?? 0;
    const lost = Math.min(wanted, volume);
    if (lost === 0) return;
    const chlorine = ((quality.tankMass[0] ?? 0) * lost) / volume;
    tankVolume[0] = volume - lost;
    quality.tankMass[0] = (quality.tankMass[0] ?? 0) - chlorine;
    quality.account.delivered += chlorine;
    account.delivered += lost;
  }

  /** Transports chlorine with the flows of the solution that ends here. */
  #carry(state: NetworkState, inputs: NetworkInputs): void {
    if (state.solvedFor.length > 0) {
      this.#transport.advance(state.quality, state.flow, state.delivered, state.tankVolume, state.chlorineIn, state.held);
    }
    state.chlorineIn = 0;
    if (state.sinceDecay < decayEveryS) return;
    decayQuality(state.quality, state.flow, inputs.temperature, state.sinceDecay);
    state.sinceDecay = 0;
  }

  #moved(state: NetworkState, inputs: NetworkInputs): boolean {
    const was = state.solvedFor;
    for (let i = 0; i < pumpCount; i++) {
      const speed = inputs.speed[i] ?? 0;
      const before = was[i] ?? -1;
      if (Math.abs(speed - before) > noticeable || speed > 0 !== before > 0) return true;
    }
    if (Math.abs(state.reducer - (was[pumpCount] ?? 0)) > 0.5) return true;
    return totalDraw(inputs) !== was[pumpCount + 1];
  }

  #solve(state: NetworkState, inputs: NetworkInputs, time: number): void {
    const boundary = this.#boundary;
    demandAt(state.demand, time, boundary.demand);
    for (const { node, flow } of inputs.draws) boundary.demand[node] = (boundary.demand[node] ?? 0) + flow;
    boundary.sourceHead = inputs.clearwellHead;
    boundary.reducerSetting = state.reducer;
    for (let i = 0; i < pumpCount; i++) boundary.speed[i] = inputs.speed[i] ?? 0;
    for (let i = 0; i < tanks.length; i++) {
      boundary.tankHead[i] = (tanks[i]?.bottom ?? 0) + tankLevel(state, i);
      boundary.tankOpen[i] = inputs.shutTank === i ? 0 : 1;
    }
    state.warning = this.#solver.solve(boundary);
    // the float valve of a full tank blocks inflow, an empty tank delivers nothing: each is tried open first
    for (let round = 0; round < tanks.length && this.#shutTanks(state); round++) state.warning = this.#solver.solve(boundary);
    for (let i = 0; i < links.count; i++) state.flow[i] = this.#solver.flow[i] ?? 0;
    for (let i = 0; i < junctions.length; i++) {
      state.pressure[i] = this.#solver.pressure[i] ?? 0;
      state.delivered[i] = this.#solver.delivered[i] ?? 0;
    }
    for (let i = 0; i < pumpCount; i++) state.solvedFor[i] = inputs.speed[i] ?? 0;
    state.solvedFor[pumpCount] = state.reducer;
    state.solvedFor[pumpCount + 1] = totalDraw(inputs);
    state.held = 0;
  }

  #shutTanks(state: NetworkState): boolean {
    let changed = false;
    for (let i = 0; i < tanks.length; i++) {
      const tank = tanks[i];
      if (tank === undefined || this.#boundary.tankOpen[i] === 0) continue;
      const level = tankLevel(state, i);
      const q = this.#solver.flow[links.tank[i] ?? 0] ?? 0;
      if ((level >= tank.max && q > 0) || (level <= tank.min && q < 0)) {
        this.#boundary.tankOpen[i] = 0;
        changed = true;
      }
    }
    return changed;
  }
}

function totalDraw(inputs: NetworkInputs): number {
  let total = 0;
  for (const { flow } of inputs.draws) total += flow;
  return total;
}

/** Flow from the station into the network, L/s. */
export function stationFlow(state: NetworkState): number {
  let q = 0;
  for (let i = 0; i < 4; i++) q += pumpFlow(state, i);
  return q;
}

/** Flow through P1–P4 (0–3), B1, B2 (4, 5), L/s. */
export function pumpFlow(state: NetworkState, pump: number): number {
  return Math.max(0, state.flow[links.pump + pump] ?? 0);
}

/** Flow through the reducing valve into the low zone, L/s. */
export function lowZoneFlow(state: NetworkState): number {
  return state.flow[links.reducer] ?? 0;
}

/** Pressure at a junction, m. */
export function pressureAt(state: NetworkState, id: string): number {
  return state.pressure[nodeAt(id)] ?? 0;
}
