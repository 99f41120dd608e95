import { baseOutputs, baseProcess, baseValves, commissionedLoops } from './base.ts';
import { enter } from './orders.ts';
import { storedMass, storedOf } from './physics/process.ts';
import { initialValves } from './physics/valves.ts';
import { initialPlc, programSum } from './plc/state.ts';
import { safetyLimits } from './safety/state.ts';
import type { ReactorState } from './state.ts';

/** Component B, which no reaction changes. */
const inert = 1;

/**
 * Fills and starts the section again, in its base case. A start-up takes days in reality: here it takes no time, and the totals count
 * what was brought in.
 */
export function restart(state: ReactorState): void {
  const { process, totals, valves, plc, safety } = state;
  const before = { mass: storedMass(process), inert: storedOf(process, inert) };
  const base = baseProcess();
  for (const name of ['reactor', 'separator', 'stripper', 'mixer'] as const) {
    process[name].n.splice(0, base[name].n.length, ...base[name].n);
    process[name].energy = base[name].energy;
    process[name].temperature = base[name].temperature;
  }
  process.waterReactor = base.waterReactor;
  process.waterCondenser = base.waterCondenser;
  totals.refilled += storedMass(process) - before.mass;
  totals.inertIn += storedOf(process, inert) - before.inert;
  valves.splice(0, valves.length, ...initialValves(baseValves));
  state.machine.speed = 1;
  const fresh = initialPlc(baseValves, baseOutputs);
  plc.flows.splice(0, plc.flows.length, ...fresh.flows);
  plc.loops.splice(0, plc.loops.length, ...fresh.loops);
  plc.commands.splice(0, plc.commands.length, ...fresh.commands);
  plc.edited = false;
  safety.tripped = false;
  safety.first = 0;
  safety.key = false;
  state.acts.ramp = undefined;
  state.acts.orders.length = 0;
  const settings = {
    ...commissionedLoops,
    'PRD.MODE': 0,
    'K1.CMD': 1,
    'PLC1.MODE': 1,
    'PLC1.SUM': programSum.commissioned,
    'SIS.MODE': 0,
    'SIS.BYP': 0,
    'SIS.PTRIP': safetyLimits.pressure,
    'SIS.TTRIP': safetyLimits.temperature,
  };
  for (const [name, value] of Object.entries(settings)) enter(state, name, value);
}
