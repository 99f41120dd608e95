import type { LatestValues } from '../core/monitor.ts';
import type { Observation } from '../core/observation.ts';
import { isGood } from '../core/quality.ts';

/**
 * Adds the previous value to a recorded write: the last one that the monitor read, where the tap saw none. A value equal to the
 * written one is no previous value: the device may have applied the write before the monitor read it.
 */
export function withPreviousValue(observation: Observation, latest: LatestValues): Observation {
  if (observation.kind !== 'event') return observation;
  const { event } = observation;
  if (event.type !== 'wire-write' || event.tag === undefined || event.before !== undefined) return observation;
  const before = latest.value[event.tag];
  const quality = latest.quality[event.tag];
  if (before === undefined || quality === undefined || !isGood(quality) || Number.isNaN(before)) return observation;
  // the device may store the value with less precision
  if (typeof event.after !== 'number' || Math.fround(event.after) === Math.fround(before)) return observation;
  return { ...observation, event: { ...event, before } };
}
