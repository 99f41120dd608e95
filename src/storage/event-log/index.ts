export type { ClockLine, RunClocks } from './clocks.ts';
export { decodeEvent, encodeEvent, type EventLine, type LoggedEvent, isEventLine, parseLine } from './codec.ts';
export { checkEventLog } from './check.ts';
export { endOfLog, type LogPosition, readAfter } from './members.ts';
export { EventLog, type EventLogOptions } from './log.ts';
export { type DamagedSegment, readEventLog } from './reading.ts';
