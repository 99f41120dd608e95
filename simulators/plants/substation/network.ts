import { breaker, feederBreakers } from './breaker-names.ts';
import { type BreakersState, isClosed, transformerCloses } from './breakers.ts';
import { type ComplexMatrix, inverse, zeros } from './matrix.ts';

/** Power base of the per-unit values, MVA. Voltage bases are 110 kV and 20 kV. */
export const baseMva = 10;
/** Base current at 20 kV, A. */
export const baseAmps = (baseMva * 1000) / (Math.sqrt(3) * 20);

/** Nodes of the network: 110 kV busbar, busbars A and B, far ends of the feeders, terminals of the hydro unit. */
export const node = { H: 0, A: 1, B: 2, F1: 3, F2: 4, F3: 5, F4: 6, G1: 7 } as const;
const nodes = 8;
/** Number of the source behind the grid's impedance. */
const source = 8;

/** Busbar of each feeder. */
export const feederBus = [node.A, node.A, node.B, node.B] as const;

/** Supply of a busbar. */
export const supply = { dead: 0, grid: 1, hydro: 2, diesel: 3 } as const;

/** A three-phase fault, plain data. */
export interface FaultState {
  readonly node: number;
  /** p.u. */
  readonly conductance: number;
  /** It ends once its node has been dead for a third of a second. */
  readonly transient: boolean;
  deadS: number;
}

/** Present solution, plain data. MW, Mvar, A; voltages in p.u. */
export interface NetworkState {
  readonly re: number[];
  readonly im: number[];
  /** Supply of busbars A and B. */
  readonly supply: [number, number];
  /** True if both busbars are in one energised part. */
  coupled: boolean;
  /** Import from the grid, measured at the 110 kV busbar. */
  readonly grid: Flow;
  /** Transformers, from the 110 kV side, measured at 20 kV. */
  readonly transformers: Flow[];
  /** Feeders, measured at the busbar. */
  readonly feeders: Flow[];
  readonly hydro: Flow;
  readonly diesel: Flow;
  readonly capacitors: Flow;
  /** Power of customers, of the station service and of faults, and losses behind the 110 kV busbar, MW. */
  served: number;
  station: number;
  faulted: number;
  losses: number;
  iterations: number;
}

export interface Flow {
  p: number;
  q: number;
  /** A at 20 kV. */
  i: number;
}

/** A machine as the network receives it. MW, Mvar, p.u. */
export interface Machine {
  /** True if its breaker is closed and it is excited, so that it can carry an island. */
  readonly able: boolean;
  readonly voltage: number;
  readonly p: number;
  readonly q: number;
}

export interface NetworkInputs {
  readonly breakers: BreakersState;
  readonly taps: readonly number[];
  readonly gridVoltage: number;
  readonly faults: readonly FaultState[];
  readonly hydro: Machine;
  readonly diesel: Machine;
  /** Connected demand of each feeder at nominal voltage and frequency. */
  readonly p: readonly number[];
  readonly q: readonly number[];
  readonly station: number;
  /** Frequency of busbars A and B relative to the nominal one, minus 1. */
  readonly deviation: readonly [number, number];
}

interface Branch {
  readonly from: number;
  readonly to: number;
  /** Series admittance, p.u. */
  readonly re: number;
  readonly im: number;
  /** Voltage ratio on the side of `from`, p.u. */
  readonly ratio: number;
}

/** Series impedances, p.u. */
const impedance = {
  // 1 500 MVA short-circuit power
  grid: [0.0004, 10 / 1500],
  // 25 MVA, short-circuit voltage 11 %
  transformer: [0.002, 0.044],
  coupler: [0, 0.0002],
  hydro: [(4 * 0.2) / 40, (4 * 0.35) / 40],
  feeders: [8, 5, 10, 6].map((km) => [(km * 0.32) / 40, (km * 0.36) / 40] as const),
} as const;
const capacitorMvar = 1.8;
/** Ratio per tap step. */
const tapStep = 0.0125;
export const neutralTap = 10;

const flow = (): Flow => ({ p: 0, q: 0, i: 0 });

export function initialNetwork(): NetworkState {
  return {
    re: Array.from({ length: nodes }, () => 1),
    im: Array.from({ length: nodes }, () => 0),
    supply: [supply.grid, supply.grid],
    coupled: true,
    grid: flow(),
    transformers: [flow(), flow()],
    feeders: [flow(), flow(), flow(), flow()],
    hydro: flow(),
    diesel: flow(),
    capacitors: flow(),
    served: 0,
    station: 0,
    faulted: 0,
    losses: 0,
    iterations: 0,
  };
}

/** Voltage magnitude of a node, p.u. */
export const voltageOf = (network: NetworkState, at: number): number => Math.hypot(network.re[at] ?? 0, network.im[at] ?? 0);

function branch(from: number, to: number, [r, x]: readonly [number, number], ratio = 1): Branch {
  const square = r * r + x * x;
  return { from, to, re: r / square, im: -x / square, ratio };
}

/** Turns ratio of a transformer at a tap: a higher tap raises the 20 kV voltage. */
export const ratioAt = (tap: number): number => 1 / (1 + tapStep * (tap - neutralTap));

interface Topology {
  readonly key: string | number;
  readonly branches: readonly Branch[];
  /** Known voltages: node and true if it is the grid. */
  readonly slack: readonly number[];
  readonly live: readonly boolean[];
  readonly unknown: readonly number[];
  /** Inverse of the admittance matrix of the unknown nodes. */
  readonly z: ComplexMatrix;
  readonly supply: readonly [number, number];
  readonly coupled: boolean;
}

/** Power flow of the substation: fixed-point iteration with the impedance matrix, which is computed anew after each switching. */
export class NetworkSolver {
  #topology: Topology | undefined;
  readonly #ir = new Float64Array(nodes);
  readonly #ii = new Float64Array(nodes);

  /** Solves for the inputs and writes the solution into `network`. */
  solve(network: NetworkState, inputs: NetworkInputs): void {
    const topology = this.#topologyOf(inputs);
    const { re, im } = network;
    for (let i = 0; i < nodes; i++) {
      if (topology.live[i] !== true) {
        re[i] = 0;
        im[i] = 0;
      } else if (Math.hypot(re[i] ?? 0, im[i] ?? 0) < 1e-6) {
        re[i] = 1;
        im[i] = 0;
      }
    }
    const known = (at: number): number => {
      if (at === source) return inputs.gridVoltage;
      return at === node.G1 ? inputs.hydro.voltage : inputs.diesel.voltage;
    };
    for (const at of topology.slack) {
      if (at === source) continue;
      re[at] = known(at);
      im[at] = 0;
    }
    this.#iterate(network, topology, inputs, known);
    network.supply[0] = topology.supply[0];
    network.supply[1] = topology.supply[1];
    network.coupled = topology.coupled;
    this.#measure(network, topology, inputs);
  }

  #topologyOf(inputs: NetworkInputs): Topology {
    const { breakers, taps, faults, hydro, diesel } = inputs;
    // positions and sources as bits, then the taps: one number, because it is compared in every step
    let bits = (inputs.gridVoltage > 0 ? 1 : 0) + (hydro.able ? 2 : 0) + (diesel.able ? 4 : 0);
    breakers.forEach((one, i) => {
      if (one.closed) bits += 2 ** (i + 3);
    });
    const number = (bits * 32 + (taps[0] ?? 0)) * 32 + (taps[1] ?? 0);
    const shorts = faults.length === 0 ? '' : faults.map((fault) => `${fault.node}:${fault.conductance}`).join(' ');
    const key = shorts === '' ? number : `${number} ${shorts}`;
    if (this.#topology?.key !== key) this.#topology = buildTopology(key, inputs);
    return this.#topology;
  }

  #iterate(network: NetworkState, topology: Topology, inputs: NetworkInputs, known: (at: number) => number): void {
    const { re, im } = network;
    const { unknown, z } = topology;
    const n = unknown.length;
    let iterations = 0;
    for (; iterations < 60; iterations++) {
      this.#inject(network, topology, inputs);
      for (const { from, to, re: yr, im: yi, ratio } of topology.branches) {
        // the known voltage at one end drives a current into the other end
        if (topology.slack.includes(from)) {
          this.#ir[to] = (this.#ir[to] ?? 0) + (yr * known(from)) / ratio;
          this.#ii[to] = (this.#ii[to] ?? 0) + (yi * known(from)) / ratio;
        } else if (topology.slack.includes(to)) {
          this.#ir[from] = (this.#ir[from] ?? 0) + (yr * known(to)) / ratio;
          this.#ii[from] = (this.#ii[from] ?? 0) + (yi * known(to)) / ratio;
        }
      }
      let change = 0;
      for (let row = 0; row < n; row++) {
        let vr = 0;
        let vi = 0;
        for (let column = 0; column < n; column++) {
          const k = row * n + column;
          const at = unknown[column] ?? 0;
          const [zr, zi] = [z.re[k] ?? 0, z.im[k] ?? 0];
          const [cr, ci] = [this.#ir[at] ?? 0, this.#ii[at] ?? 0];
          vr += zr * cr - zi * ci;
          vi += zr * ci + zi * cr;
        }
        const at = unknown[row] ?? 0;
        change = Math.max(change, Math.abs(vr - (re[at] ?? 0)), Math.abs(vi - (im[at] ?? 0)));
        re[at] = vr;
        im[at] = vi;
      }
      if (change < 1e-10) break;
    }
    network.iterations = iterations + 1;
  }

  /** Currents of loads and machines at the present voltages. */
  #inject(network: NetworkState, topology: Topology, inputs: NetworkInputs): void {
    this.#ir.fill(0);
    this.#ii.fill(0);
    for (let i = 0; i < 4; i++) {
      const at = node.F1 + i;
      if (topology.live[at] !== true) continue;
      const deviation = inputs.deviation[feederBus[i] === node.A ? 0 : 1];
      const share = loadShare(voltageOf(network, at), deviation);
      this.#add(network, at, -(inputs.p[i] ?? 0) * share, -(inputs.q[i] ?? 0) * share);
    }
    if (topology.live[node.A] === true) {
      this.#add(network, node.A, -inputs.station * loadShare(voltageOf(network, node.A), inputs.deviation[0]), 0);
    }
    for (const [machine, at] of [
      [inputs.hydro, node.G1],
      [inputs.diesel, node.A],
    ] as const) {
      if (!machine.able || topology.live[at] !== true || topology.slack.includes(at)) continue;
      const share = machineShare(voltageOf(network, at));
      this.#add(network, at, machine.p * share, machine.q * share);
    }
  }

  /** Adds the current of an injected power: I = conj(S / V). */
  #add(network: NetworkState, at: number, p: number, q: number): void {
    const [vr, vi] = [network.re[at] ?? 0, network.im[at] ?? 0];
    const square = Math.max(1e-12, vr * vr + vi * vi) * baseMva;
    this.#ir[at] = (this.#ir[at] ?? 0) + (p * vr + q * vi) / square;
    this.#ii[at] = (this.#ii[at] ?? 0) + (p * vi - q * vr) / square;
  }

  #measure(network: NetworkState, topology: Topology, inputs: NetworkInputs): void {
    const { breakers } = inputs;
    for (const one of [network.grid, network.hydro, network.diesel, network.capacitors]) reset(one);
    network.transformers.forEach(reset);
    network.feeders.forEach(reset);
    network.losses = 0;
    const voltage = (at: number): readonly [number, number] =>
      at === source ? [inputs.gridVoltage, 0] : [network.re[at] ?? 0, network.im[at] ?? 0];
    let outOfA = 0;
    let reactiveOutOfA = 0;
    for (const one of topology.branches) {
      const [ar, ai] = voltage(one.from);
      const [br, bi] = voltage(one.to);
      const [dr, di] = [ar / one.ratio - br, ai / one.ratio - bi];
      const [cr, ci] = [dr * one.re - di * one.im, dr * one.im + di * one.re];
      const sent = flowOf(ar / one.ratio, ai / one.ratio, cr, ci);
      const received = flowOf(br, bi, cr, ci);
      if (one.from !== source) network.losses += sent.p - received.p;
      if (one.from === source) Object.assign(network.grid, received);
      else if (one.from === node.H) Object.assign(network.transformers[one.to === node.A ? 0 : 1] ?? flow(), received);
      else if (one.to >= node.F1 && one.to <= node.F4) Object.assign(network.feeders[one.to - node.F1] ?? flow(), sent);
      else if (one.from === node.G1) Object.assign(network.hydro, sent);
      if (one.from === node.A) {
        outOfA += sent.p;
        reactiveOutOfA += sent.q;
      }
      if (one.to === node.A) {
        outOfA -= received.p;
        reactiveOutOfA -= received.q;
      }
    }
    network.served = 0;
    for (let i = 0; i < 4; i++) {
      const at = node.F1 + i;
      if (topology.live[at] !== true) continue;
      network.served += (inputs.p[i] ?? 0) * loadShare(voltageOf(network, at), inputs.deviation[feederBus[i] === node.A ? 0 : 1]);
    }
    const a = voltageOf(network, node.A);
    network.station = topology.live[node.A] === true ? inputs.station * loadShare(a, inputs.deviation[0]) : 0;
    network.capacitors.q = capacitorMvar * capacitorsIn(breakers) * a * a;
    network.faulted = inputs.faults.reduce(
      (sum, fault) => sum + baseMva * fault.conductance * voltageOf(network, fault.node) ** 2,
      0,
    );
    if (!inputs.diesel.able) return;
    if (topology.slack.includes(node.A)) {
      const fault = inputs.faults.find((one) => one.node === node.A);
      network.diesel.p = outOfA + network.station + (fault === undefined ? 0 : baseMva * fault.conductance * a * a);
      network.diesel.q = reactiveOutOfA - network.capacitors.q;
    } else {
      const share = machineShare(a);
      network.diesel.p = inputs.diesel.p * share;
      network.diesel.q = inputs.diesel.q * share;
    }
    network.diesel.i = (Math.hypot(network.diesel.p, network.diesel.q) / baseMva / Math.max(a, 0.05)) * baseAmps;
  }
}

/** Capacitors in service. */
export const capacitorsIn = (breakers: BreakersState): number =>
  (isClosed(breakers, breaker.QCB1) ? 1 : 0) + (isClosed(breakers, breaker.QCB2) ? 1 : 0);

/**
 * Load relative to nominal: 40 % constant impedance, 30 % constant current, 30 % constant power, and 1 % more per percent of
 * frequency. Below 0.7 p.u. all of it behaves as an impedance: motors drop out, and the iteration keeps a solution.
 */
export function loadShare(v: number, deviation: number): number {
  const low = v < 0.7 ? (v / 0.7) ** 2 : 1;
  const u = v < 0.7 ? 0.7 : v;
  return (0.4 * u * u + 0.3 * u + 0.3) * low * (1 + deviation);
}

/** A machine's power falls with its voltage below 0.7 p.u.: its current is limited. */
const machineShare = (v: number): number => Math.min(1, v / 0.7) ** 2;

function reset(one: Flow): void {
  one.p = 0;
  one.q = 0;
  one.i = 0;
}

function flowOf(vr: number, vi: number, cr: number, ci: number): Flow {
  return { p: baseMva * (vr * cr + vi * ci), q: baseMva * (vi * cr - vr * ci), i: baseAmps * Math.hypot(cr, ci) };
}

function branchesOf({ breakers, taps, gridVoltage }: NetworkInputs): Branch[] {
  const list: Branch[] = [];
  if (gridVoltage > 0) list.push(branch(source, node.H, impedance.grid));
  [node.A, node.B].forEach((bus, n) => {
    if (transformerCloses(breakers, n)) list.push(branch(node.H, bus, impedance.transformer, ratioAt(taps[n] ?? neutralTap)));
  });
  if (isClosed(breakers, breaker.QC)) list.push(branch(node.A, node.B, impedance.coupler));
  impedance.feeders.forEach((line, i) => {
    if (isClosed(breakers, feederBreakers[i] ?? 0)) list.push(branch(feederBus[i] ?? node.A, node.F1 + i, line));
  });
  if (isClosed(breakers, breaker.QG1)) list.push(branch(node.G1, node.B, impedance.hydro));
  return list;
}

function buildTopology(key: string | number, inputs: NetworkInputs): Topology {
  const branches = branchesOf(inputs);
  // connected parts: the lowest number of a node that is connected
  const part = Array.from({ length: nodes + 1 }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to } of branches) {
      const least = Math.min(part[from] ?? 0, part[to] ?? 0);
      if (part[from] !== least || part[to] !== least) changed = true;
      part[from] = least;
      part[to] = least;
    }
  }
  const slackOf = new Map<number, number>();
  if (inputs.gridVoltage > 0) slackOf.set(part[source] ?? source, source);
  if (inputs.hydro.able && !slackOf.has(part[node.G1] ?? 0)) slackOf.set(part[node.G1] ?? 0, node.G1);
  if (inputs.diesel.able && !slackOf.has(part[node.A] ?? 0)) slackOf.set(part[node.A] ?? 0, node.A);
  const slack = [...slackOf.values()];
  const live = Array.from({ length: nodes }, (_, i) => slackOf.has(part[i] ?? 0));
  const unknown = live.flatMap((isLive, i) => (isLive && !slack.includes(i) ? [i] : []));
  const supplyOf = (bus: number): number => {
    const at = slackOf.get(part[bus] ?? 0);
    if (at === undefined) return supply.dead;
    return at === source ? supply.grid : at === node.G1 ? supply.hydro : supply.diesel;
  };
  return {
    key,
    branches: branches.filter(({ from }) => from === source || live[from] === true),
    slack,
    live,
    unknown,
    z: inverse(admittance(branches, unknown, inputs)),
    supply: [supplyOf(node.A), supplyOf(node.B)],
    coupled: live[node.A] === true && part[node.A] === part[node.B],
  };
}

function admittance(branches: readonly Branch[], unknown: readonly number[], inputs: NetworkInputs): ComplexMatrix {
  const n = unknown.length;
  const y = zeros(n);
  const place = new Map(unknown.map((at, i) => [at, i]));
  const add = (a: number | undefined, b: number | undefined, re: number, im: number): void => {
    if (a === undefined || b === undefined) return;
    y.re[a * n + b] = (y.re[a * n + b] ?? 0) + re;
    y.im[a * n + b] = (y.im[a * n + b] ?? 0) + im;
  };
  for (const { from, to, re, im, ratio } of branches) {
    const [a, b] = [place.get(from), place.get(to)];
    add(a, a, re / (ratio * ratio), im / (ratio * ratio));
    add(b, b, re, im);
    add(a, b, -re / ratio, -im / ratio);
    add(b, a, -re / ratio, -im / ratio);
  }
  const bus = place.get(node.A);
  add(bus, bus, 0, (capacitorsIn(inputs.breakers) * capacitorMvar) / baseMva);
  for (const fault of inputs.faults) {
    const at = place.get(fault.node);
    add(at, at, fault.conductance, 0);
  }
  return y;
}
