import type { ProcessNow } from '../physics/process.ts';
import { at } from '../points/index.ts';
import type { ReactorState } from '../state.ts';
import { safetyCause, safetySum } from './state.ts';

const [modePoint, bypassPoint, resetPoint, sumPoint] = [at('SIS.MODE'), at('SIS.BYP'), at('SIS.RESET'), at('SIS.SUM')];
const [pressureTrip, temperatureTrip, firstPoint, firstOut] = [at('SIS.PTRIP'), at('SIS.TTRIP'), at('SIS.FIRST'), at('PLC1.FO')];
const numbers = [1, 2, 3] as const;
const pressures = numbers.map((n) => at(`SIS.P${n}`));
const temperatures = numbers.map((n) => at(`SIS.T${n}`));
/** Liquid at which the level switches act, m³. */
const switches = { reactor: [2, 24], separator: [1, 12], stripper: [1, 8] } as const;
/** Differences of the transmitters that are no noise, kPa and K, and the time after which they count, s. */
const disagreement = { pressure: 50, temperature: 3, timeS: 30 } as const;

/** Points that the safety system accepts from the network only with its key at PROGRAM. */
export const keyLocked: ReadonlySet<number> = new Set([modePoint, bypassPoint, pressureTrip, temperatureTrip]);

const outside = (volume: number, [low, high]: readonly [number, number]): boolean => volume < low || volume > high;

/** Level switches of the vessels: hard-wired. */
export const levelSwitches = ({ reactorLiquid, separatorLiquid, stripperLiquid }: ProcessNow): readonly boolean[] => [
  outside(reactorLiquid, switches.reactor),
  outside(separatorLiquid, switches.separator),
  outside(stripperLiquid, switches.stripper),
];

/** The middle one of three transmitters is above a limit exactly if two of three are. */
const middle = (memory: readonly number[], three: readonly number[]): number =>
  three.map((point) => memory[point] ?? 0).toSorted((a, b) => a - b)[1] ?? 0;

const spread = (memory: readonly number[], three: readonly number[]): number => {
  const values = three.map((point) => memory[point] ?? 0);
  return Math.max(...values) - Math.min(...values);
};

function causeOf({ memory, now }: ReactorState): number {
  if (middle(memory, pressures) > (memory[pressureTrip] ?? 0)) return safetyCause.pressure;
  if (middle(memory, temperatures) > (memory[temperatureTrip] ?? 0)) return safetyCause.temperature;
  const level = levelSwitches(now).indexOf(true);
  return level < 0 ? safetyCause.none : safetyCause.reactorLevel + level;
}

/** A scan of the safety system: 1 s. In PROGRAM its logic is halted. */
export function scanSafety(state: ReactorState, dt: number): void {
  const { memory, safety } = state;
  memory[sumPoint] = checksum(memory);
  if (memory[modePoint] === 0) {
    const cause = causeOf(state);
    if (memory[bypassPoint] !== 1 && cause !== safetyCause.none && !safety.tripped) {
      safety.tripped = true;
      safety.first = cause;
    }
    if (memory[resetPoint] === 1 && safety.tripped && cause === safetyCause.none) {
      safety.tripped = false;
      safety.first = safetyCause.none;
    }
    const differ = spread(memory, pressures) > disagreement.pressure || spread(memory, temperatures) > disagreement.temperature;
    safety.disagreeS = differ ? Math.min(3600, safety.disagreeS + dt) : 0;
  }
  memory[resetPoint] = 0;
  memory[firstPoint] = safety.first;
  memory[firstOut] = safety.first;
}

/** The limits are part of the program: a changed one changes its checksum. */
function checksum(memory: readonly number[]): number {
  const parts = 7 * Math.round(memory[pressureTrip] ?? 0) + 13 * Math.round(10 * (memory[temperatureTrip] ?? 0));
  return (safetySum + parts) % 65_536;
}

/** True if the safety transmitters disagree for longer than noise explains. */
export const disagrees = ({ safety }: ReactorState): boolean => safety.disagreeS >= disagreement.timeS;

/** Positions to which a shut-down forces the valves: feeds shut, purge and cooling water open; undefined where the PLC decides. */
export const forcedValves: readonly (number | undefined)[] = [
  0,
  0,
  0,
  0,
  undefined,
  100,
  undefined,
  undefined,
  0,
  100,
  100,
  undefined,
];
