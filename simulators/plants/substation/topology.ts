import { breaker, feederBreakers } from './breaker-names.ts';
import { type BreakersState, isClosed, transformerCloses } from './breakers.ts';
import { type ComplexMatrix, inverse, zeros } from './matrix.ts';

/** Power base of the per-unit values, MVA. Voltage bases are 110 kV and 20 kV. */
export const baseMva = 10;

/** Nodes of the network: 110 kV busbar, busbars A and B, far ends of the feeders, terminals of the hydro unit. */
export const node = { H: 0, A: 1, B: 2, F1: 3, F2: 4, F3: 5, F4: 6, G1: 7 } as const;
export const nodes = 8;
/** Number of the source behind the grid's impedance. */
export const source = 8;

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

export interface Branch {
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
export const capacitorMvar = 1.8;
/** Ratio per tap step. */
const tapStep = 0.0125;
export const neutralTap = 10;

function branch(from: number, to: number, [r, x]: readonly [number, number], ratio = 1): Branch {
  const square = r * r + x * x;
  return { from, to, re: r / square, im: -x / square, ratio };
}

/** Turns ratio of a transformer at a tap: a higher tap raises the 20 kV voltage. */
export const ratioAt = (tap: number): number => 1 / (1 + tapStep * (tap - neutralTap));

export interface Topology {
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

/** Capacitors in service. */
export const capacitorsIn = (breakers: BreakersState): number =>
  (isClosed(breakers, breaker.QCB1) ? 1 : 0) + (isClosed(breakers, breaker.QCB2) ? 1 : 0);

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

export function buildTopology(key: string | number, inputs: NetworkInputs): Topology {
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
