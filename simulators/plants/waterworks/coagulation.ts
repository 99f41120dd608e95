import { clamp, lag, type Noise, wander } from '../../plant-kit/noise.ts';

/** Rapid mix, flocculation and settling, plain data. */
export interface CoagulationState {
  /** Alum added to the water, mg/L. */
  dose: number;
  /** Lime added to the water, mg/L. */
  lime: number;
  /** Alum tank level, %. */
  alumTank: number;
  /** True while a delivery fills the tank. */
  filling: boolean;
  mixer: number;
  ph: number;
  /** Settled turbidity, NTU. */
  settled: number;
  /** Conditioning of the particles, 0 none … 1 complete: unconditioned particles pass the filters. */
  conditioning: number;
}

export function initialCoagulation(alumTank: number): CoagulationState {
  return { dose: 22, lime: 8, alumTank, filling: false, mixer: 85, ph: 7.3, settled: 0.6, conditioning: 1 };
}

/** Alum dose (mg/L) with the lowest settled turbidity. */
export function optimalAlum(turbidity: number): number {
  return 7 + 6.2 * Math.max(0, turbidity) ** 0.42;
}

/** Turbidity after settling with the dose `alum`, NTU: too little leaves particles, too much reverses their charge. */
export function settledTarget(turbidity: number, alum: number, temperature: number): number {
  const off = (alum - optimalAlum(turbidity)) / optimalAlum(turbidity);
  const removal = Math.max(0.15, 0.93 - 2.2 * off * off - 0.5 * Math.max(0, -off)) * (1 - 0.004 * (15 - temperature));
  return Math.max(0.25, turbidity * (1 - removal));
}

const settlingS = 4500;
const conditioningS = 3600;
/** Alum in a full tank, kg. */
const alumTankKg = 9000;
/** Alkalinity, mg/L as CaCO3. */
const alkalinity = 80;
/** Change of pH per mg/L of lime. */
const limeEffect = 0.03;

export interface CoagulationInputs {
  /** River water: turbidity in NTU, temperature in °C, pH, flow in L/s. */
  readonly turbidity: number;
  readonly temperature: number;
  readonly ph: number;
  readonly flow: number;
  /** Dose requested by the PLC, mg/L. */
  readonly alum: number;
  readonly lime: number;
  /** Share of the requested dose that the alum pump delivers: 0 when it has failed. */
  readonly alumFeed: number;
}

export function stepCoagulation(state: CoagulationState, inputs: CoagulationInputs, dt: number, noise: Noise): void {
  const flowing = inputs.flow > 1;
  const wanted = flowing && state.alumTank > 0.5 ? clamp(inputs.alum * inputs.alumFeed, 0, 80) : 0;
  state.dose += (wanted - state.dose) * lag(dt, 3);
  state.lime += (inputs.lime - state.lime) * lag(dt, 5);
  state.alumTank = Math.max(0, state.alumTank - (state.dose * inputs.flow * dt) / 1e6 / (alumTankKg / 100));
  // a delivery is ordered early and takes half an hour
  if (state.alumTank < 20) state.filling = true;
  if (state.filling) state.alumTank += (75 * dt) / 1800;
  if (state.alumTank >= 95) state.filling = false;
  state.mixer = 85 + wander(state.mixer - 85, 0.4, 30, dt, noise.stream('mixer'));
  const ph = inputs.ph - 0.012 * state.dose * (50 / alkalinity) + limeEffect * state.lime;
  state.ph += (ph - state.ph) * lag(dt, 60);
  const target = settledTarget(inputs.turbidity, state.dose, inputs.temperature);
  state.settled += ((target - state.settled) * dt) / settlingS;
  const enough = Math.min(1, state.dose / (0.7 * optimalAlum(inputs.turbidity)));
  state.conditioning += ((enough - state.conditioning) * dt) / conditioningS;
}
