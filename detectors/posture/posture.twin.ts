import type { Event } from '../../src/core/observation.ts';

const tenMinutes = 600_000;

/** Times and scores of what is a finding and happened at once, of one channel, from all events. */
function happenings(key: string, events: readonly Event[]): { readonly time: number; readonly score: number }[] {
  const restarts = events.flatMap((event) => (event.type === 'posture' && event.subject === 'start-time' ? [event.time] : []));
  return events.flatMap((event) => {
    if (event.type !== 'posture') return [];
    if (key === 'UA-1/change' && event.subject !== 'start-time' && event.weight !== 'note')
      return [{ time: event.time, score: event.weight === 'alarming' ? 2 : 1 }];
    if (key !== 'UA-1/restart' || event.subject !== 'start-time') return [];
    const count = restarts.filter((time) => time <= event.time && event.time - time <= tenMinutes).length;
    return count >= 2 ? [{ time: event.time, score: count / 2 }] : [];
  });
}

/**
 * The score at which a channel of UA-1 stands at `now`, worked out anew from all events: the defaults, with mirrored alarms. What
 * happened at once counts as long as no ten minutes passed between it, what followed, and now.
 */
export function standsByTwin(key: string, events: readonly Event[], now: number): number {
  if (key === 'UA-1/clock') {
    const last = events.findLast((event) => event.type === 'clock');
    const score = last?.type === 'clock' ? Math.abs(last.offsetMs) / 5_000 : 0;
    return score >= 1 ? score : 0;
  }
  if (key === 'UA-1/mirrored') {
    const standing = new Map<string, number>();
    for (const event of events) {
      if (event.type !== 'device-alarm') continue;
      if (event.active && event.severity >= 500) standing.set(event.condition, event.severity);
      else standing.delete(event.condition);
    }
    return standing.size === 0 ? 0 : Math.max(...standing.values()) / 500;
  }
  let best = 0;
  let next = now;
  for (const { time, score } of happenings(key, events).toReversed()) {
    if (next - time > tenMinutes) break;
    best = Math.max(best, score);
    next = time;
  }
  return best;
}
