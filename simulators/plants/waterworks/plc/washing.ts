import { endWash, filterStep } from '../filters.ts';
import { at, each } from '../points/index.ts';
import type { WaterworksState } from '../state.ts';
import { controlLevel } from './dosing.ts';

const requests = at('BW.REQ');
const [headLoss, turbidity] = [each('FL{}.HL', 4), each('FL{}.TU', 4)];
const [steps, runTimes, valves] = [each('FL{}.ST', 4), each('FL{}.RT', 4), each('FL{}.VLV', 4)];

/** Seconds of each step of a wash. */
const stepS: Readonly<Record<number, number>> = {
  [filterStep.drain]: 60,
  [filterStep.air]: 180,
  [filterStep.airWater]: 180,
  [filterStep.water]: 420,
  [filterStep.settle]: 120,
  [filterStep.waste]: 600,
};

/** Open valves in a step; bits: in, out, drain, wash, air, waste. */
const openValves: Readonly<Record<number, number>> = {
  [filterStep.service]: 0b000011,
  [filterStep.drain]: 0b000100,
  [filterStep.air]: 0b010000,
  [filterStep.airWater]: 0b011000,
  [filterStep.water]: 0b001000,
  [filterStep.settle]: 0,
  [filterStep.waste]: 0b100001,
  [filterStep.out]: 0,
};

/**
 * Minimum time between the beginnings of two washes, s, so that the filters do not synchronise; less if the available head is
 * almost used up.
 */
const apartS = 7200;
const urgentApartS = 3000;
const urgentHeadLoss = 2.7;

/**
 * If there was no wash for hours, a filter after a long run or with half of its head loss is washed early, which keeps the runs
 * apart.
 */
const early = { runS: 26 * 3600, headLoss: 1.6, gapS: 5 * 3600 } as const;

/** Selects the filter to be washed and controls the steps of the wash. */
export function controlWashing(state: WaterworksState, dt: number): void {
  const { washing } = state.plc;
  washing.sinceStart += dt;
  request(state);
  if (washing.filter >= 0) proceed(state, dt);
  else begin(state);
  maintain(state, dt);
  state.filters.filters.forEach((filter, i) => {
    state.memory[steps[i] ?? 0] = filter.step;
    state.memory[runTimes[i] ?? 0] = Math.floor(filter.runS / 360) / 10;
    state.memory[valves[i] ?? 0] = openValves[filter.step] ?? 0;
  });
}

function request(state: WaterworksState): void {
  const { memory } = state;
  let mask = memory[requests] ?? 0;
  state.filters.filters.forEach((filter, i) => {
    if (filter.step !== filterStep.service) return;
    const clogged = (memory[headLoss[i] ?? 0] ?? 0) > 2;
    const leaking = (memory[turbidity[i] ?? 0] ?? 0) > 0.3 && filter.runS > 3600;
    const far = filter.runS > early.runS || (memory[headLoss[i] ?? 0] ?? 0) > early.headLoss;
    const ahead = far && state.plc.washing.sinceStart > early.gapS;
    if (clogged || leaking || ahead || filter.runS >= 48 * 3600) mask |= 1 << i;
  });
  memory[requests] = mask;
}

function begin(state: WaterworksState): void {
  const { washing } = state.plc;
  const mask = state.memory[requests] ?? 0;
  // with a filter out for maintenance the others carry its flow, so that no second one may be washed
  if (mask === 0 || washing.inhibited || washing.rinsing >= 0 || washing.sinceStart < urgentApartS || controlLevel(state) < 1.5)
    return;
  let chosen = -1;
  state.filters.filters.forEach((filter, i) => {
    if ((mask & (1 << i)) === 0 || filter.step !== filterStep.service) return;
    if (chosen < 0 || filter.headLoss > (state.filters.filters[chosen]?.headLoss ?? 0)) chosen = i;
  });
  const filter = state.filters.filters[chosen];
  if (filter === undefined || state.filters.filters[washing.out]?.step === filterStep.out) return;
  if (washing.sinceStart < apartS && filter.headLoss < urgentHeadLoss) return;
  washing.filter = chosen;
  washing.sinceStart = 0;
  state.memory[requests] = mask & ~(1 << chosen);
  filter.step = filterStep.drain;
  washing.left = stepS[filterStep.drain] ?? 0;
}

function proceed(state: WaterworksState, dt: number): void {
  const { washing } = state.plc;
  const filter = state.filters.filters[washing.filter];
  washing.left -= dt;
  if (filter === undefined || washing.left > 0) return;
  if (filter.step === filterStep.waste) {
    filter.step = filterStep.service;
    washing.filter = -1;
    return;
  }
  filter.step += 1;
  washing.left += stepS[filter.step] ?? 0;
  if (filter.step === filterStep.waste) endWash(filter);
}

/** True if the remaining filters can carry the flow for some hours. */
function spare(state: WaterworksState): boolean {
  return state.filters.filters.every((filter, i) => i === state.plc.washing.out || filter.deposit < 0.85);
}

/** Returns a filter to service after maintenance, by filtering to waste. */
function maintain(state: WaterworksState, dt: number): void {
  const { washing } = state.plc;
  const rinsing = state.filters.filters[washing.rinsing];
  if (rinsing !== undefined) {
    washing.rinseLeft -= dt;
    if (washing.rinseLeft <= 0) {
      rinsing.step = filterStep.service;
      washing.rinsing = -1;
    }
  }
  const out = state.filters.filters[washing.out];
  if (out === undefined) return;
  if (out.step === filterStep.service && washing.filter < 0 && spare(state)) out.step = filterStep.out;
  if (out.step !== filterStep.out) return;
  washing.outLeft -= dt;
  if (washing.outLeft > 0) return;
  out.step = filterStep.waste;
  washing.rinsing = washing.out;
  washing.rinseLeft = stepS[filterStep.waste] ?? 0;
  washing.out = -1;
}
