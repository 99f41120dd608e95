import { tripCode } from '../pumping.ts';
import { at, each } from '../points/index.ts';
import { failed } from '../sensing.ts';
import type { WaterworksState } from '../state.ts';
import { controlLevel } from './dosing.ts';

const [commands, feedbacks] = [each('PS.P{}.CMD', 4), each('PS.P{}.RUN', 4)];
const [starts, stops] = [each('SP.T1ON{}', 3), each('SP.T1OFF{}', 3)];
const [tankLevel, night, lead, networkChlorine] = [at('T1.LT'), at('SP.NIGHT'), at('PS.LEAD'), at('CL.AT02')];

const minimumRunS = 600;
/** Minimum time between two starts of the station, and between a stop and a start, s. */
const staggerS = 20;
const startsPerHour = 6;

/**
 * Stages the high-lift pumps on the level of T1. This logic sets or resets a command coil only when the number of pumps must
 * change (seal-in logic). A coil written from the network therefore acts at once, and stays until the staging has a reason and
 * permission to change it.
 */
export function controlStation(state: WaterworksState, dt: number): void {
  const { memory } = state;
  const { staging } = state.plc;
  rotateDaily(state);
  age(state, dt);
  stage(state);
  guardStation(state, dt);
  state.pumps.forEach((pump, i) => {
    if (pump.trip === tripCode.none) return;
    if (staging.firstOut === 0) staging.firstOut = pump.trip;
    command(state, i, 0);
  });
  if (state.pumps.every((pump) => pump.trip === tripCode.none)) staging.firstOut = 0;
  if (staging.inhibited) {
    for (let i = 0; i < 4; i++) command(state, i, 0);
    return;
  }
  handOver(state);
  const running = commands.filter((index) => memory[index] === 1).length;
  const wanted = staging.stages.filter(Boolean).length;
  if (running < wanted) start(state);
  else if (running > wanted && staging.handOver < 0) stop(state);
}

/** Pumps in starting order; the last one is on standby. */
function order(state: WaterworksState): number[] {
  const first = (state.memory[lead] ?? 1) - 1;
  return [0, 1, 2, 3].map((k) => (first + k) % 4);
}

/** Makes the next pump the lead; it takes over from the previous lead if that is running. */
export function rotateLead(state: WaterworksState): void {
  const old = (state.memory[lead] ?? 1) - 1;
  state.memory[lead] = ((old + 1) % 4) + 1;
  const next = (old + 1) % 4;
  const { staging } = state.plc;
  staging.handOver = isOn(state, old) && !isOn(state, next) ? old : -1;
}

function isOn(state: WaterworksState, pump: number): boolean {
  return state.memory[commands[pump] ?? 0] === 1;
}

function command(state: WaterworksState, pump: number, value: 0 | 1): void {
  state.memory[commands[pump] ?? 0] = value;
}

function rotateDaily(state: WaterworksState): void {
  const day = Math.floor(state.time / 86_400_000);
  if (day === state.plc.staging.day) return;
  state.plc.staging.day = day;
  rotateLead(state);
}

function age(state: WaterworksState, dt: number): void {
  const { staging } = state.plc;
  staging.sinceStart += dt;
  for (let i = 0; i < 4; i++) {
    const on = isOn(state, i);
    if (!on && (staging.running[i] ?? 0) > 0) staging.sinceStop[i] = 0;
    staging.running[i] = on ? (staging.running[i] ?? 0) + dt : 0;
    staging.sinceStop[i] = on ? 0 : (staging.sinceStop[i] ?? 0) + dt;
    const past = staging.starts[i] ?? [];
    for (let k = 0; k < past.length; k++) past[k] = (past[k] ?? 0) + dt;
    while ((past[0] ?? 0) > 3600) past.shift();
  }
}

function stage(state: WaterworksState): void {
  if (failed(state.sensing, 'T1.LT')) return;
  const level = state.memory[tankLevel] ?? 0;
  const hour = Math.floor(state.time / 3_600_000) % 24;
  const cheap = hour >= 22 || hour < 6 ? (state.memory[night] ?? 0) : 0;
  for (let k = 0; k < 3; k++) {
    if (level < (state.memory[starts[k] ?? 0] ?? 0) + cheap) state.plc.staging.stages[k] = true;
    // if the night shift raises a start level above its stop level, the stop level is raised too
    else if (level > Math.max(state.memory[stops[k] ?? 0] ?? 9, (state.memory[starts[k] ?? 0] ?? 0) + cheap + 0.2)) {
      state.plc.staging.stages[k] = false;
    }
  }
}

/** Stops the station if the water is not disinfected, or has far too much chlorine. */
function guardStation(state: WaterworksState, dt: number): void {
  const { staging } = state.plc;
  if (failed(state.sensing, 'CL.AT02')) return;
  const chlorine = state.memory[networkChlorine] ?? 1;
  staging.lowChlorine = chlorine < 0.3 ? staging.lowChlorine + dt : 0;
  if (staging.lowChlorine > 600 || chlorine > 4) staging.inhibited = true;
  else if (chlorine > 0.35 && chlorine < 3.5) staging.inhibited = false;
}

function handOver(state: WaterworksState): void {
  const { staging } = state.plc;
  const old = staging.handOver;
  if (old < 0) return;
  const next = (state.memory[lead] ?? 1) - 1;
  if (!isOn(state, old)) staging.handOver = -1;
  else if (!isOn(state, next)) {
    if (!startPump(state, next)) staging.handOver = -1;
  } else if (state.memory[feedbacks[next] ?? 0] === 1 && (staging.running[next] ?? 0) > 15) {
    command(state, old, 0);
    staging.handOver = -1;
  }
}

function start(state: WaterworksState): void {
  // after any stop the station waits, so that the check valve closes and the pressure settles
  if (state.plc.staging.sinceStop.some((seconds, i) => !isOn(state, i) && seconds < staggerS)) return;
  for (const pump of order(state)) {
    if (!isOn(state, pump) && startPump(state, pump)) return;
  }
}

/** Starts a pump unless an interlock forbids it. */
function startPump(state: WaterworksState, pump: number): boolean {
  const { staging } = state.plc;
  const past = staging.starts[pump] ?? [];
  if (state.pumps[pump]?.trip !== tripCode.none || controlLevel(state) < 1) return false;
  if (staging.sinceStart < staggerS || past.length >= startsPerHour) return false;
  command(state, pump, 1);
  past.push(0);
  staging.sinceStart = 0;
  return true;
}

/** Stops the last pump in order after its minimum run time. */
function stop(state: WaterworksState): void {
  for (const pump of order(state).reverse()) {
    if (!isOn(state, pump) || (state.plc.staging.running[pump] ?? 0) < minimumRunS) continue;
    command(state, pump, 0);
    return;
  }
}
