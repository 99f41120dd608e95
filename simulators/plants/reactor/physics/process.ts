import { lag } from '../../../plant-kit/noise.ts';
import { firstLiquid, fractions, gasHeatOf, liquidHeatOf, liquidVolume, massOf, sum } from './components.ts';
import {
  compression,
  condenserCooling,
  feedFlow,
  liquidFlow,
  purgeFlow,
  reactorCooling,
  reactorFeed,
  reactorOutlet,
  reliefFlow,
  steamHeat,
  strippedShares,
  water,
} from './flows.ts';
import { feasible, heatOfReactions, productionOf, ratesOf } from './reactions.ts';
import {
  change,
  drawn,
  gasPressure,
  phasesOf,
  solveGas,
  solveLiquid,
  type Stream,
  type VesselState,
  volumes,
} from './vessels.ts';

/** Reactor, separator, stripper and mixing zone with their cooling water. Plain data. */
export interface ProcessState {
  readonly reactor: VesselState;
  readonly separator: VesselState;
  readonly stripper: VesselState;
  readonly mixer: VesselState;
  /** Outlets of the cooling water of reactor and condenser, °C. */
  waterReactor: number;
  waterCondenser: number;
}

/** What acts on the vessels from outside. */
export interface ProcessInputs {
  /** Positions of the valves XV01 to XV12, %. */
  readonly valves: readonly number[];
  /** Shares of A and of B in the A + C feed. */
  readonly feedA: number;
  readonly feedB: number;
  /** Availability of the four feeds, 0–1. */
  readonly supply: readonly number[];
  /** Temperature of the D feed, °C. */
  readonly feedTemperature: number;
  /** Cooling water of reactor and condenser, °C. */
  readonly waterIn: readonly [reactor: number, condenser: number];
  /** Share of the usual flow of cooling water to the reactor that its supply has. */
  readonly waterSupply: number;
  /** Share of the rates of reactions. */
  readonly activity: number;
  /** Share of the heat transfer of the reactor that fouling leaves. */
  readonly transfer: number;
  /** Share of the capacity of the compressor; 0 if it does not run. */
  readonly compressor: number;
}

/** Flows and conditions of the last step, for sensors and controllers. Plain data. */
export interface ProcessNow {
  /** Absolute pressures, kPa. */
  reactor: number;
  separator: number;
  mixer: number;
  /** Volumes of liquid, m³. */
  reactorLiquid: number;
  separatorLiquid: number;
  stripperLiquid: number;
  /** kmol/s */
  feeds: number[];
  recycle: number;
  toReactor: number;
  purge: number;
  /** m³/s */
  underflow: number;
  product: number;
  /** kW */
  work: number;
  steam: number;
  reactorHeat: number;
  condenserHeat: number;
  /** Mole fractions of reactor feed, purge and product. */
  feedShares: number[];
  purgeShares: number[];
  productShares: number[];
  /** kg/s */
  relieved: number;
  productMass: number;
  purgeMass: number;
  feedMass: number;
  /** Component B, kmol/s. */
  inertIn: number;
  inertOut: number;
}

/** Temperature of the feeds, °C. */
const usual = 45;
/** Share of B, or of F, in the feeds D, E and A. */
const bElsewhere = 1e-4;
/** Component B takes part in no reaction. */
const inert = 1;

/** Composition of the feeds D, E, A and A + C. */
function feedShares({ feedA, feedB }: ProcessInputs): readonly (readonly number[])[] {
  const pure = 1 - bElsewhere;
  return [
    [0, bElsewhere, 0, pure, 0, 0, 0, 0],
    [0, 0, 0, 0, pure, bElsewhere, 0, 0],
    [pure, bElsewhere, 0, 0, 0, 0, 0, 0],
    [feedA, feedB, 1 - feedA - feedB, 0, 0, 0, 0, 0],
  ];
}

const gasStream = (amounts: readonly number[], t: number): Stream => ({ amounts, power: gasHeatOf(amounts, t).enthalpy });
const liquidStream = (amounts: readonly number[], t: number): Stream => ({ amounts, power: liquidHeatOf(amounts, t).enthalpy });
const heat = (power: number): Stream => ({ amounts: [], power });
const share = (valve: number | undefined): number => (valve ?? 0) / 100;

/** Advances the vessels by `dt` seconds, explicitly: at most 1 s, less with small differences of pressure. */
export function stepProcess(process: ProcessState, inputs: ProcessInputs, dt: number): ProcessNow {
  const { reactor, separator, stripper, mixer } = process;
  const { valves } = inputs;
  for (const vessel of [reactor, separator]) solveLiquid(vessel, firstLiquid);
  solveLiquid(stripper, 0);
  solveGas(mixer);
  const inReactor = phasesOf(reactor, volumes.reactor);
  const inSeparator = phasesOf(separator, volumes.separator);
  const [pV, yV] = [gasPressure(mixer, volumes.mixer), fractions(mixer.n)];
  const [tR, tS, tC] = [reactor.temperature, separator.temperature, stripper.temperature];
  const shares = feedShares(inputs);
  const feeds = feedFlow.map((full, i) => full * share(valves[i]) * (inputs.supply[i] ?? 1));
  const streams = feeds.map((flow, i) =>
    gasStream(
      (shares[i] ?? []).map((part) => flow * part),
      i === 0 ? inputs.feedTemperature : usual,
    ),
  );
  const toReactor = gasStream(drawn(mixer, reactorFeed(pV, inReactor.pressure, yV), yV, dt), mixer.temperature);
  const outlet = gasStream(
    drawn(reactor, reactorOutlet(inReactor.pressure, inSeparator.pressure, inReactor.y), inReactor.y, dt),
    tR,
  );
  const relief = gasStream(drawn(reactor, reliefFlow(inReactor.pressure, inReactor.y), inReactor.y, dt), tR);
  const purge = gasStream(
    drawn(separator, purgeFlow(valves[5] ?? 0, inSeparator.pressure, inSeparator.y), inSeparator.y, dt),
    tS,
  );
  const machine = compression(pV, inSeparator.pressure, valves[4] ?? 0, inputs.compressor, inSeparator.y, tS);
  const recycled = gasStream(drawn(separator, machine.flow, inSeparator.y, dt), tS);
  const recycle = { ...recycled, power: recycled.power + machine.work };
  const underflow = liquidStream(drawn(separator, liquidFlow.separator * share(valves[6]), inSeparator.x, dt), tS);
  const xC = fractions(stripper.n);
  const product = liquidStream(drawn(stripper, liquidFlow.stripper * share(valves[7]), xC, dt), tC);
  const gas = streams[3] ?? heat(0);
  const split = strippedShares(sum(gas.amounts), sum(underflow.amounts), tC);
  const stripped = gasStream(
    split.map((part, i) => part * ((gas.amounts[i] ?? 0) + (underflow.amounts[i] ?? 0))),
    tC,
  );
  const rates = ratesOf(tR, inReactor.partial, inReactor.gasSpace, inputs.activity);
  const possible = feasible(rates, reactor.n, dt);
  const reactions = {
    amounts: productionOf(rates).map((rate) => possible * rate),
    power: possible * heatOfReactions(rates),
  };
  const reactorHeat = inputs.transfer * reactorCooling(inReactor.liquid, valves[11] ?? 0, process.waterReactor, tR);
  const gasFlow = sum(outlet.amounts);
  const condenserHeat = condenserCooling(gasFlow, process.waterCondenser, tR);
  const steam = steamHeat(valves[8] ?? 0, tC);
  const stripperLiquid = liquidVolume(stripper.n, tC, 0);

  change(reactor, dt, [
    [1, toReactor],
    [-1, outlet],
    [-1, relief],
    [1, reactions],
    [1, heat(reactorHeat)],
  ]);
  change(separator, dt, [
    [1, outlet],
    [-1, recycle],
    [-1, purge],
    [-1, underflow],
    [1, heat(condenserHeat)],
  ]);
  change(stripper, dt, [
    [1, gas],
    [1, underflow],
    [-1, stripped],
    [-1, product],
    [1, heat(steam)],
  ]);
  const [d, e, a] = streams;
  change(mixer, dt, [
    [1, d ?? heat(0)],
    [1, e ?? heat(0)],
    [1, a ?? heat(0)],
    [1, stripped],
    [1, recycle],
    [-1, toReactor],
  ]);
  stepWater(process, inputs, reactorHeat, condenserHeat, dt);

  const [xS, liquidS] = [underflow.amounts, tS];
  return {
    reactor: inReactor.pressure,
    separator: inSeparator.pressure,
    mixer: pV,
    reactorLiquid: inReactor.liquid,
    separatorLiquid: inSeparator.liquid,
    stripperLiquid,
    feeds,
    recycle: sum(recycle.amounts),
    toReactor: sum(toReactor.amounts),
    purge: sum(purge.amounts),
    underflow: liquidVolume(xS, liquidS, 0),
    product: liquidVolume(product.amounts, tC, 0),
    work: machine.work,
    steam,
    reactorHeat,
    condenserHeat,
    feedShares: yV,
    purgeShares: [...inSeparator.y],
    productShares: xC,
    relieved: massOf(relief.amounts),
    productMass: massOf(product.amounts),
    purgeMass: massOf(purge.amounts),
    feedMass: streams.reduce((total, { amounts }) => total + massOf(amounts), 0),
    inertIn: streams.reduce((total, { amounts }) => total + (amounts[inert] ?? 0), 0),
    inertOut: [purge, product, relief].reduce((total, { amounts }) => total + (amounts[inert] ?? 0), 0),
  };
}

/** The jackets of cooling water: outlets follow flow and heat. The exact step keeps them stable at any flow. */
function stepWater(process: ProcessState, inputs: ProcessInputs, reactorHeat: number, condenserHeat: number, dt: number): void {
  const { valves, waterIn, waterSupply } = inputs;
  const flows = [water.reactor.flow * share(valves[9]) * waterSupply, water.condenser.flow * share(valves[10])] as const;
  const step = (outlet: number, inlet: number, flow: number, heatIn: number, capacity: number): number =>
    flow < 1e-3 ? outlet + (heatIn * dt) / capacity : outlet + (inlet + heatIn / flow - outlet) * lag(dt, capacity / flow);
  process.waterReactor = step(process.waterReactor, waterIn[0], flows[0], -reactorHeat, water.reactor.capacity);
  process.waterCondenser = step(process.waterCondenser, waterIn[1], flows[1], -condenserHeat, water.condenser.capacity);
}

/** Mass in all vessels, kg. */
export const storedMass = ({ reactor, separator, stripper, mixer }: ProcessState): number =>
  [reactor, separator, stripper, mixer].reduce((total, { n }) => total + massOf(n), 0);

/** Amount of a component in all vessels, kmol. */
export const storedOf = ({ reactor, separator, stripper, mixer }: ProcessState, component: number): number =>
  [reactor, separator, stripper, mixer].reduce((total, { n }) => total + (n[component] ?? 0), 0);

/** Differences of pressure below which, kPa, and temperature above which, °C, a second needs shorter steps. */
const stiff = { difference: 45, temperature: 124 } as const;

/** True if gas flows back and forth within a second, or if a hot reactor uses up its D within seconds. */
export function isStiff(process: ProcessState, { reactor, separator, mixer }: ProcessNow): boolean {
  const difference = Math.min(reactor - separator, mixer - reactor);
  return difference < stiff.difference || process.reactor.temperature > stiff.temperature;
}

/** Converts kmol/s to thousand standard m³ (0 °C) per hour. */
export const kscmh = (flow: number): number => flow * 3600 * 0.0224118;
