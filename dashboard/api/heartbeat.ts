import type { Clock } from '../../src/core/clock.ts';
import type { LabControl } from '../../src/core/lab.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import type { Heartbeat } from '../protocol.ts';

/** State of the monitor for a page or an event stream. */
export function heartbeatOf(view: MonitorView, wallClock: Clock): Omit<Heartbeat, 'skipped'> {
  const time = view.clock.now();
  const lateMs = view.lateMs();
  return {
    type: 'heartbeat',
    time,
    wallTime: wallClock.now(),
    lagMs: time - newest(view.latest.receiveTime),
    ...(lateMs > 0 ? { lateMs } : {}),
    ...(view.replay === undefined ? {} : { replay: view.replay() }),
    ...(view.lab === undefined ? {} : { lab: feedOf(view.lab) }),
  };
}

/** What everybody may know about an exercise: that one runs, and the last hint. */
function feedOf(lab: LabControl): NonNullable<Heartbeat['lab']> {
  const { pace, running } = lab.status();
  const hint = running === undefined ? undefined : lab.instructor?.hints.at(-1);
  return { speed: pace.speed, exercise: running !== undefined, ...(hint === undefined ? {} : { hint }) };
}

/** NaN before the first sample. */
function newest(times: Float64Array): number {
  let latest = Number.NaN;
  for (let i = 0; i < times.length; i++) {
    const time = times[i] ?? Number.NaN;
    if (!(time <= latest) && time === time) latest = time;
  }
  return latest;
}
