export type { ClockLine, RunClocks } from './clocks.ts';
export { decodeEvent, encodeEvent, type EventLine, type LoggedEvent, isEventLine } from './codec.ts';
export { checkEventLog } from './check.ts';
export { EventLog, type EventLogOptions } from './log.ts';
export { type DamagedSegment, readEventLog } from './reading.ts';
