import type { Event } from '../../src/core/observation.ts';
import type { WireEvent, WireTrafficEvent } from '../../src/core/wire.ts';
import { isChatter, serverOf, talkPath } from './habits.ts';

type Seen = Exclude<WireEvent, { readonly type: 'wire-loss' }>;
interface TwinPace {
  readonly device: string | undefined;
  readonly fewest: number;
  readonly most: number;
  readonly mostBytes: number;
  readonly pauseMs: number;
}
type Sums = ReadonlyMap<string, { readonly packets: number; readonly bytes: number }>;

const isSeen = (event: Event): event is Seen => event.type.startsWith('wire-') && event.type !== 'wire-loss';
const pathOf = (event: Event): string => {
  if (event.type !== 'wire-traffic' || isChatter(event.ends)) return '';
  const isFigure = [event.packets, event.bytes].every((figure) => figure > 0 && Number.isFinite(figure));
  return isFigure ? talkPath(event.ends).join(' ') : '';
};

/** Events of one stretch, each with its time in the stretch, ms: late events have the latest time. */
type Stretch = readonly { readonly event: Seen; readonly at: number }[];

/** Stretches without a gap, a step back, or a time in which the monitor was off. */
function stretchesOf(events: readonly Event[]): Stretch[] {
  const all: { event: Seen; at: number }[][] = [[]];
  let begin = Number.NaN;
  events.forEach((event, index) => {
    const before = events.slice(0, index).findLast(({ type }) => type === 'tick')?.time ?? Number.NaN;
    if (event.type === 'tick' && event.time - before > 10_000) all.push([]);
    if (!isSeen(event)) return;
    const latest = lengthOf(all.at(-1) ?? []);
    if (all.at(-1)?.length !== 0 && Math.abs(event.time - begin - latest) > 60_000) all.push([]);
    if (all.at(-1)?.length === 0) begin = event.time;
    all.at(-1)?.push({ event, at: Math.max(event.time - begin, lengthOf(all.at(-1) ?? [])) });
  });
  return all;
}

const minuteOf = ({ at }: Stretch[number]): number => Math.floor(at / 60_000);
const lengthOf = (stretch: Stretch): number => stretch.at(-1)?.at ?? 0;

/** Packets and bytes of each conversation in a minute, as the first tap that reported it counted them. */
function sumsOf(stretch: Stretch, minute: number): Sums {
  const events = stretch.filter((one) => minuteOf(one) === minute && pathOf(one.event) !== '').map(({ event }) => event);
  return new Map(
    [...Map.groupBy(events as WireTrafficEvent[], pathOf)].map(([path, own]) => {
      const counted = own.filter(({ tap }) => tap === own[0]?.tap);
      const sum = (of: 'packets' | 'bytes'): number =>
        Math.min(
          1e15,
          counted.reduce((total, event) => total + event[of], 0),
        );
      return [path, { packets: sum('packets'), bytes: sum('bytes') }];
    }),
  );
}

/** Pace of the conversations of normal traffic that are judged, computed from the whole list. */
export function pacesOf(learned: readonly WireEvent[], least: number): ReadonlyMap<string, TwinPace> {
  const stretches = stretchesOf(learned);
  const complete = stretches.flatMap((stretch, index) =>
    Array.from({ length: Math.max(0, Math.floor(lengthOf(stretch) / 60_000) - 1) }, (_, i) => ({
      index,
      minute: i + 1,
      sums: sumsOf(stretch, i + 1),
    })),
  );
  const paths = new Set(learned.map(pathOf).filter((path) => path !== ''));
  return new Map(
    [...paths].flatMap((path): [string, TwinPace][] => {
      const first = stretches.findIndex((stretch) => stretch.some(({ event }) => pathOf(event) === path));
      const begin = stretches[first]?.find(({ event }) => pathOf(event) === path);
      const since = begin === undefined ? 0 : minuteOf(begin);
      const minutes = complete.filter(({ index, minute }) => index > first || (index === first && minute >= since)).length;
      const packets = complete.map(({ sums }) => sums.get(path)?.packets ?? 0);
      const bytes = complete.map(({ sums }) => sums.get(path)?.bytes ?? 0);
      const pauses = stretches.flatMap((stretch) => {
        const times = stretch.filter(({ event }) => pathOf(event) === path).map(({ at }) => at);
        const edges = [0, ...times, lengthOf(stretch)];
        return edges.slice(1).map((at, i) => at - (edges[i] ?? at));
      });
      const pauseMs = Math.max(0, ...pauses);
      if (minutes < least || pauseMs > (minutes * 60_000) / 10) return [];
      const known = learned.flatMap((event) => (isSeen(event) && event.ends.device !== undefined ? [event.ends] : []));
      const [, server = '', port = ''] = path.split(' ');
      const device = known.findLast((ends) => serverOf(ends) === `${server}:${port.split('/')[1] ?? 0}`)?.device;
      return [
        [path, { device, fewest: Math.min(...packets), most: Math.max(...packets), mostBytes: Math.max(...bytes), pauseMs }],
      ];
    }),
  );
}

/** Suspicions about pace at the last event, a tick. */
export function paceAt(
  paces: ReadonlyMap<string, TwinPace>,
  events: readonly Event[],
): { readonly device: string | undefined; readonly score: number; readonly counts: boolean }[] {
  return [...ofMinute(paces, events), ...silent(paces, events)];
}

function ofMinute(paces: ReadonlyMap<string, TwinPace>, events: readonly Event[]) {
  const stretch = stretchesOf(events).at(-1) ?? [];
  const current = stretch.at(-1);
  const now = events.at(-1)?.time ?? 0;
  if (current === undefined || minuteOf(current) < 2) return [];
  const minute = minuteOf(current) - 1;
  // the event that ended the minute, and the first tick after it
  const ending = stretch.find((one) => minuteOf(one) > minute)?.event;
  const index = events.findIndex((event) => event === ending);
  const ticks = events.slice(index).filter(({ type }) => type === 'tick');
  const since = ticks[0]?.time ?? now;
  if (now - since > 60_000) return [];
  const isLow = (path: string, pace: TwinPace, of: number): boolean => {
    const packets = sumsOf(stretch, of).get(path)?.packets ?? 0;
    const end = stretch.find((one) => minuteOf(one) > of)?.event;
    const before = events.slice(
      0,
      events.findIndex((event) => event === end),
    );
    const isTorn = (end?.time ?? 0) - (before.findLast(isLoss)?.time ?? Number.NEGATIVE_INFINITY) <= 120_000;
    return of >= 1 && packets > 0 && packets < pace.fewest / 2 && pace.fewest >= 30 && !isTorn;
  };
  return [...sumsOf(stretch, minute)].flatMap(([path, { packets, bytes }]) => {
    const pace = paces.get(path);
    if (pace === undefined) return [];
    const over = Math.max(packets / (2 * pace.most), bytes / (2 * pace.mostBytes));
    const under = isLow(path, pace, minute) && isLow(path, pace, minute - 1) ? pace.fewest / (2 * packets) : 0;
    const score = Math.min(1e6, over > 1 && packets >= 30 ? over : under);
    return score > 1 ? [{ device: pace.device, score, counts: ticks.length === 1 }] : [];
  });
}

const isLoss = (event: Event): boolean =>
  (event.type === 'wire-loss' && event.dropped > 0 && Number.isFinite(event.dropped)) ||
  (event.type === 'wire-fault' && event.fault === 'lost');

/** Conversations without a packet for too long, in the running time of the monitor. */
function silent(paces: ReadonlyMap<string, TwinPace>, events: readonly Event[]) {
  const begin = events.findIndex(({ type }) => type === 'tick');
  const last = (isOne: (event: Event) => boolean): number => runningAt(events, events.findLastIndex(isOne));
  const taps = [...new Set(events.flatMap((event) => (isSeen(event) ? [event.tap] : [])))];
  const heard = new Map(taps.map((tap) => [tap, last((event) => isSeen(event) && event.tap === tap)]));
  return [...paces].flatMap(([path, { device, pauseMs }]) => {
    const own = events.findLast((event) => pathOf(event) === path) as Seen | undefined;
    const until = own === undefined ? Math.max(...heard.values()) : (heard.get(own.tap) ?? 0);
    const since = own === undefined ? runningAt(events, begin) : last((event) => pathOf(event) === path);
    const after = events.findLastIndex((event) => event === own);
    const blind = (own === undefined ? taps : [own.tap]).map((tap) => blindAfter(events, after, tap));
    const score = (until - since - blind.reduce((sum, ms) => sum + ms, 0)) / Math.max(60_000, 3 * pauseMs);
    return score >= 1 && Number.isFinite(score) ? [{ device, score, counts: false }] : [];
  });
}

/** Time after an event in which a tap received nothing for more than a minute at once, ms. */
function blindAfter(events: readonly Event[], index: number, tap: string): number {
  const times = events.flatMap((event, i) => (isSeen(event) && event.tap === tap ? [{ i, at: runningAt(events, i) }] : []));
  const steps = times.map(({ i, at }, k) => (i > index && k > 0 ? at - (times[k - 1]?.at ?? at) : 0));
  return steps.filter((step) => step > 60_000).reduce((sum, step) => sum + step, 0);
}

/** Time of an event in the running time of the monitor, ms: from the first tick, without times in which it was off. */
function runningAt(events: readonly Event[], index: number): number {
  const ticks = events.slice(0, index + 1).flatMap(({ type, time }) => (type === 'tick' ? [time] : []));
  const steps = ticks.slice(1).map((time, i) => time - (ticks[i] ?? time));
  const ran = steps.filter((step) => step <= 10_000).reduce((sum, step) => sum + step, 0);
  return ticks.length === 0 ? 0 : ran + Math.max(0, (events[index]?.time ?? 0) - (ticks.at(-1) ?? 0));
}
