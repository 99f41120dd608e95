import {
  baseMva,
  buildTopology,
  capacitorMvar,
  capacitorsIn,
  feederBus,
  type NetworkInputs,
  node,
  nodes,
  source,
  supply,
  type Topology,
} from './topology.ts';

/** Base current at 20 kV, A. */
export const baseAmps = (baseMva * 1000) / (Math.sqrt(3) * 20);

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
