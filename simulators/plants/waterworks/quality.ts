import { links, pumpCount } from './epanet.ts';
import { junctions, machines, pipes, tanks } from './network-data.ts';
import { decayPlug, fullPlug, type Plug, plugMass, pushPlug } from './plug.ts';

/** Chlorine in the network, plain data. Masses in g, concentrations in mg/L. */
export interface QualityState {
  readonly pipes: Plug[];
  /** Last concentration at each node: junctions, clearwell, tanks. */
  readonly node: number[];
  readonly tankMass: number[];
  /** Totals since the start. `unbalanced` is the remainder at nodes from the solver's tolerance. */
  readonly account: { entered: number; delivered: number; decayed: number; unbalanced: number };
}

interface Link {
  readonly from: number;
  readonly to: number;
  /** Volume, m³; 0 for pumps and valves. */
  readonly volume: number;
}

const nodeIndex = new Map([...junctions.map((j) => j.id), 'CW', ...tanks.map((t) => t.id)].map((id, i) => [id, i]));
const source = junctions.length;
const firstTank = source + 1;
const nodeTotal = firstTank + tanks.length;

/** Index of a node in `QualityState.node`; junctions have the same index in the solver's arrays. */
export function nodeAt(id: string): number {
  const index = nodeIndex.get(id);
  if (index === undefined) throw new RangeError(`the network has no node ${id}`);
  return index;
}

const graph: readonly Link[] = [
  ...pipes.map((p) => ({ ...ends(p), volume: (Math.PI / 4) * (p.diameter / 1000) ** 2 * p.length })),
  ...[...machines.station, ...machines.boosters, machines.reducer].map((m) => ({ ...ends(m), volume: 0 })),
];

function ends(link: { readonly from: string; readonly to: string }): { from: number; to: number } {
  return { from: nodeAt(link.from), to: nodeAt(link.to) };
}

const touching: readonly (readonly number[])[] = Array.from({ length: nodeTotal }, (_, node) =>
  graph.flatMap((link, i) => (link.from === node || link.to === node ? [i] : [])),
);

export function initialQuality(concentration: (node: number) => number, tankVolume: readonly number[]): QualityState {
  return {
    pipes: pipes.map((_, i) => {
      const link = graph[i];
      return link === undefined ? fullPlug(0, 0) : fullPlug(link.volume, (concentration(link.from) + concentration(link.to)) / 2);
    }),
    node: Array.from({ length: nodeTotal }, (_, i) => concentration(i)),
    tankMass: tankVolume.map((volume, i) => volume * concentration(firstTank + i)),
    account: { entered: 0, delivered: 0, decayed: 0, unbalanced: 0 },
  };
}

/** All chlorine in pipes and tanks, g. */
export function storedChlorine(state: QualityState): number {
  return state.pipes.reduce((sum, plug) => sum + plugMass(plug), 0) + state.tankMass.reduce((sum, m) => sum + m, 0);
}

/** Smaller flows (L/s) are rounding errors of the solver. */
const stillFlow = 1e-4;

/**
 * Transports chlorine through the network during one hydraulic solution: plug flow in pipes, complete mixing at nodes and in
 * tanks. The flows of one solution have no cycle, because water flows to lower heads except through pumps. Nodes are therefore
 * processed in flow order, and mass is conserved exactly. Lagrangian parcels after Liou and Kroon (1987), as in EPANET.
 */
export class Transport {
  readonly #mass = new Float64Array(nodeTotal);
  readonly #volume = new Float64Array(nodeTotal);
  readonly #waiting = new Int32Array(nodeTotal);
  readonly #queue = new Int32Array(nodeTotal);

  /**
   * @param flow L/s per link @param delivered L/s per junction @param tankVolume m³ at the beginning of the interval @param
   * entered chlorine from the clearwell in the interval, g
   */
  advance(
    state: QualityState,
    flow: readonly number[],
    delivered: readonly number[],
    tankVolume: readonly number[],
    entered: number,
    seconds: number,
  ): void {
    const litres = seconds / 1000;
    this.#mass.fill(0);
    this.#volume.fill(0);
    this.#waiting.fill(0);
    for (let i = 0; i < links.count; i++) {
      const q = flow[i] ?? 0;
      const link = graph[i];
      if (link === undefined || Math.abs(q) < stillFlow) continue;
      const to = q > 0 ? link.to : link.from;
      this.#waiting[to] = (this.#waiting[to] ?? 0) + 1;
    }
    this.#mass[source] = entered;
    for (let p = 0; p < pumpCount - 2; p++)
      this.#volume[source] = (this.#volume[source] ?? 0) + (flow[links.pump + p] ?? 0) * litres;
    state.account.entered += entered;

    let end = 0;
    for (let node = 0; node < nodeTotal; node++) {
      if (node >= firstTank || this.#waiting[node] === 0) this.#queue[end++] = node;
    }
    for (let next = 0; next < end; next++) {
      const node = this.#queue[next] ?? 0;
      end = this.#pass(state, node, flow, (delivered[node] ?? 0) * litres, tankVolume, litres, end);
    }
    this.#settle(state);
  }

  /** Passes a node's water on; returns the new end of the queue. */
  #pass(
    state: QualityState,
    node: number,
    flow: readonly number[],
    demand: number,
    tankVolume: readonly number[],
    litres: number,
    queued: number,
  ): number {
    let end = queued;
    const tank = node - firstTank;
    const volume = this.#volume[node] ?? 0;
    const mass = this.#mass[node] ?? 0;
    const mixed = tank >= 0 ? (state.tankMass[tank] ?? 0) / Math.max(1, tankVolume[tank] ?? 1) : volume > 0 ? mass / volume : 0;
    if (tank >= 0 || volume > 0) state.node[node] = mixed;
    let out = 0;
    if (tank < 0 && node !== source) {
      out = demand * mixed;
      state.account.delivered += out;
    }
    for (const i of touching[node] ?? []) {
      const q = flow[i] ?? 0;
      const link = graph[i];
      if (link === undefined || Math.abs(q) < stillFlow) continue;
      const down = q > 0;
      if ((down ? link.from : link.to) !== node) continue;
      const moved = Math.abs(q) * litres;
      out += moved * mixed;
      const plug = state.pipes[i];
      const arrived = plug === undefined ? moved * mixed : pushPlug(plug, moved, mixed, !down, link.volume);
      const other = down ? link.to : link.from;
      this.#mass[other] = (this.#mass[other] ?? 0) + arrived;
      this.#volume[other] = (this.#volume[other] ?? 0) + moved;
      const left = (this.#waiting[other] ?? 0) - 1;
      this.#waiting[other] = left;
      if (left === 0 && other < firstTank) this.#queue[end++] = other;
    }
    // a tank's inflow is added at the end of the interval: more may still arrive
    if (tank >= 0) state.tankMass[tank] = (state.tankMass[tank] ?? 0) - out;
    else state.account.unbalanced += mass - out;
    return end;
  }

  #settle(state: QualityState): void {
    for (let tank = 0; tank < tanks.length; tank++) {
      state.tankMass[tank] = (state.tankMass[tank] ?? 0) + (this.#mass[firstTank + tank] ?? 0);
    }
    for (let node = 0; node < source; node++) {
      // reached only if flows form a cycle: mass that arrived there counts as unbalanced, so that it is not lost
      if ((this.#waiting[node] ?? 0) > 0) state.account.unbalanced += this.#mass[node] ?? 0;
    }
  }
}

/** Bulk decay in the network at 15 °C, 1/d; wall coefficient, m/d. */
const decay = { bulk: 0.55, wall: 0.05 } as const;
const day = 86_400;
/** Molecular diffusivity of chlorine (m²/s) and viscosity of water (m²/s), defaults of EPANET. */
const diffusivity = 1.21e-9;
const viscosity = 1.02e-6;

/** Sherwood number of pipe flow (EPANET 2.2 user manual, 12.2; Notter and Sleicher 1971 for turbulent flow). */
function sherwood(reynolds: number, slenderness: number): number {
  const schmidt = viscosity / diffusivity;
  if (reynolds < 1) return 2;
  if (reynolds >= 2300) return 0.0149 * reynolds ** 0.88 * schmidt ** (1 / 3);
  const y = slenderness * reynolds * schmidt;
  return 3.65 + (0.0668 * y) / (1 + 0.04 * y ** (2 / 3));
}

/** First-order decay in bulk and at the wall, the latter limited by mass transfer, over `seconds`. */
export function decayQuality(state: QualityState, flow: readonly number[], temperature: number, seconds: number): void {
  const warmth = 1.08 ** (temperature - 15);
  const bulk = decay.bulk * warmth;
  const wall = decay.wall * warmth;
  for (let i = 0; i < pipes.length; i++) {
    const pipe = pipes[i];
    const plug = state.pipes[i];
    if (pipe === undefined || plug === undefined) continue;
    const d = pipe.diameter / 1000;
    const speed = Math.abs(flow[i] ?? 0) / 1000 / ((Math.PI / 4) * d * d);
    const transfer = (sherwood((speed * d) / viscosity, d / pipe.length) * diffusivity * day) / d;
    const rate = bulk + (4 / d) * ((wall * transfer) / (wall + transfer));
    state.account.decayed += decayPlug(plug, Math.exp((-rate * seconds) / day));
  }
  const kept = Math.exp((-bulk * seconds) / day);
  for (let i = 0; i < state.tankMass.length; i++) {
    const mass = state.tankMass[i] ?? 0;
    state.tankMass[i] = mass * kept;
    state.account.decayed += mass * (1 - kept);
  }
}
