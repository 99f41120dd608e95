/** States of the cell by PackML (ISA-TR88.00.02). */
export const cellState = {
  stopped: 2,
  starting: 3,
  idle: 4,
  suspended: 5,
  execute: 6,
  stopping: 7,
  aborted: 9,
  held: 11,
  resetting: 15,
} as const;

/** Commands in `CELL.CMD`. */
export const command = { none: 0, start: 1, stop: 2, hold: 3, reset: 4 } as const;

/** Alarms in `CELL.ALARM`. */
export const alarm = {
  none: 0,
  emergency: 1,
  protective: 2,
  jam: 3,
  partLost: 4,
  torque: 5,
  heat: 6,
  zone: 7,
  air: 8,
  control: 9,
} as const;

export interface PlcState {
  /** Running time of the controller, s. */
  uptime: number;
  /** Accepted network writes, per controller. */
  readonly writes: Record<string, number>;
  /** Running time at the last restart, s, per controller; absent before the first. */
  restarted?: Record<string, number>;
  state: number;
  /** Time in the state, s. */
  stateS: number;
  alarm: number;
  /** Arm that holds the zone semaphore: 0 none, 1, 2; 3 both by force. */
  zone: number;
  /** Time for which the queue's photo-eye is covered, s. */
  queueS: number;
  /** Queue has stopped the infeed. */
  full: boolean;
  /** Time without work for an arm, s. */
  waitS: number;
}

export const initialPlc = (): PlcState => ({
  uptime: 0,
  writes: { plc1: 0 },
  state: cellState.execute,
  stateS: 0,
  alarm: alarm.none,
  zone: 0,
  queueS: 0,
  full: false,
  waitS: 0,
});
