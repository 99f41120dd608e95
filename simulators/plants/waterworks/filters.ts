import { clamp } from '../../plant-kit/noise.ts';

/** Steps of a filter, by their numbers in the PLC. */
export const filterStep = { service: 0, drain: 1, air: 2, airWater: 3, water: 4, settle: 5, waste: 6, out: 7 } as const;

/** One rapid gravity filter, plain data. */
export interface FilterState {
  /** Step set by the PLC. */
  step: number;
  /** Specific deposit; 0 is clean. */
  deposit: number;
  /** Time in service since the last wash, s. */
  runS: number;
  /** Water level above the bed's floor, m. */
  level: number;
  /** Flow through the bed to clearwell or waste, L/s. */
  flow: number;
  /** Turbidity after the bed, NTU. */
  turbidity: number;
  /** Head loss, m. */
  headLoss: number;
}

export interface FilterBank {
  readonly filters: FilterState[];
  /** Wash water drawn from the clearwell, L/s. */
  wash: number;
  /** Flow (L/s) and turbidity (NTU) of the water that flows to disinfection. */
  outflow: number;
  turbidity: number;
  /** Water that left as waste since the start, m³: drained, washed out or filtered to waste. */
  wasted: number;
}

export const filterArea = 16;
const serviceLevel = 1.8;
/** Height of the edge of the filter box, m. */
const edgeLevel = 2.8;
/** Maximum head of the water above the bed, m. */
const availableHead = 3.5;
/** Height of the lip of the wash trough, m. */
const troughLevel = 2;
const drainedLevel = 0.3;
/** Flow from a draining filter, L/s: 1.5 m in a minute. */
const drainFlow = (filterArea * 1.5 * 1000) / 60;

/** Wash water flow in a step, L/s: 15 m/h with air, 40 m/h without. */
export function washFlow(step: number): number {
  if (step === filterStep.airWater) return (15 / 3.6) * filterArea;
  if (step === filterStep.water) return (40 / 3.6) * filterArea;
  return 0;
}

/** A bank whose filters have different run times, as after weeks of service. */
export function initialFilters(runHours: readonly number[]): FilterBank {
  return {
    filters: runHours.map((hours) => ({
      step: filterStep.service,
      deposit: 0.08 + hours * 0.032,
      runS: hours * 3600,
      level: serviceLevel,
      flow: 27,
      turbidity: 0.02,
      headLoss: 0.5,
    })),
    wash: 0,
    outflow: 110,
    turbidity: 0.02,
    wasted: 0,
  };
}

/** Head loss of the bed by flow and deposits (shape after Kozeny-Carman; Crittenden et al.), m. */
function headLoss(flow: number, deposit: number, temperature: number): number {
  const velocity = (flow * 3.6) / filterArea;
  return (velocity / 8) * 0.45 * (1 + 0.03 * (12 - temperature)) * (1 + 2 * deposit + 1.15 * deposit * deposit);
}

function filteredTurbidity(filter: FilterState, settled: number, conditioning: number): number {
  const removal = 0.4 + 0.57 * conditioning;
  const ripening = filter.runS < 1800 ? 0.25 * Math.exp(-filter.runS / 600) : 0;
  return settled * (1 - removal) + ripening + 0.25 * Math.max(0, filter.deposit - 1.6) * settled;
}

/**
 * Steps the bank. The inflow is shared by the filters in service; each bed passes the flow that keeps its level. @param inflow
 * settled water, L/s
 */
export function stepFilters(
  bank: FilterBank,
  inflow: number,
  settled: number,
  conditioning: number,
  temperature: number,
  dt: number,
): void {
  const taking = bank.filters.filter(takesWater).length;
  bank.wash = 0;
  let out = 0;
  let load = 0;
  let waste = taking === 0 ? inflow : 0;
  for (const filter of bank.filters) {
    if (!takesWater(filter)) {
      waste += stepWash(bank, filter, dt);
      continue;
    }
    const share = inflow / taking;
    const wanted = Math.max(0, share + (1000 * filterArea * (filter.level - serviceLevel)) / 600);
    const needed = headLoss(wanted, filter.deposit, temperature);
    // a bed that needs more head than available passes less: its level rises, finally above the edge
    filter.flow = needed > availableHead ? (wanted * availableHead) / needed : wanted;
    filter.headLoss = Math.min(needed, availableHead);
    const spilt = Math.max(0, (1000 * filterArea * (filter.level - edgeLevel)) / dt);
    waste += spilt;
    filter.level += ((share - filter.flow - spilt) * dt) / 1000 / filterArea;
    filter.runS += dt;
    filter.turbidity = filteredTurbidity(filter, settled, conditioning);
    const velocity = filter.flow / 1000 / filterArea;
    filter.deposit = Math.max(0, filter.deposit + 9.2e-3 * velocity * (settled - filter.turbidity) * dt);
    if (filter.step === filterStep.waste) waste += filter.flow;
    else {
      out += filter.flow;
      load += filter.flow * filter.turbidity;
    }
  }
  bank.outflow = out;
  if (out > 0) bank.turbidity = load / out;
  bank.wasted += (waste * dt) / 1000;
}

function takesWater(filter: FilterState): boolean {
  return filter.step === filterStep.service || filter.step === filterStep.waste;
}

/** Steps a filter that is being washed or is out of service; returns the flow to waste, L/s. */
function stepWash(bank: FilterBank, filter: FilterState, dt: number): number {
  filter.flow = 0;
  filter.headLoss = 0;
  if (filter.step === filterStep.drain) {
    const left = (1000 * filterArea * Math.max(0, filter.level - drainedLevel)) / dt;
    const drained = Math.min(drainFlow, left);
    filter.level -= (drained * dt) / 1000 / filterArea;
    return drained;
  }
  const wash = washFlow(filter.step);
  if (wash === 0) return 0;
  bank.wash += wash;
  const room = Math.max(0, (1000 * filterArea * (troughLevel - filter.level)) / dt);
  const kept = Math.min(wash, room);
  filter.level += (kept * dt) / 1000 / filterArea;
  return wash - kept;
}

/** After a wash the bed keeps a small part of its deposit and ripens again. */
export function endWash(filter: FilterState): void {
  filter.deposit = clamp(filter.deposit * 0.08, 0, 0.5);
  filter.runS = 0;
}
