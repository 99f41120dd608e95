import type { Event } from '../../src/core/observation.ts';

const tenMinutes = 600_000;

/** Positions in the list and scores of the instant findings of one channel, from all events. */
function happenings(key: string, events: readonly Event[]): { readonly at: number; readonly score: number }[] {
  const restarts = events.flatMap((event) => (event.type === 'posture' && event.subject === 'start-time' ? [event] : []));
  return events.flatMap((event, at) => {
    if (event.type !== 'posture') return [];
    if (key === 'UA-1/change' && event.subject !== 'start-time' && event.weight !== 'note')
      return [{ at, score: event.weight === 'alarming' ? 2 : 1 }];
    if (key !== 'UA-1/restart' || event.subject !== 'start-time') return [];
    const until = restarts.slice(0, restarts.indexOf(event) + 1);
    const count = until.filter((one, i) => until.slice(i).every(({ time }) => time - one.time <= tenMinutes)).length;
    return count >= 2 ? [{ at, score: count / 2 }] : [];
  });
}

/**
 * Score of a channel of UA-1 at the last event, computed from all events, with the defaults and mirrored alarms. An instant event
 * counts if no gap between it, its successors and the last event reaches ten minutes.
 */
export function scoreByTwin(key: string, events: readonly Event[]): number {
  if (key === 'UA-1/clock') {
    const last = events.findLast((event) => event.type === 'clock' && Number.isFinite(event.offsetMs));
    const score = last?.type === 'clock' ? Math.abs(last.offsetMs) / 5_000 : 0;
    return score >= 1 ? score : 0;
  }
  if (key === 'UA-1/mirrored') {
    const standing = new Map<string, number>();
    for (const event of events) {
      if (event.type !== 'device-alarm' || (event.active && !Number.isFinite(event.severity))) continue;
      if (event.active && event.severity >= 500) standing.set(event.condition, event.severity);
      else standing.delete(event.condition);
    }
    return standing.size === 0 ? 0 : Math.max(...standing.values()) / 500;
  }
  let best = 0;
  let next = events.length - 1;
  for (const { at, score } of happenings(key, events).toReversed()) {
    const last = events[at]?.time ?? Number.NaN;
    if (events.slice(at, next + 1).some(({ time }) => time - last > tenMinutes)) break;
    best = Math.max(best, score);
    next = at;
  }
  return best;
}
