import type { Noise } from '../../plant-kit/noise.ts';
import { stepAnalysers } from './analysers.ts';
import { capacityOf, stepMachine } from './physics/machine.ts';
import { isStiff, type ProcessInputs, type ProcessNow, stepProcess } from './physics/process.ts';
import { moveValve } from './physics/valves.ts';
import { at } from './points/index.ts';
import { forcedValves } from './safety/index.ts';
import type { ReactorState } from './state.ts';
import { stepSurroundings } from './surroundings.ts';

const runCommand = at('K1.CMD');
/** Steps of a stiff second, in which explicit steps of 1 s would oscillate. */
const fineSteps = 8;
/** Stiction of a sound valve, %. */
const soundStiction = 0.02;
const usual = { feedA: 0.485, feedB: 0.005, feedTemperature: 45, room: 22 } as const;
/** XV10, whose stiction and speed acts change. */
const waterValve = 9;

function inputsOf({ valves, surroundings, acts, machine }: ReactorState): ProcessInputs {
  return {
    valves: valves.map(({ position }) => position),
    feedA: usual.feedA + surroundings.feedA + acts.feedA,
    feedB: Math.max(0, usual.feedB + surroundings.feedB),
    supply: acts.supply,
    feedTemperature: usual.feedTemperature + surroundings.feedD,
    waterIn: [surroundings.waterReactor + acts.waterWarm, surroundings.waterCondenser + acts.waterWarm],
    waterSupply: acts.waterSupply,
    activity: 1 + surroundings.activity + acts.activity,
    transfer: acts.transfer,
    compressor: capacityOf(machine, acts.washS > 0),
  };
}

/** Adds what crossed the borders in `dt` to the totals. */
function count({ totals }: ReactorState, now: ProcessNow, dt: number): void {
  totals.fed += now.feedMass * dt;
  totals.purged += now.purgeMass * dt;
  totals.product += now.productMass * dt;
  totals.relieved += now.relieved * dt;
  totals.inertIn += now.inertIn * dt;
  totals.inertOut += now.inertOut * dt;
}

/** Advances the physics by a second. */
export function stepPhysics(state: ReactorState, noise: Noise): void {
  const { valves, machine, acts, plc, safety, memory } = state;
  stepSurroundings(state.surroundings, state.time, noise, 1);
  valves.forEach((valve, i) => {
    // the contacts of the safety system are between the outputs of the PLC and the valves
    const forced = safety.tripped ? forcedValves[i] : undefined;
    const stiction = i === waterValve ? Math.max(soundStiction, acts.stiction) : soundStiction;
    const slower = i === waterValve ? (acts.slower ?? 1) : 1;
    moveValve(valve, i, forced ?? plc.commands[i] ?? 0, forced === undefined ? stiction : 0, slower, 1);
  });
  stepMachine(machine, memory[runCommand] === 1, acts.washS > 0, usual.room, 1);
  const inputs = inputsOf(state);
  const steps = isStiff(state.process, state.now) ? fineSteps : 1;
  for (let k = 0; k < steps; k++) {
    state.now = stepProcess(state.process, inputs, 1 / steps);
    count(state, state.now, 1 / steps);
  }
  stepAnalysers(state.analysers, state.now, noise, 1);
}
