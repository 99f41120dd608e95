import { type CompressorState, stepCompressor } from './compressor.ts';
import { c2, valveFlow } from './gas.ts';

/** Volumes of the suction and discharge headers, m³. */
const [suctionVolume, dischargeVolume] = [200, 250] as const;
const bypassCoefficient = 0.06;
/** Loss of the clean scrubber with its valves, Pa/(kg/s)². */
const scrubberLoss = 3.4;

/** Headers, scrubber and by-pass of the compressor station. Plain data. */
export interface StationState {
  /** Pressures of the headers, Pa. */
  suction: number;
  discharge: number;
  /** Flow through the by-pass check valve, from suction to discharge, kg/s. */
  bypass: number;
  /** Dirt in the scrubber: its loss is 1 + this times the clean one. */
  fouling: number;
}

export const scrubberResistance = ({ fouling }: StationState): number => scrubberLoss * (1 + fouling);

/** Flows at the borders of the station, the same ones that the lines use, kg/s. */
export interface StationFlows {
  readonly inflow: number;
  readonly outflow: number;
  readonly fuel: number;
}

/** Advances headers and units by `dt` seconds, at most 25 ms: pressures after flows. */
export function stepStation(station: StationState, units: readonly CompressorState[], flows: StationFlows, dt: number): void {
  let [taken, given] = [0, 0];
  for (const unit of units) {
    stepCompressor(unit, station.suction, station.discharge, dt);
    taken += unit.flow - unit.recycle;
    given += unit.check;
  }
  station.bypass = valveFlow(bypassCoefficient, station.suction, station.discharge);
  station.suction += ((dt * c2) / suctionVolume) * (flows.inflow - taken - station.bypass - flows.fuel);
  station.discharge += ((dt * c2) / dischargeVolume) * (given + station.bypass - flows.outflow);
}

/** Mass in the headers, kg. */
export const headerMass = ({ suction, discharge }: StationState): number =>
  (suction * suctionVolume + discharge * dischargeVolume) / c2;
