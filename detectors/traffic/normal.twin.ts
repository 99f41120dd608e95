import type {
  WireEnds,
  WireEvent,
  WireScanEvent,
  WireSessionEvent,
  WireTrafficEvent,
  WireWriteEvent,
} from '../../src/core/wire.ts';
import { isChatter, partOf, peopleOf, securityOf, serverOf, talkPath, unitStep } from './habits.ts';
import { effectOf } from './operations.ts';

type Path = readonly string[];
const begins = (path: Path, prefix: Path): boolean => prefix.every((step, i) => path[i] === step);
export const surprise = (chance: number, weight = 1): number =>
  Math.max(0, (-weight * Math.log(Math.min(1, chance))) / Math.log(4));
const chanceOf = (seen: number, once: number): number => (once + 1) / (seen + 1);

/** All sightings of paths, in order: every query counts them from the start. */
class Sightings {
  readonly #all: { readonly path: Path; readonly time: number }[] = [];

  add(path: Path, time: number): void {
    if (!(Math.abs(time - (this.#occasions(path).at(-1) ?? Number.NEGATIVE_INFINITY)) < 1_000)) this.#all.push({ path, time });
  }

  /** Times, at least a second apart, at which the path, or one that extends it, was seen. */
  #occasions(prefix: Path): number[] {
    const times: number[] = [];
    for (const { path, time } of this.#all)
      if (begins(path, prefix) && !(Math.abs(time - (times.at(-1) ?? Number.NEGATIVE_INFINITY)) < 1_000)) times.push(time);
    return times;
  }

  occasions = (prefix: Path): number => this.#occasions(prefix).length;

  steps(prefix: Path): string[] {
    return [
      ...new Set(this.#all.flatMap(({ path }) => (begins(path, prefix) ? path.slice(prefix.length, prefix.length + 1) : []))),
    ];
  }

  /** Number of known steps of the path, and the probability of a new one after them; undefined if all are known. */
  leaves(path: Path): { readonly depth: number; readonly chance: number } | undefined {
    const depth = path.findIndex((_, i) => this.occasions(path.slice(0, i + 1)) === 0);
    if (depth < 0) return undefined;
    const at = path.slice(0, depth);
    const under = this.#all.filter((one) => begins(one.path, at) && one.path.length > depth).length;
    return { depth, chance: chanceOf(under, this.steps(at).filter((step) => this.occasions([...at, step]) === 1).length) };
  }
}

/** Decayed count after the last event: each event decays by the time since. */
export function faded(events: readonly { readonly time: number; readonly amount: number }[], spanMs: number): number {
  return events.reduce((sum, { amount }, i) => {
    const since = events.slice(i + 1).reduce((ms, { time }, k) => ms + Math.max(0, time - (events[i + k]?.time ?? time)), 0);
    return sum + amount * Math.exp(-since / spanMs);
  }, 0);
}

export const countedAs = (event: WireEvent): { readonly what: string; readonly spanMs: number } | undefined => {
  if (event.type === 'wire-fault' && event.fault !== 'lost') return { what: event.fault, spanMs: 600_000 };
  if (event.type !== 'wire-connection') return undefined;
  if (event.state === 'refused') return { what: 'refused', spanMs: 600_000 };
  return event.state === 'opened' ? { what: 'opened', spanMs: 60_000 } : undefined;
};

const sameEnds = (a: WireEnds, b: WireEnds): boolean => a.client === b.client && a.server === b.server;
export const operationPath = ({ ends, unit, operation }: WireTrafficEvent): Path => [
  ...talkPath(ends),
  unitStep(unit),
  operation,
];
const isWindow = (low: number, high: number): boolean => low <= high && Number.isFinite(low) && Number.isFinite(high);

/** Normal traffic, computed from the whole list each time. */
export class Normal {
  readonly talks = new Sightings();
  readonly writes = new Sightings();
  readonly sessions = new Sightings();
  readonly #events: readonly WireEvent[];

  constructor(events: readonly WireEvent[]) {
    this.#events = events;
    for (const event of events) {
      const { time } = event;
      if (event.type === 'wire-traffic' && !isChatter(event.ends))
        this.talks.add(effectOf(event.operation) === 'transport' ? talkPath(event.ends) : operationPath(event), time);
      if (event.type === 'wire-connection') this.talks.add(talkPath(event.ends), time);
      if (event.type === 'wire-write') this.writes.add(writePath(event), time);
      if (event.type === 'wire-session') for (const path of sessionPaths(event)) this.sessions.add(path, time);
    }
  }

  get any(): boolean {
    return this.talks.steps([]).length > 0;
  }

  /** Time between events in order, without gaps between captures, ms. */
  get watchedMs(): number {
    const times = this.#events.map(({ time }) => time);
    const steps = times.slice(1).map((time, i) => time - Math.max(...times.slice(0, i + 1)));
    return steps.filter((step) => step > 0 && step <= 60_000).reduce((sum, step) => sum + step, 0);
  }

  /** Hardware addresses of an IP address. */
  hardwareOf(ip: string): string[] {
    return this.#events.flatMap((one) => (one.type === 'wire-address' && one.ends.client === ip ? [one.address] : []));
  }

  scan(client: string, what: WireScanEvent['what']): number {
    const counts = this.#events.flatMap((one) =>
      one.type === 'wire-scan' && one.ends.client === client && one.what === what && Number.isFinite(one.count)
        ? [one.count]
        : [],
    );
    return Math.max(0, ...counts);
  }

  /** Highest decayed count of such faults between these ends. */
  burst(what: string, ends: WireEnds, spanMs: number): number {
    const own = this.#events.filter(
      (one) => countedAs(one)?.what === what && one.type !== 'wire-loss' && sameEnds(one.ends, ends),
    );
    const all = own.map(({ time }) => ({ time, amount: 1 }));
    return Math.max(0, ...all.map((_, i) => faded(all.slice(0, i + 1), spanMs)));
  }

  /** Probability of addresses beyond the known ones; undefined if they are within them. */
  beyond(event: WireTrafficEvent): number | undefined {
    const path = operationPath(event);
    let window: readonly [low: number, high: number] | undefined;
    let grown = 0;
    for (const one of this.#events) {
      if (one.type !== 'wire-traffic' || isChatter(one.ends) || effectOf(one.operation) === 'transport') continue;
      if (!isWindow(one.low, one.high) || operationPath(one).join('\n') !== path.join('\n')) continue;
      if (window !== undefined && one.low >= window[0] && one.high <= window[1]) continue;
      window = [Math.min(one.low, window?.[0] ?? one.low), Math.max(one.high, window?.[1] ?? one.high)];
      grown++;
    }
    if (window === undefined || !isWindow(event.low, event.high)) return undefined;
    if (event.low >= window[0] && event.high <= window[1]) return undefined;
    return chanceOf(this.talks.occasions(path), grown);
  }

  /** Probability that a client uses an operation in one more place. */
  elsewhere(client: string, operation: string): number {
    const places = this.talks
      .steps([client])
      .flatMap((server) =>
        this.talks
          .steps([client, server])
          .flatMap((port) => this.talks.steps([client, server, port]).map((unit) => [client, server, port, unit])),
      );
    const counts = places.map((place) => this.talks.occasions([...place, operation]));
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? 0 : chanceOf(total, counts.filter((count) => count === 1).length);
  }
}

export const writePath = ({ ends, unit, target }: WireWriteEvent): Path => [ends.client, partOf(ends, unit), target];
export const sessionPaths = (event: WireSessionEvent): Path[] => [
  [serverOf(event.ends), 'security', securityOf(event.policy, event.mode, event.token)],
  ...peopleOf(event).map(([what, name]) => [serverOf(event.ends), what, name]),
];

export const policyStrength = (policy: string, token: string): number =>
  policy === 'Basic128Rsa15' || policy === 'Basic256'
    ? 1
    : policy === '' || (policy === 'None' && token === '')
      ? -1
      : policy === 'None'
        ? 0
        : 2;
export const tokenStrength = (_: string, token: string): number => (token === '' ? -1 : token === 'Anonymous' ? 0 : 1);
