import { breaker, breakerNames, feederBreakers } from '../breaker-names.ts';
import { close, open } from '../breakers.ts';
import { at } from '../points/index.ts';
import type { SubstationState } from '../state.ts';
import { differenceAt, isSynchronous } from '../synchronism.ts';

const select = breakerNames.map((name) => at(`${name}.SEL`));
const command = breakerNames.map((name) => at(`${name}.CMD`));
/** Time for which a selection holds, s. */
const selectedS = 10;

/** True if a breaker may close: earthed feeders stay open, and two sources must be synchronous. */
export function mayClose(state: SubstationState, index: number): boolean {
  const feeder = (feederBreakers as readonly number[]).indexOf(index);
  if (feeder >= 0) return state.acts.order !== feeder + 1;
  if (index === breaker.QG1 && (state.hydro.damaged || state.acts.syncBypassed)) return !state.hydro.damaged;
  const name = breakerNames[index];
  if (name === undefined) return false;
  const difference = differenceAt(state, name);
  return difference.dead || isSynchronous(difference);
}

/** Carries out a command of a controller or an operator. @returns true if the breaker moves */
export function operate(state: SubstationState, index: number, closes: boolean): boolean {
  const { breakers, battery } = state;
  if (!closes) return open(breakers, index, battery.voltage);
  if (!mayClose(state, index) || !close(breakers, index, battery.voltage)) return false;
  const feeder = (feederBreakers as readonly number[]).indexOf(index);
  const relay = state.protection.feeders[feeder];
  if (relay !== undefined) {
    relay.lockedOut = false;
    relay.recloseLeft = 0;
  }
  return true;
}

/** False for a command of a breaker that is not selected: select before operate, even between two scans. */
export function isSelected({ memory }: SubstationState, point: number): boolean {
  const index = command.indexOf(point);
  return index < 0 || memory[select[index] ?? 0] === 1;
}

/** Commands from the network, select before operate. A command without selection, or in local control, is refused. */
export function obeyCommands(state: SubstationState): void {
  const { memory, plc, breakers } = state;
  breakerNames.forEach((_, index) => {
    const wanted = memory[command[index] ?? 0] ?? 0;
    const selected = memory[select[index] ?? 0] === 1;
    plc.selected[index] = selected ? (plc.selected[index] ?? 0) + 1 : 0;
    if (wanted !== plc.commanded[index] && selected && breakers[index]?.remote === true) {
      if (wanted === 0) cancelReclose(state, index);
      operate(state, index, wanted === 1);
      plc.selected[index] = selectedS;
    }
    if ((plc.selected[index] ?? 0) >= selectedS) memory[select[index] ?? 0] = 0;
  });
}

function cancelReclose(state: SubstationState, index: number): void {
  const relay = state.protection.feeders[(feederBreakers as readonly number[]).indexOf(index)];
  if (relay !== undefined) relay.recloseLeft = 0;
}

/** Command coils follow their breakers, so that a trip or a refused command shows in them. */
export function mirrorCommands(state: SubstationState): void {
  breakerNames.forEach((_, index) => {
    const target = state.breakers[index]?.target === true ? 1 : 0;
    state.memory[command[index] ?? 0] = target;
    state.plc.commanded[index] = target;
  });
}
