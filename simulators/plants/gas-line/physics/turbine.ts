import { approach, clamp, lag } from '../../../plant-kit/noise.ts';

/** Lower heating value, J/kg; efficiency of the gas turbine; rating at 15 °C, W. */
const [heatingValue, turbineEfficiency, ratedPower] = [48e6, 0.3, 2.6e6] as const;
/** Speed up and down, and coast-down after a trip, per s. */
const [ramp, coast] = [0.008, 0.06] as const;
/** Loss of speed while the power exceeds the rating, per s. */
const droop = 0.002;

/** Gas turbine with bearings and oil. Plain data. */
export interface TurbineState {
  /** Exhaust temperature, °C. */
  exhaust: number;
  /** Lubricating oil, °C and kPa. */
  oil: number;
  oilPressure: number;
  /** Bearing temperatures, °C. */
  readonly bearings: number[];
  /** Heating of the gas by surge beyond that of its compression, K. */
  surgeHeat: number;
  /** Cooled outlet, °C. */
  cooled: number;
  /** Shaft vibration by surge, µm. */
  shake: number;
  /** Wear of the bearings, 0 when new. */
  wear: number;
  /** Share of the oil pressure that a leak takes. */
  oilLoss: number;
  /** Running time, h. */
  hours: number;
  starts: number;
}

export const initialTurbine = (runs: boolean, hours: number): TurbineState => ({
  exhaust: runs ? 535 : 20,
  oil: runs ? 52 : 30,
  oilPressure: runs ? 180 : 0,
  bearings: Array.from({ length: 4 }, (_, i) => (runs ? 70 + 2 * i : 30)),
  surgeHeat: 0,
  cooled: 30,
  shake: 0,
  wear: 0,
  oilLoss: 0,
  hours,
  starts: Math.round(hours / 140),
});

/** Power that the site permits, W. @param air °C */
export const ratingAt = (air: number): number => ratedPower * (1 - 0.007 * Math.max(0, air - 15));

/** Fuel for a power, kg/s. An idling turbine burns some too. */
export const fuelFor = (power: number, speed: number): number =>
  speed < 0.3 ? 0 : (power + 1.2e5 * speed) / (turbineEfficiency * heatingValue);

/** Speed after `dt` seconds. @param power W at the shaft @param fired false if the turbine coasts down */
export function nextSpeed(speed: number, target: number, fired: boolean, power: number, air: number, dt: number): number {
  if (!fired) return Math.max(0, speed - coast * dt);
  const limited = power > ratingAt(air) ? Math.min(target, speed - droop * dt) : target;
  return approach(speed, limited, ramp * dt);
}

/** Shaft vibration, µm. */
export const vibrationOf = ({ shake, wear }: TurbineState, speed: number): number =>
  speed < 0.05 ? 0 : 12 + 10 * speed + shake + 30 * wear;

/** Advances what changes over seconds and minutes. @param air °C */
export function stepTurbine(
  turbine: TurbineState,
  speed: number,
  power: number,
  air: number,
  compressed: number,
  dt: number,
): void {
  const runs = speed > 0.3;
  const exhaust = runs ? 480 + (90 * power) / ratedPower - 2 * (15 - air) : air;
  turbine.exhaust += (exhaust - turbine.exhaust) * lag(dt, runs ? 15 : 600);
  const pumped = speed > 0.1 ? 150 + 30 * Math.min(1, speed) : 0;
  turbine.oilPressure += (pumped * (1 - turbine.oilLoss) - turbine.oilPressure) * lag(dt, 5);
  turbine.oil += ((runs ? 38 + 16 * speed : air + 8) - turbine.oil) * lag(dt, 1200);
  for (let i = 0; i < turbine.bearings.length; i++) {
    const own = runs ? (20 + 2 * i) * speed ** 2 + (i === 0 ? 45 * turbine.wear : 0) + 0.1 * turbine.shake : 0;
    turbine.bearings[i] = (turbine.bearings[i] ?? 0) + (turbine.oil + own - (turbine.bearings[i] ?? 0)) * lag(dt, 240);
  }
  turbine.surgeHeat *= 1 - lag(dt, 90);
  turbine.shake *= 1 - lag(dt, 6);
  const outlet = runs ? Math.min(30, compressed) : groundOf(air);
  turbine.cooled += (clamp(outlet, -20, 120) - turbine.cooled) * lag(dt, 60);
  if (runs) turbine.hours += dt / 3600;
}

/** Temperature of gas that stands in the pipes, °C. */
const groundOf = (air: number): number => 10 + 0.2 * (air - 10);
