import { optimalAlum } from '../coagulation.ts';
import { clamp, lag } from '../../../plant-kit/noise.ts';
import { filterStep } from '../filters.ts';
import { at, each } from '../points/index.ts';
import { failed } from '../sensing.ts';
import type { WaterworksState } from '../state.ts';

const levels = [at('CW.LT01'), at('CW.LT02')] as const;
const [flow, temperature, rawTurbidity] = [at('PS.FT01'), at('RW.TE01'), at('RW.TU01')];
const [alumSetpoint, alumTrim, alumMode, mixedPh] = [at('CG.ALSP'), at('CG.TRIM'), at('CG.MODE'), at('CG.PH02')];
const [contactChlorine, networkChlorine] = [at('CL.AT01'), at('CL.AT02')];
const [chlorineSetpoint, chlorineMode, manualDose] = [at('CL.SP'), at('CL.MODE'), at('CL.OPM')];
const [maximumFlow, clearwellPh, ctRatio] = [at('SP.QMAX'), at('CW.PH03'), at('CW.CTR')];
const [suction, margin] = [at('PS.PT01'), at('PS.NPSH')];
const running = [1, 2, 3, 4].map((n) => at(`PS.P${n}.RUN`));

/** Maximum flow of one filter, L/s: 12 m/h. */
const perFilter = 53;
const filterSteps = each('FL{}.ST', 4);

function carries(step: number): boolean {
  return step === filterStep.service || step === filterStep.waste;
}

/** Clearwell level used by the PLC: that of the second transmitter if the first has failed. */
export function controlLevel(state: WaterworksState): number {
  return state.memory[failed(state.sensing, 'CW.LT01') ? levels[1] : levels[0]] ?? 0;
}

/** Sets the raw flow from the clearwell level, once a minute, and selects the intake pumps. */
export function controlRawFlow(state: WaterworksState, dt: number): void {
  const { plc, memory } = state;
  plc.rawFlowDue -= dt;
  if (plc.rawFlowDue <= 0) {
    plc.rawFlowDue += 60;
    const taking = filterSteps.filter((index) => carries(memory[index] ?? 0)).length;
    const most = Math.min(memory[maximumFlow] ?? 185, perFilter * Math.max(1, taking));
    plc.rawFlow = clamp(110 + 70 * (2.9 - controlLevel(state)), Math.min(40, most), most);
  }
  const both = plc.rawPumps[0] === true && plc.rawPumps[1] === true;
  const need = plc.rawFlow > (both ? 80 : 95);
  // a different pump runs alone each day
  const single = Math.floor(state.time / 86_400_000) % 2;
  plc.rawPumps[0] = need || single === 0;
  plc.rawPumps[1] = need || single === 1;
}

/** Alum by feed-forward from raw turbidity with the operator's trim; in manual mode the written set-point stays. */
export function controlAlum(state: WaterworksState, dt: number): void {
  const { plc, memory } = state;
  if (!failed(state.sensing, 'RW.TU01')) plc.turbidity += ((memory[rawTurbidity] ?? 0) - plc.turbidity) * lag(dt, 30);
  if (memory[alumMode] !== 1) return;
  const dose = optimalAlum(plc.turbidity) * (1 + (memory[alumTrim] ?? 0) / 100);
  memory[alumSetpoint] = Math.round(clamp(dose, 0, 80) * 100) / 100;
}

/** Lime keeps pH 7.3 after coagulation: PI, 40 mg/L full scale, Kc 0.4 per pH, Ti 300 s. */
export function controlPh(state: WaterworksState, dt: number): void {
  const { plc, memory } = state;
  const error = 7.3 - (memory[mixedPh] ?? 7.3);
  plc.lime.output = integrate(plc.lime, error, 0.4 * 40, 300, dt, 0, 40);
}

/** Chlorine: PI on the analyser after the contact channel, every 5 s, Kc 0.30, Ti 600 s (integral limit π/(2·900 s)). */
export function controlChlorine(state: WaterworksState, dt: number): void {
  const { plc, memory } = state;
  const loop = plc.chlorine;
  loop.due -= dt;
  if (loop.due > 0) return;
  const elapsed = Math.max(5, dt);
  loop.due += elapsed;
  if (memory[chlorineMode] !== 1) {
    loop.output = clamp(memory[manualDose] ?? 0, 0, 5);
    loop.integral = loop.output;
    return;
  }
  // the manual value follows, so that a change of mode causes no step
  memory[manualDose] = Math.round(loop.output * 100) / 100;
  if (failed(state.sensing, 'CL.AT01')) return;
  const error = (memory[chlorineSetpoint] ?? 1) - (memory[contactChlorine] ?? 0);
  loop.output = integrate(loop, error, 0.3, 600, elapsed, 0, 5);
}

/** PI in positional form; the integral is in units of the output, reduced by the part that the limits cut off. */
function integrate(
  loop: { integral: number },
  error: number,
  gain: number,
  resetTime: number,
  dt: number,
  low: number,
  high: number,
): number {
  loop.integral += (gain * error * dt) / resetTime;
  const wanted = gain * error + loop.integral;
  const output = clamp(wanted, low, high);
  loop.integral += ((output - wanted) * dt) / resetTime;
  return output;
}

/**
 * Ratio of CT to the CT required for one log of Giardia: 0.2828·pH^2.69·C^0.15·0.933^(T−5) mg·min/L (regression of Clark and
 * Regli, US EPA). T10 uses a baffling factor of 0.6 (US EPA Disinfection Profiling and Benchmarking Guidance Manual).
 */
export function disinfectionRatio(chlorine: number, level: number, outflow: number, ph: number, celsius: number): number {
  if (chlorine <= 0) return 0;
  const t10 = (0.6 * Math.max(0, level) * 500) / (Math.max(20, outflow) / 1000) / 60;
  const required = 0.2828 * ph ** 2.69 * chlorine ** 0.15 * 0.933 ** (celsius - 5);
  return (chlorine * t10) / required;
}

/** Values that the PLC computes from its inputs for the operator. */
export function computeFigures(state: WaterworksState, dt: number): void {
  const { memory, plc } = state;
  const q = memory[flow] ?? 0;
  plc.meanFlow += (q - plc.meanFlow) * lag(dt, 1800);
  const ratio = disinfectionRatio(
    memory[networkChlorine] ?? 0,
    controlLevel(state),
    plc.meanFlow,
    memory[clearwellPh] ?? 7,
    memory[temperature] ?? 10,
  );
  memory[ctRatio] = Math.round(clamp(ratio, 0, 50) * 100) / 100;
  const pumps = running.reduce((sum, index) => sum + (memory[index] ?? 0), 0);
  const perPump = pumps === 0 ? 0 : q / pumps;
  memory[margin] = Math.round((10.2 + (memory[suction] ?? 0) - 3 - 0.0006 * perPump * perPump) * 100) / 100;
}
