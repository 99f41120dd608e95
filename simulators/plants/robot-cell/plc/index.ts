import { control } from '../arms/state.ts';
import { covers, infeed, isReady } from '../cell/conveyors.ts';
import { leastAir } from '../cell/fixture.ts';
import { at } from '../points/index.ts';
import { isProtective, isStopped, isInZone } from '../safety/index.ts';
import { operatingMode } from '../safety/state.ts';
import type { RobotCellState } from '../state.ts';
import { alarm, cellState, command } from './state.ts';

const [commandAt, stateAt, alarmAt, zoneAt] = [at('CELL.CMD'), at('CELL.STATE'), at('CELL.ALARM'), at('CELL.ZONE')];
const firstOutAt = at('PLC1.FO');
const controls = [at('R1.CTRL'), at('R2.CTRL')];
/** Time after which a covered queue stops the infeed, time of waiting until the cell is suspended, and of a jam, s. */
const [queueS, suspendS, jamS] = [2, 6, 6] as const;
/** Times of starting and resetting, s. */
const [startS, resetS] = [1, 2] as const;
/** First and last step of the programs between which an arm holds the zone. */
const holding = [
  [6, 9],
  [1, 4],
] as const;

/** True while the arms may work. */
export const isExecuting = ({ plc: { state } }: RobotCellState): boolean =>
  state === cellState.execute || state === cellState.suspended;

function enter(state: RobotCellState, next: number, why: number = state.plc.alarm): void {
  const { plc } = state;
  plc.state = next;
  plc.stateS = 0;
  if (plc.alarm === alarm.none && why !== alarm.none) plc.alarm = why;
}

function stopReason({ safety }: RobotCellState): number {
  if (safety.estop) return alarm.emergency;
  if (safety.cams) return alarm.zone;
  if (safety.hot) return alarm.heat;
  return safety.active[5] === true ? alarm.torque : alarm.protective;
}

/** Reason for which the cell is held; none in normal operation. */
function holdReason(state: RobotCellState): number {
  const { air, memory, plc, arms, conveyors } = state;
  if (controls.some((point) => memory[point] !== control.cell)) return alarm.control;
  if (air.pressure < leastAir) return alarm.air;
  if (arms.some(({ lost }) => lost > 0)) return alarm.partLost;
  return conveyors.tilted && plc.full && plc.queueS > jamS ? alarm.jam : alarm.none;
}

/** Obeys `CELL.CMD`, which the controller clears. */
function obey(state: RobotCellState): void {
  const { plc, memory } = state;
  const given = memory[commandAt] ?? 0;
  memory[commandAt] = command.none;
  const automatic = state.safety.mode === operatingMode.automatic;
  const mayStart = plc.state === cellState.stopped || plc.state === cellState.idle || plc.state === cellState.held;
  if (given === command.start && mayStart && automatic && !isStopped(state.safety) && holdReason(state) === alarm.none) {
    plc.alarm = alarm.none;
    enter(state, cellState.starting);
  } else if (given === command.stop && plc.state !== cellState.aborted) enter(state, cellState.stopping);
  else if (given === command.hold && isExecuting(state)) enter(state, cellState.held);
  else if (given === command.reset && plc.state === cellState.aborted && !isStopped(state.safety)) {
    plc.alarm = alarm.none;
    enter(state, cellState.resetting);
  }
}

function advance(state: RobotCellState, dt: number): void {
  const { plc, safety } = state;
  plc.stateS += dt;
  if (plc.state !== cellState.aborted && isStopped(safety)) return enter(state, cellState.aborted, stopReason(state));
  if (isExecuting(state)) {
    const why = holdReason(state);
    if (why !== alarm.none) return enter(state, cellState.held, why);
    const waits = plc.waitS > suspendS;
    if (waits !== (plc.state === cellState.suspended)) enter(state, waits ? cellState.suspended : cellState.execute);
    return;
  }
  if (plc.state === cellState.starting && plc.stateS >= startS) enter(state, cellState.execute);
  else if (plc.state === cellState.stopping && plc.stateS >= startS) enter(state, cellState.stopped);
  else if (plc.state === cellState.resetting && plc.stateS >= resetS) enter(state, cellState.idle);
}

/** An arm gives the zone back when it has left it. */
function freeZone({ plc, arms }: RobotCellState): void {
  const owner = plc.zone - 1;
  const [arm, steps] = [arms[owner], holding[owner]];
  if (arm === undefined || steps === undefined) return;
  if ((arm.step < steps[0] || arm.step > steps[1]) && !isInZone(arm, owner)) plc.zone = 0;
}

/** Scan of the cell PLC, each computing step. */
export function scan(state: RobotCellState, dt: number): void {
  const { plc, conveyors, arms } = state;
  const queued = covers(conveyors.infeed, infeed.queue);
  plc.queueS = queued ? plc.queueS + dt : 0;
  // a free place at the stopper lets the queue move up
  plc.full = plc.queueS > queueS && covers(conveyors.infeed, infeed.stop);
  plc.waitS = arms[0].step === 0 && !isReady(conveyors) ? plc.waitS + dt : 0;
  obey(state);
  advance(state, dt);
  freeZone(state);
}

/** Writes the controller's own registers, each second. */
export function report({ plc, memory, safety }: RobotCellState): void {
  memory[stateAt] = plc.state;
  memory[alarmAt] = plc.alarm;
  memory[zoneAt] = plc.zone;
  memory[firstOutAt] = plc.alarm === alarm.none && !isProtective(safety) ? 0 : plc.alarm;
}
