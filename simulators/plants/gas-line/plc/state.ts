/** Steps of a unit's sequence, in `K1.STATE`. */
export const unitState = {
  stopped: 0,
  purge: 1,
  crank: 2,
  lightOff: 3,
  idle: 4,
  warmUp: 5,
  loading: 6,
  running: 7,
  unloading: 8,
  coolDown: 9,
  tripped: 10,
} as const;

/** First-out codes of trips, in `K1.FIRST`. */
export const tripCode = {
  none: 0,
  pressure: 1,
  temperature: 2,
  vibration: 3,
  overspeed: 4,
  suction: 5,
  oil: 6,
  surge: 7,
  gas: 8,
  fire: 9,
  stop: 10,
} as const;

/** Speed range of a loaded unit, share of the rated speed. */
export const speedRange = [0.7, 1.04] as const;

/** Control and protection of one unit. Plain data. */
export interface UnitControl {
  state: number;
  /** Time in the state, s. */
  stateS: number;
  /** Integral and output of the anti-surge controller, 0–1. */
  integral: number;
  output: number;
  /** Ratio of flow to surge flow that the controller computes. */
  margin: number;
  /** Requested speed, share. */
  speed: number;
  /** Trim of the load sharing, share of the rated speed. */
  trim: number;
  first: number;
  /** Time since each start of the last hour, s. */
  readonly starts: number[];
  /** Surge detection: the flow was low; ages of the last cycles, s; cycles since commissioning. */
  low: boolean;
  readonly cycles: number[];
  surges: number;
}

export interface PlcState {
  /** Running time of the controllers, s. */
  uptime: number;
  /** Accepted network writes, per controller. */
  readonly writes: Record<string, number>;
  /** Running time at the last restart, s, per controller; absent before the first. */
  restarted?: Record<string, number>;
  readonly units: UnitControl[];
  /** Station controller: integral and output, share of the rated speed. */
  integral: number;
  speed: number;
  /** Time with too little and too much capacity, s. */
  shortS: number;
  spareS: number;
  /** Filtered line pressures, MPa, for their rates. */
  readonly filtered: number[];
  /** Filtered pack, t, and balance, kg/s; 0 before the first scan. */
  pack: number;
  balance: number;
  /** Emergency stop of the station; only a person resets it. */
  stopped: boolean;
}

const control = (runs: boolean): UnitControl => ({
  state: runs ? unitState.running : unitState.stopped,
  stateS: 600,
  integral: 0,
  output: runs ? 0 : 1,
  margin: runs ? 1.2 : 9,
  speed: 0,
  trim: 0,
  first: tripCode.none,
  starts: [],
  low: false,
  cycles: [],
  surges: 0,
});

/** @param speed of running units, share */
export const initialPlc = (runs: readonly boolean[], speed: number): PlcState => ({
  uptime: 0,
  writes: { plc1: 0, rtu2: 0 },
  units: runs.map(control),
  integral: speed,
  speed,
  shortS: 0,
  spareS: 0,
  filtered: [],
  pack: 0,
  balance: 0,
  stopped: false,
});
