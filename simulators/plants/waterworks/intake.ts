import { approach, clamp, type Noise, wander } from '../../plant-kit/noise.ts';

/** River and raw water pumps, plain data. */
export interface IntakeState {
  /** Relative random variation of turbidity in dry weather. */
  muddiness: number;
  levelWander: number;
  temperatureWander: number;
  /** Added to the plant time for the season, ms; absent in states of earlier versions. */
  seasonShift?: number;
  acidityWander: number;
  /** Rain events: peak turbidity above dry weather (NTU), and plant seconds since the beginning. */
  readonly rains: { readonly peak: number; age: number }[];
  turbidity: number;
  temperature: number;
  ph: number;
  conductivity: number;
  /** River level, m. */
  level: number;
  /** Flow of the pumps, L/s. */
  flow: number;
  /** Speed per pump, %. */
  readonly speed: number[];
  readonly current: number[];
  /** Water taken since the start, m³. */
  taken: number;
}

/** @param seasonShift added to the plant time for the season, ms */
export function initialIntake(time: number, flow: number, seasonShift: number): IntakeState {
  return {
    muddiness: 0,
    levelWander: 0,
    temperatureWander: 0,
    seasonShift,
    acidityWander: 0,
    rains: [],
    turbidity: 8,
    temperature: seasonalTemperature(time + seasonShift),
    ph: 7.2,
    conductivity: 420,
    level: 2.2,
    flow,
    speed: [0, 0],
    current: [0, 0],
    taken: 0,
  };
}

const dryTurbidity = 8;
/** Rate of change of the flow, L/s per second: the whole range in two minutes. */
const flowRate = 145 / 120;

/** River temperature by season: about 5 °C in February, 20 °C in August. */
export function seasonalTemperature(time: number): number {
  const year = 365.25 * 86_400_000;
  return 12.4 - 7.4 * Math.cos((2 * Math.PI * (time - 40 * 86_400_000)) / year);
}

/** Turbidity added by rain of a given peak, NTU: rises over three hours, then decays. */
export function rainTurbidity(peak: number, age: number): number {
  const t = age / 10_800;
  return peak * t * Math.exp(1 - t);
}

/** Steps river and intake. @param target raw flow requested by the PLC, L/s @param pumps commands of the PLC to the pumps */
export function stepIntake(
  state: IntakeState,
  target: number,
  pumps: readonly boolean[],
  time: number,
  dt: number,
  noise: Noise,
): void {
  state.muddiness = wander(state.muddiness, 0.08, 6 * 3600, dt, noise.stream('river.turbidity'));
  state.levelWander = wander(state.levelWander, 0.05, 12 * 3600, dt, noise.stream('river.level'));
  state.temperatureWander = wander(state.temperatureWander, 0.2, 24 * 3600, dt, noise.stream('river.temperature'));
  state.acidityWander = wander(state.acidityWander, 0.04, 8 * 3600, dt, noise.stream('river.ph'));
  let rain = 0;
  for (const event of state.rains) {
    event.age += dt;
    rain += rainTurbidity(event.peak, event.age);
  }
  while ((state.rains[0]?.age ?? 0) > 40 * 3600) state.rains.shift();
  const hour = (time / 3_600_000) % 24;
  state.turbidity = dryTurbidity * Math.exp(state.muddiness) + rain;
  const ofSeason = seasonalTemperature(time + (state.seasonShift ?? 0));
  state.temperature = ofSeason + 0.3 * Math.sin((2 * Math.PI * (hour - 10)) / 24) + state.temperatureWander;
  state.ph = 7.2 + 0.05 * Math.sin((2 * Math.PI * (hour - 9)) / 24) + state.acidityWander - 0.0015 * rain;
  state.conductivity = 420 - 1.2 * rain + 200 * state.levelWander;
  state.level = 2.2 + state.levelWander + 0.006 * rain;
  state.flow = approach(state.flow, pumps.includes(true) ? target : 0, flowRate * dt);
  state.taken += (state.flow * dt) / 1000;
  runPumps(state, pumps);
}

/** Speed and current of each pump by the affinity laws: H = n²·26 − 5e-4·q², static lift 14 m − river level. */
function runPumps(state: IntakeState, pumps: readonly boolean[]): void {
  const running = pumps.filter(Boolean).length;
  const q = running === 0 ? 0 : state.flow / running;
  const lift = 14 - state.level + 2e-4 * state.flow ** 2;
  for (let i = 0; i < state.speed.length; i++) {
    const on = pumps[i] === true;
    const speed = on ? clamp(Math.sqrt((lift + 5e-4 * q * q) / 26), 0, 1.1) : 0;
    state.speed[i] = 100 * speed;
    // 0.72 pump and motor efficiency, magnetising current 9 A
    state.current[i] = on ? 9 + (9.81 * (q / 1000) * lift) / 0.72 / (Math.sqrt(3) * 0.4 * 0.86) : 0;
  }
}
