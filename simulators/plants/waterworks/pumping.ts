import { approach, clamp, lag, type Noise, wander } from '../../plant-kit/noise.ts';

/** One high-lift pump, plain data. */
export interface PumpState {
  /** Relative speed of the drive. */
  speed: number;
  /** Latched fault; the pump does not run until it is reset. 0 none, else a `tripCode`. */
  trip: number;
  /** Integral of the overload relay, 1 trips. */
  overload: number;
  /** Bearing temperature, °C. */
  bearing: number;
  /** Vibration, mm/s. */
  vibration: number;
  vibrationWander: number;
  /** Wear of the bearing, 0 none … 1 about to fail. */
  wear: number;
  hours: number;
  /** Power in kW, current in A. */
  power: number;
  current: number;
  /** Flow, L/s. */
  flow: number;
}

/** First-out codes of the station. */
export const tripCode = { none: 0, overload: 1, vibration: 2, bearing: 3, dryRun: 4 } as const;

export function initialPumps(hours: readonly number[]): PumpState[] {
  return hours.map((h) => ({
    speed: 0,
    trip: tripCode.none,
    overload: 0,
    bearing: 20,
    vibration: 0.2,
    vibrationWander: 0,
    wear: 0,
    hours: h,
    power: 0,
    current: 0,
    flow: 0,
  }));
}

/** Drive ramp: standstill to full speed in 10 s. */
const ramp = 0.1;
const ratedCurrent = 132;
const ambient = 18;

/** NPSH available minus NPSH required at the pump's flow, m; below 0 the pump cavitates. */
export function suctionMargin(flow: number, level: number): number {
  return 10.2 - 0.6 * (flow / 76) ** 2 - (3.5 - level) - (3 + 0.0006 * flow * flow);
}

/** Relative speed of a cavitating pump in the hydraulic model: it loses 2 % of head per 0.1 m of missing margin. */
export function hydraulicSpeed(pump: PumpState, level: number): number {
  if (pump.speed < 0.01) return 0;
  const missing = Math.max(0, -suctionMargin(pump.flow, level));
  return pump.speed * Math.sqrt(clamp(1 - 0.2 * missing, 0.1, 1));
}

/** Shaft power in kW for q L/s at relative speed n: head by the pump curve, best efficiency at 62·n L/s. */
function shaftPower(q: number, n: number): number {
  if (n < 0.05) return 0;
  const head = Math.max(0, 80 * n * n - 0.007 * q ** 1.889 * n ** 0.111);
  const off = (q - 62 * n) / (62 * n);
  const efficiency = Math.max(0.2, 0.8 - 0.35 * off * off);
  // against a closed valve the pump takes about 35 % of rated power
  return Math.max((9.81 * (q / 1000) * head) / efficiency, 20 * n ** 3);
}

/**
 * Steps one pump. `commanded` is the PLC's output. Trips and the dry-run float act in the motor circuit, which the network cannot
 * reach. `flow` is that of the hydraulic solution.
 */
export function stepPump(
  pump: PumpState,
  commanded: boolean,
  flow: number,
  level: number,
  dt: number,
  noise: Noise,
  id: string,
): void {
  const run = commanded && pump.trip === tripCode.none;
  // a trip opens the contactor: the pump slows down without a ramp
  pump.speed = approach(pump.speed, run ? 1 : 0, ramp * dt * (pump.trip === tripCode.none ? 1 : 3));
  pump.flow = flow;
  pump.power = shaftPower(flow, pump.speed);
  pump.current = pump.speed > 0.01 ? pump.power / (Math.sqrt(3) * 0.4 * 0.87 * 0.94) : 0;
  if (pump.speed > 0.05) pump.hours += dt / 3600;
  pump.vibrationWander = wander(pump.vibrationWander, 0.12, 600, dt, noise.stream(`${id}.vibration`));
  const off = Math.abs(flow - 62 * pump.speed) / 62;
  const cavitating = pump.speed > 0.3 && suctionMargin(flow, level) < 0 ? 3 : 1;
  const rough = (1.5 + 0.9 * off + pump.vibrationWander + 7 * pump.wear) * cavitating;
  pump.vibration += (0.15 + rough * pump.speed * pump.speed - pump.vibration) * lag(dt, 4);
  const heat = ambient + (0.45 * pump.power + 45 * pump.wear) * pump.speed;
  pump.bearing += (heat - pump.bearing) * lag(dt, 1500);
  guard(pump, level, dt);
}

/** Motor protection: dry-run float, inverse-time overload, vibration and bearing temperature. */
function guard(pump: PumpState, level: number, dt: number): void {
  const over = pump.current / (1.15 * ratedCurrent);
  pump.overload = clamp(pump.overload + (over > 1 ? (dt * (over * over - 1)) / 60 : -dt / 600), 0, 2);
  if (pump.trip === tripCode.dryRun && level > 1) pump.trip = tripCode.none;
  if (pump.trip !== tripCode.none) return;
  if (level < 0.4) pump.trip = tripCode.dryRun;
  else if (pump.overload >= 1) pump.trip = tripCode.overload;
  else if (pump.vibration > 7.1) pump.trip = tripCode.vibration;
  else if (pump.bearing > 90) pump.trip = tripCode.bearing;
}
