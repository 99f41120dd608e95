import type { Event } from '../../src/core/observation.ts';
import type {
  WireEnds,
  WireEvent,
  WireScanEvent,
  WireSessionEvent,
  WireTrafficEvent,
  WireWriteEvent,
} from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import { isChatter, partOf, peopleOf, securityOf, serverOf, talkPath, unitStep } from './habits.ts';
import { effectOf, weightOf } from './operations.ts';
import type { Kind } from './suspicion.ts';

/** A report of the detector. */
export interface TwinReport {
  readonly key: string;
  readonly time: number;
  readonly score: number;
}

interface Told {
  readonly kind: Kind;
  readonly device: string | undefined;
  readonly score: number;
}

type Path = readonly string[];
const begins = (path: Path, prefix: Path): boolean => prefix.every((step, i) => path[i] === step);
const surprise = (chance: number, weight = 1): number => Math.max(0, (-weight * Math.log(Math.min(1, chance))) / Math.log(4));
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
function faded(events: readonly { readonly time: number; readonly amount: number }[], spanMs: number): number {
  return events.reduce((sum, { amount }, i) => {
    const since = events.slice(i + 1).reduce((ms, { time }, k) => ms + Math.max(0, time - (events[i + k]?.time ?? time)), 0);
    return sum + amount * Math.exp(-since / spanMs);
  }, 0);
}

const countedAs = (event: WireEvent): { readonly what: string; readonly spanMs: number } | undefined => {
  if (event.type === 'wire-fault' && event.fault !== 'lost') return { what: event.fault, spanMs: 600_000 };
  if (event.type !== 'wire-connection') return undefined;
  if (event.state === 'refused') return { what: 'refused', spanMs: 600_000 };
  return event.state === 'opened' ? { what: 'opened', spanMs: 60_000 } : undefined;
};

const sameEnds = (a: WireEnds, b: WireEnds): boolean => a.client === b.client && a.server === b.server;
const operationPath = ({ ends, unit, operation }: WireTrafficEvent): Path => [...talkPath(ends), unitStep(unit), operation];
const isWindow = (low: number, high: number): boolean => low <= high && Number.isFinite(low) && Number.isFinite(high);

/** Normal traffic, computed from the whole list each time. */
class Normal {
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

const writePath = ({ ends, unit, target }: WireWriteEvent): Path => [ends.client, partOf(ends, unit), target];
const sessionPaths = (event: WireSessionEvent): Path[] => [
  [serverOf(event.ends), 'security', securityOf(event.policy, event.mode, event.token)],
  ...peopleOf(event).map(([what, name]) => [serverOf(event.ends), what, name]),
];

const policyStrength = (policy: string, token: string): number =>
  policy === 'Basic128Rsa15' || policy === 'Basic256'
    ? 1
    : policy === '' || (policy === 'None' && token === '')
      ? -1
      : policy === 'None'
        ? 0
        : 2;
const tokenStrength = (_: string, token: string): number => (token === '' ? -1 : token === 'Anonymous' ? 0 : 1);

/** Judges each event by all earlier ones. */
class Judge {
  readonly #config: TrafficConfig;
  readonly #normal: Normal;
  readonly #past: WireEvent[] = [];
  readonly #asked: { readonly client: string; readonly part: string; readonly time: number }[] = [];
  readonly #walks: { readonly ends: WireEnds; readonly time: number }[] = [];
  readonly #counted: { readonly key: string; readonly time: number; readonly amount: number }[] = [];
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(config: TrafficConfig, normal: Normal) {
    this.#config = config;
    this.#normal = normal;
  }

  judge(event: WireEvent): Told[] {
    const told = this.#judge(event).filter(({ score }) => score >= 0 && Number.isFinite(score));
    this.#past.push(event);
    return told;
  }

  #judge(event: WireEvent): Told[] {
    if (event.type === 'wire-loss') return this.#loss(event.tap, event.time, event.dropped);
    const { ends, time } = event;
    const { device } = ends;
    const stranger = this.#stranger(ends);
    const client: Told[] = stranger === undefined ? [] : [{ kind: 'client', device, score: stranger }];
    const on = this.#goesOn(ends, time) ? [{ kind: 'scan' as const, device, score: 1 }] : [];
    switch (event.type) {
      case 'wire-traffic':
        return [...client, ...this.#request(event, stranger), ...this.#question(event, stranger), ...on];
      case 'wire-connection':
        return [...client, ...this.#fault(event)];
      case 'wire-write':
        return this.#write(event, stranger);
      case 'wire-session':
        return this.#session(event);
      case 'wire-fault':
        if (event.fault === 'lost') return this.#loss(event.tap, time, 1);
        if (event.fault !== 'exception' || on.length === 0) return this.#fault(event);
        this.#walks.push({ ends, time });
        return on;
      case 'wire-scan': {
        if (event.what === 'identities' && this.#may(ends) !== undefined) return [];
        const allowed = Math.max(this.#config.scans[event.what], 1.5 * this.#normal.scan(ends.client, event.what));
        if (event.count >= allowed) this.#walks.push({ ends, time });
        return [{ kind: 'scan', device, score: event.count / allowed }];
      }
    }
  }

  #may({ client, device }: WireEnds): 'read' | 'write' | undefined {
    const own = this.#config.clients.filter(
      ({ address, devices }) => address === client && device !== undefined && (devices?.includes(device) ?? true),
    );
    return own.find(({ may }) => may === 'write')?.may ?? own[0]?.may;
  }

  #stranger(ends: WireEnds): number | undefined {
    if (isChatter(ends) || this.#may(ends) !== undefined) return undefined;
    if (ends.device !== undefined && this.#config.clients.length > 0) return 2;
    const left = this.#normal.talks.leaves(talkPath(ends));
    return left === undefined ? undefined : surprise(left.chance);
  }

  get #first(): number {
    return 1 / (1 + this.#normal.watchedMs / this.#config.writesEveryMs);
  }

  #request(event: WireTrafficEvent, stranger: number | undefined): Told[] {
    const { ends, operation, requests } = event;
    const effect = effectOf(operation);
    if (effect === 'transport' || requests === 0) return [];
    const say = (kind: Kind, score: number): Told[] => [{ kind, device: ends.device, score }];
    if (effect === 'write' && stranger !== undefined) return say('write', stranger >= 1 ? 3 : stranger);
    if (effect === 'write' && this.#may(ends) === 'read') return say('write', 3);
    if (stranger !== undefined) return [];
    const left = this.#normal.talks.leaves(operationPath(event));
    const elsewhere = this.#normal.elsewhere(ends.client, operation);
    if (effect === 'write') {
      if (left === undefined || left.depth < 3 || this.#may(ends) === 'write') return [];
      return say('write', surprise(Math.max(this.#first, elsewhere), 2));
    }
    if (left === undefined) {
      const beyond = this.#normal.beyond(event);
      return beyond === undefined ? [] : say('operation', surprise(beyond));
    }
    if (left.depth === 3) return say('operation', surprise(left.chance));
    return left.depth < 3 ? [] : say('operation', surprise(Math.max(left.chance, elsewhere), weightOf[effect]));
  }

  #write(event: WireWriteEvent, stranger: number | undefined): Told[] {
    const { ends } = event;
    const say = (score: number): Told[] => [{ kind: 'write', device: ends.device, score }];
    const may = this.#may(ends);
    if (stranger !== undefined) return say(stranger >= 1 ? 3.1 : stranger);
    if (may === 'read') return say(3.1);
    const left = this.#normal.writes.leaves(writePath(event));
    if (!this.#normal.any || left === undefined || (left.depth === 0 && may === 'write')) return [];
    return say(surprise(left.depth === 0 ? this.#first : Math.max(left.chance, this.#first), 2) + 0.1);
  }

  #session(event: WireSessionEvent): Told[] {
    const { ends, policy, token } = event;
    const say = (score: number): Told[] => [{ kind: 'session', device: ends.device, score }];
    const { sessions } = this.#normal;
    const usual = sessions.steps([serverOf(ends), 'security']).map((step) => step.split('/'));
    const before = this.#past.filter(
      (one) => one.type === 'wire-session' && one.ends.client === ends.client && serverOf(one.ends) === serverOf(ends),
    ) as WireSessionEvent[];
    const paths = sessionPaths(event);
    for (const strength of [policyStrength, tokenStrength]) {
      const now = strength(policy, token);
      const best = Math.max(
        -1,
        ...before.map((one) => strength(one.policy, one.token)),
        ...usual.map(([was = '', , with_ = '']) => strength(was, with_)),
      );
      if (now >= 0 && now < best && sessions.leaves(paths[0] ?? []) !== undefined)
        return say(now === 0 && strength === policyStrength ? 3 : 2);
    }
    const left = paths.map((path) => sessions.leaves(path)).find((one) => one?.depth === 2);
    return left === undefined ? [] : say(surprise(left.chance));
  }

  #question({ ends, operation, unit, requests, time }: WireTrafficEvent, stranger: number | undefined): Told[] {
    if (effectOf(operation) !== 'identity' || requests === 0 || this.#may(ends) !== undefined) return [];
    if (this.#normal.talks.leaves([...talkPath(ends), unitStep(unit), operation]) === undefined) return [];
    this.#asked.push({ client: ends.client, part: partOf(ends, unit ?? -1), time });
    const own = this.#asked.filter(({ client }) => client === ends.client);
    const pause = own.findLastIndex((one, i) => one.time - (own[i - 1]?.time ?? Number.NEGATIVE_INFINITY) > 120_000);
    const parts = new Set(own.slice(Math.max(0, pause)).map(({ part }) => part));
    const decided = this.#normal.any || (ends.device !== undefined && this.#config.clients.length > 0);
    const known = decided && stranger !== undefined ? Math.min(1, stranger) : 0;
    return [{ kind: 'scan', device: ends.device, score: Math.max(known, parts.size / this.#config.scans.identities) }];
  }

  #goesOn({ client, server }: WireEnds, time: number): boolean {
    const last = this.#walks.findLast(({ ends }) => ends.client === client);
    return last !== undefined && last.ends.server === server && time - last.time <= 10_000;
  }

  #fault(event: Extract<WireEvent, { type: 'wire-fault' | 'wire-connection' }>): Told[] {
    const { ends, time } = event;
    const counted = countedAs(event);
    if (counted === undefined) return [];
    const { what, spanMs } = counted;
    if ((what === 'malformed' || what === 'unmatched') && time - this.#lostAt <= 30_000) return [];
    const limit = what === 'opened' ? this.#config.connections : this.#config.faults[what as keyof TrafficConfig['faults']];
    const allowed = Math.max(limit, 2 * this.#normal.burst(what, ends, spanMs));
    const level = this.#count(`${what} ${ends.client} ${ends.server}`, time, 1, spanMs);
    return [{ kind: 'fault', device: ends.device, score: level / allowed }];
  }

  #loss(tap: string, time: number, dropped: number): Told[] {
    if (!(dropped > 0 && Number.isFinite(dropped))) return [];
    this.#lostAt = time;
    return [{ kind: 'tap', device: tap, score: this.#count(`lost ${tap}`, time, dropped, 60_000) / this.#config.dropped }];
  }

  #count(key: string, time: number, amount: number, spanMs: number): number {
    this.#counted.push({ key, time, amount });
    return faded(
      this.#counted.filter((one) => one.key === key),
      spanMs,
    );
  }
}

/** Reports of a detector that learned from some events and judges others, computed from the lists of both. */
export function twin(
  config: TrafficConfig,
  keys: readonly string[],
  learned: readonly WireEvent[],
  watched: readonly Event[],
): TwinReport[] {
  const judge = new Judge(config, new Normal(learned));
  const cases = new Map<string, { readonly time: number; readonly score: number; readonly counts: boolean }[]>();
  const scoreAt = (key: string, time: number): number => {
    const told = cases.get(key) ?? [];
    if (time - Math.max(...told.map((one) => one.time)) > config.holdMs) cases.delete(key);
    const open = cases.get(key) ?? [];
    const events = open.filter(({ counts }, i) => counts || i === 0).length;
    return open.length === 0 ? 0 : Math.max(...open.map(({ score }) => score)) + 0.5 * Math.log10(events);
  };
  const add = ({ kind, device, score }: Told, time: number, counts: boolean): TwinReport[] => {
    const place = keys.includes(`${device ?? 'network'}/${kind}`) ? (device ?? 'network') : 'network';
    const key = `${place}/${kind}`;
    scoreAt(key, time);
    const open = cases.get(key);
    if (score >= 1) cases.set(key, [...(open ?? []), { time, score, counts }]);
    else if (open !== undefined) return [];
    return [{ key, time, score: score >= 1 ? scoreAt(key, time) : score }];
  };
  return watched.flatMap((event, index) => {
    const { time } = event;
    if (event.type === 'tick') {
      for (const [tap, silentMs] of silences(watched.slice(0, index + 1)))
        if (silentMs >= config.blindMs) add({ kind: 'tap', device: tap, score: silentMs / config.blindMs }, time, false);
      return keys.map((key) => ({ key, time, score: scoreAt(key, time) }));
    }
    return event.type.startsWith('wire-') ? judge.judge(event as WireEvent).flatMap((told) => add(told, time, true)) : [];
  });
}

/**
 * Time without packets of each tap at the last event, a tick: the running time of the monitor since the tap last received
 * something.
 */
function silences(events: readonly Event[]): Map<string, number> {
  const last = new Map<string, number>();
  events.forEach((event, index) => {
    if (event.type.startsWith('wire-') && event.type !== 'wire-loss') last.set((event as WireEvent).tap, index);
  });
  return new Map(
    [...last].map(([tap, seen]) => {
      const ticks = events.flatMap((event, index) => (event.type === 'tick' ? [{ time: event.time, index }] : []));
      const before = ticks.findLast(({ index }) => index < seen)?.time ?? Number.NaN;
      const after = ticks.filter(({ index }) => index > seen).map(({ time }) => time);
      const steps = after.map((time, i) => time - (i === 0 ? before : (after[i - 1] ?? time)));
      const ran = steps.filter((step) => step <= 10_000).reduce((sum, step) => sum + step, 0);
      return [tap, ran - (Number.isNaN(before) ? 0 : Math.max(0, (events[seen]?.time ?? 0) - before))];
    }),
  );
}
