import { c2, densityOf, valveFlow } from './gas.ts';

/** Speed at n = 1, rpm. */
export const ratedSpeed = 9500;
/** Polytropic efficiency. */
export const efficiency = 0.8;
/** Flow area over length of the duct, m. */
const duct = 0.07 / 12;
/** Volume of the plenum, m³; isentropic exponent of the pressure waves in it. */
const [plenumVolume, stiffness] = [6, 1.1] as const;
const kappa = 0.2308;
const [checkCoefficient, recycleCoefficient, checkLagS] = [0.03, 5.2e-3, 0.05] as const;
/** Speed below which the wheel is only a resistance. */
const still = 0.25;
/** Orifice of the flow measurement: differential pressure is this times ρq², Pa. */
export const orifice = 625;

/** Compressor, plenum, check valve and anti-surge valve of a unit. Plain data. */
export interface CompressorState {
  /** Speed, share of the rated one. */
  speed: number;
  /** Flow through the wheel, negative when reversed, kg/s. */
  flow: number;
  /** Pressure of the plenum, Pa. */
  plenum: number;
  /** Flow through the check valve, kg/s. */
  check: number;
  /** Flow through the anti-surge valve, kg/s. */
  recycle: number;
  /** Opening of the anti-surge valve, 0–1. */
  opening: number;
}

/** Coordinate of the characteristic: 1 at the surge line. @param volume flow at suction, m³/s */
const coordinate = (speed: number, volume: number): number => volume / (0.4 * speed) - 1;
/** Beyond this the characteristic is linear. */
const linear = 2.6;

/** Polytropic head, J/kg, by the cubic characteristic of Moore and Greitzer. @param volume flow at suction, m³/s */
export function headOf(speed: number, volume: number): number {
  const x = coordinate(speed, volume);
  const shape =
    x < linear ? 1 + 1.5 * x - 0.5 * x ** 3 : 1 + 1.5 * linear - 0.5 * linear ** 3 + (x - linear) * 1.5 * (1 - linear ** 2);
  return speed ** 2 * (22_700 + 13_600 * shape);
}

/** Flow at suction at which surge begins, m³/s. */
export const surgeFlow = (speed: number): number => 0.8 * speed;

/** Flow at suction, m³/s. */
export const volumeFlow = (flow: number, suction: number): number => (flow * c2) / suction;

/** Ratio of flow to surge flow; 9 for a unit at rest, as far as the controller counts. */
export const marginOf = (speed: number, volume: number): number => (speed < still ? 9 : Math.min(9, volume / surgeFlow(speed)));

/** Differential pressure of the orifice, Pa. */
export const orificePressure = (flow: number, suction: number): number =>
  flow <= 0 ? 0 : orifice * densityOf(suction) * volumeFlow(flow, suction) ** 2;

/** Power at the shaft, W. */
export function powerOf({ speed, flow }: CompressorState, suction: number): number {
  if (speed < still || flow <= 0) return 0;
  return (flow * Math.max(0, headOf(speed, volumeFlow(flow, suction)))) / efficiency;
}

/** Pressure behind the wheel, Pa. @param volume flow at suction, m³/s */
const deliveredPressure = (speed: number, volume: number, suction: number): number =>
  suction * Math.max(0.05, 1 + (headOf(speed, volume) * kappa) / c2) ** (1 / kappa);

/** Speed between two limits at which a unit delivers a flow at a pressure, share. @param flow kg/s */
export function speedFor(flow: number, suction: number, discharge: number, [low, high]: readonly [number, number]): number {
  let [from, to] = [low, high];
  for (let k = 0; k < 40; k++) {
    const middle = (from + to) / 2;
    if (deliveredPressure(middle, volumeFlow(flow, suction), suction) < discharge) from = middle;
    else to = middle;
  }
  return to;
}

/** Advances the flow through the wheel, linearly implicit because its slope at high flow is steep. */
function stepWheel(unit: CompressorState, suction: number, dt: number): void {
  const { speed, flow } = unit;
  let [delivered, slope] = [suction - 2000 * flow * Math.abs(flow), -4000 * Math.abs(flow)];
  if (speed >= still) {
    const volume = volumeFlow(flow, suction);
    const x = Math.min(coordinate(speed, volume), linear);
    delivered = deliveredPressure(speed, volume, suction);
    const base = (delivered / suction) ** kappa;
    const perVolume = (speed ** 2 * 13_600 * 1.5 * (1 - x * x)) / (0.4 * speed);
    slope = ((delivered / (c2 * base)) * perVolume * c2) / suction;
  }
  const gain = dt * duct;
  unit.flow += (gain * (delivered - unit.plenum)) / (1 - gain * Math.min(slope, 0));
}

/** Advances a unit by `dt` seconds, at most 25 ms. @param suction Pa @param discharge Pa */
export function stepCompressor(unit: CompressorState, suction: number, discharge: number, dt: number): void {
  stepWheel(unit, suction, dt);
  const through = valveFlow(checkCoefficient, unit.plenum, discharge);
  unit.check += ((through - unit.check) * dt) / (checkLagS + dt);
  unit.recycle = unit.opening <= 0 ? 0 : valveFlow(recycleCoefficient * unit.opening, unit.plenum, suction);
  unit.plenum += ((dt * stiffness * c2) / plenumVolume) * (unit.flow - unit.check - unit.recycle);
}

/** Mass in the plenum, kg. */
export const plenumMass = ({ plenum }: CompressorState): number => (plenum * plenumVolume) / (stiffness * c2);

export const initialCompressor = (speed: number, flow: number, plenum: number): CompressorState => ({
  speed,
  flow,
  plenum,
  check: flow,
  recycle: 0,
  opening: speed > 0 ? 0 : 1,
});
