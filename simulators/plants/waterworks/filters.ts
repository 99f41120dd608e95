import { clamp } from './noise.ts';

/** Steps of a filter, as the PLC numbers them. */
export const filterStep = { service: 0, drain: 1, air: 2, airWater: 3, water: 4, settle: 5, waste: 6, out: 7 } as const;

/** One rapid gravity filter, plain data. */
export interface FilterState {
  /** Given by the PLC. */
  step: number;
  /** Specific deposit; 0 is clean. */
  deposit: number;
  /** s in service since the last wash */
  runS: number;
  /** m of water above the bed's floor */
  level: number;
  /** L/s through the bed, towards clearwell or waste. */
  flow: number;
  /** NTU behind the bed. */
  turbidity: number;
  /** m */
  headLoss: number;
}

export interface FilterBank {
  readonly filters: FilterState[];
  /** L/s of wash water drawn from the clearwell. */
  wash: number;
  /** L/s and NTU that go on to disinfection. */
  outflow: number;
  turbidity: number;
  /** m³ since the start that left as waste: drained, washed out or filtered to waste. */
  wasted: number;
}

export const filterArea = 16;
const serviceLevel = 1.8;
/** Edge of the filter box. */
const edgeLevel = 2.8;
/** m of head that the water above the bed can give to it. */
const availableHead = 3.5;
/** Lip of the wash trough. */
const troughLevel = 2;
const drainedLevel = 0.3;
/** L/s while a filter drains: 1.5 m in a minute. */
const drainFlow = (filterArea * 1.5 * 1000) / 60;

/** L/s of wash water in a step: 15 m/h with air, 40 m/h without. */
export function washFlow(step: number): number {
  if (step === filterStep.airWater) return (15 / 3.6) * filterArea;
  if (step === filterStep.water) return (40 / 3.6) * filterArea;
  return 0;
}

/** A bank whose filters are spread over a run, as after weeks of service. */
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

/** Bed depth is passed by the water; the rest follows from deposits (shape after Kozeny-Carman; Crittenden et al.). */
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
 * Steps the bank. The inflow is shared among the filters that take water; each bed passes what keeps its level.
 * @param inflow L/s of settled water
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
    // a bed that would need more head than there is passes less: its level rises, in the end over the edge
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

/** A filter that is being washed or is out; returns the L/s that leave it as waste. */
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

/** After a wash the bed keeps a little of its deposit and begins to ripen anew. */
export function endWash(filter: FilterState): void {
  filter.deposit = clamp(filter.deposit * 0.08, 0, 0.5);
  filter.runS = 0;
}
