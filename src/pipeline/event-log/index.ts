export type { ClockLine, RunClocks } from './clocks.ts';
export { decodeEvent, encodeEvent, type EventLine, type HeardEvent, isEventLine } from './codec.ts';
export { EventLog, type EventLogOptions } from './log.ts';
export { type DamagedSegment, readEventLog } from './reading.ts';
