import { type BreakerName, breaker } from './breaker-names.ts';
import { isClosed } from './breakers.ts';
import { voltageOf } from './network.ts';
import { node, supply } from './topology.ts';
import type { SubstationState } from './state.ts';

/** Differences over an open breaker: p.u., Hz, degrees. */
export interface Difference {
  readonly volts: number;
  readonly hertz: number;
  readonly degrees: number;
  /** True if one side has no voltage, so that nothing needs to be synchronous. */
  readonly dead: boolean;
}

interface Side {
  readonly volts: number;
  readonly hertz: number;
  readonly degrees: number;
}

const none: Side = { volts: 0, hertz: 0, degrees: 0 };
/** Voltage below which a side counts as dead, p.u. */
const deadVoltage = 0.2;
/** Permitted differences. */
const [mostVolts, mostHertz, mostDegrees] = [0.05, 0.1, 10] as const;

export const wrapDegrees = (x: number): number => x - 360 * Math.round(x / 360);

function busSide(state: SubstationState, k: 0 | 1): Side {
  const volts = voltageOf(state.network, k === 0 ? node.A : node.B);
  switch (state.network.supply[k]) {
    case supply.grid:
      return { volts, hertz: state.grid.frequency, degrees: 0 };
    case supply.hydro:
      return { volts, hertz: 50 * state.hydro.speed, degrees: state.hydro.angle };
    case supply.diesel:
      return { volts, hertz: 50 * state.diesel.speed, degrees: state.diesel.angle };
    default:
      return none;
  }
}

function machineSide(machine: { excited: boolean; voltage: number; speed: number; angle: number }): Side {
  return machine.excited ? { volts: machine.voltage, hertz: 50 * machine.speed, degrees: machine.angle } : none;
}

function sidesOf(state: SubstationState, name: BreakerName): readonly [Side, Side] {
  const grid: Side = { volts: state.grid.voltage, hertz: state.grid.frequency, degrees: 0 };
  switch (name) {
    case 'QG1':
      return [machineSide(state.hydro), busSide(state, 1)];
    case 'QG2':
      return [machineSide(state.diesel), busSide(state, 0)];
    case 'QT1L':
      return [busSide(state, 0), isClosed(state.breakers, breaker.QT1H) ? grid : none];
    case 'QT2L':
      return [busSide(state, 1), isClosed(state.breakers, breaker.QT2H) ? grid : none];
    case 'QC':
      return [busSide(state, 0), busSide(state, 1)];
    default:
      return [none, none];
  }
}

/** Differences over a breaker. One that connects no two sources always has a dead side. */
export function differenceAt(state: SubstationState, name: BreakerName): Difference {
  const [a, b] = sidesOf(state, name);
  const dead = a.volts < deadVoltage || b.volts < deadVoltage;
  return { volts: a.volts - b.volts, hertz: a.hertz - b.hertz, degrees: wrapDegrees(a.degrees - b.degrees), dead };
}

/** True within the limits of the synchronism check. */
export function isSynchronous({ volts, hertz, degrees }: Difference): boolean {
  return Math.abs(volts) < mostVolts && Math.abs(hertz) < mostHertz && Math.abs(degrees) < mostDegrees;
}

/** Breaker that the synchroscope shows: the first open one between two live sources. */
export function shownBreaker(state: SubstationState): BreakerName | undefined {
  const names = ['QG1', 'QG2', 'QT1L'] as const;
  return names.find((name) => !isClosed(state.breakers, breaker[name]) && !differenceAt(state, name).dead);
}
