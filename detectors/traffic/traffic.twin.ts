import type { Event } from '../../src/core/observation.ts';
import type {
  WireAddressEvent,
  WireEnds,
  WireEvent,
  WireSessionEvent,
  WireTrafficEvent,
  WireWriteEvent,
} from '../../src/core/wire.ts';
import { paceMinutesOf, type TrafficConfig } from './config.ts';
import { isChatter, partOf, serverOf, talkPath, unitStep } from './habits.ts';
import {
  countedAs,
  faded,
  Normal,
  operationPath,
  policyStrength,
  sessionPaths,
  surprise,
  tokenStrength,
  writePath,
} from './normal.twin.ts';
import { effectOf, weightOf } from './operations.ts';
import { paceAt, pacesOf } from './pace.twin.ts';
import type { Kind } from './suspicion.ts';

/** A report of the detector. */
export interface TwinReport {
  readonly key: string;
  readonly time: number;
  readonly score: number;
}

interface TwinSuspicion {
  readonly kind: Kind;
  readonly device: string | undefined;
  readonly score: number;
  /** True if it only continues a finding. */
  readonly continues?: boolean;
}

/** Judges each event by all earlier ones. */
class Judge {
  readonly #config: TrafficConfig;
  readonly #normal: Normal;
  /** Number of tags of each device. */
  readonly #tags: ReadonlyMap<string, number>;
  readonly #past: WireEvent[] = [];
  readonly #identityRequests: { readonly client: string; readonly part: string; readonly time: number }[] = [];
  readonly #walks: { readonly ends: WireEnds; readonly time: number; readonly anyPort: boolean }[] = [];
  readonly #counted: { readonly key: string; readonly time: number; readonly amount: number }[] = [];
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(config: TrafficConfig, normal: Normal, tags: ReadonlyMap<string, number>) {
    this.#config = config;
    this.#normal = normal;
    this.#tags = tags;
  }

  judge(event: WireEvent): TwinSuspicion[] {
    const found = this.#judge(event).filter(({ score }) => score >= 0 && Number.isFinite(score));
    this.#past.push(event);
    return found;
  }

  #judge(event: WireEvent): TwinSuspicion[] {
    if (event.type === 'wire-loss') return this.#loss(event.tap, event.time, event.dropped);
    const { ends, time } = event;
    const { device } = ends;
    const stranger = this.#stranger(ends);
    const client: TwinSuspicion[] = stranger === undefined ? [] : [{ kind: 'client', device, score: stranger }];
    const on = this.#goesOn(ends, time) ? [{ kind: 'scan' as const, device, score: 1 }] : [];
    switch (event.type) {
      case 'wire-traffic':
        return [
          ...client.map((one) => ({ ...one, continues: event.operation === '' && this.#hasJustEnded(ends, time) })),
          ...this.#request(event, stranger),
          ...this.#question(event, stranger),
          ...on,
        ];
      case 'wire-connection':
        return [
          ...client.map((one) => ({ ...one, continues: event.state === 'closed' || event.state === 'reset' })),
          ...this.#fault(event),
        ];
      case 'wire-write':
        return this.#write(event, stranger);
      case 'wire-session':
        return this.#session(event);
      case 'wire-fault':
        if (event.fault === 'lost') return this.#loss(event.tap, time, 1);
        if (event.fault !== 'exception' || on.length === 0) return this.#fault(event);
        this.#walks.push({ ends, time, anyPort: this.#lastWalk(ends.client)?.anyPort === true });
        return on;
      case 'wire-scan': {
        if (event.what === 'identities' && this.#may(ends) !== undefined) return [];
        const tags =
          ['addresses', 'nodes'].includes(event.what) && this.#knows(ends) ? (this.#tags.get(device ?? '') ?? 0) + 1 : 0;
        const allowed = Math.max(this.#config.scans[event.what], 1.5 * this.#normal.scan(ends.client, event.what), tags);
        if (event.count >= allowed) this.#walks.push({ ends, time, anyPort: event.what === 'ports' || event.what === 'hosts' });
        return [{ kind: 'scan', device, score: event.count / allowed }];
      }
      case 'wire-address':
        return this.#address(event);
      case 'wire-readings':
        return [];
    }
  }

  #may({ client, device }: WireEnds): 'read' | 'write' | undefined {
    const own = this.#config.clients.filter(
      ({ address, devices }) => address === client && device !== undefined && (devices?.includes(device) ?? true),
    );
    return own.find(({ may }) => may === 'write')?.may ?? own[0]?.may;
  }

  #knows(ends: WireEnds): boolean {
    if (this.#may(ends) !== undefined) return true;
    const decided = (ends.device !== undefined && this.#config.clients.length > 0) || this.#normal.any;
    return decided && this.#stranger(ends) === undefined;
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

  /** True if a connection between the ends has ended within half a minute. */
  #hasJustEnded({ client, server, port }: WireEnds, time: number): boolean {
    const last = this.#past.findLast(
      (one) =>
        one.type === 'wire-connection' &&
        (one.state === 'closed' || one.state === 'reset') &&
        one.ends.client === client &&
        one.ends.server === server &&
        one.ends.port === port,
    );
    return last !== undefined && time - last.time <= 30_000;
  }

  #request(event: WireTrafficEvent, stranger: number | undefined): TwinSuspicion[] {
    const { ends, operation, requests } = event;
    const effect = effectOf(operation);
    if (effect === 'transport' || requests === 0) return [];
    const suspect = (kind: Kind, score: number): TwinSuspicion[] => [{ kind, device: ends.device, score }];
    if (effect === 'write' && stranger !== undefined) return suspect('write', stranger >= 1 ? 3 : stranger);
    if (effect === 'write' && this.#may(ends) === 'read') return suspect('write', 3);
    const isCommand = ['FC8/1', 'FC8/3', 'FC8/4', 'FC21', 'FC90', 'AddNodes', 'DeleteNodes'].includes(operation);
    if (isCommand && stranger !== undefined) return suspect('operation', stranger >= 1 ? 3 : stranger);
    if (isCommand && this.#may(ends) === 'read') return suspect('operation', 3);
    if (stranger !== undefined) return [];
    const left = this.#normal.talks.leaves(operationPath(event));
    const elsewhere = this.#normal.elsewhere(ends.client, operation);
    if (effect === 'write') {
      if (left === undefined || left.depth < 3 || this.#may(ends) === 'write') return [];
      return suspect('write', surprise(Math.max(this.#first, elsewhere), 2));
    }
    if (left === undefined) {
      const beyond = this.#normal.beyond(event);
      return beyond === undefined ? [] : suspect('operation', surprise(beyond));
    }
    if (left.depth === 3) return suspect('operation', surprise(left.chance));
    return left.depth < 3 ? [] : suspect('operation', surprise(Math.max(left.chance, elsewhere), weightOf[effect]));
  }

  #write(event: WireWriteEvent, stranger: number | undefined): TwinSuspicion[] {
    const { ends } = event;
    const suspect = (score: number): TwinSuspicion[] => [{ kind: 'write', device: ends.device, score }];
    const may = this.#may(ends);
    if (stranger !== undefined) return suspect(stranger >= 1 ? 3.1 : stranger);
    if (may === 'read') return suspect(3.1);
    const left = this.#normal.writes.leaves(writePath(event));
    if (!this.#normal.any || left === undefined || (left.depth === 0 && may === 'write')) return [];
    return suspect(surprise(left.depth === 0 ? this.#first : Math.max(left.chance, this.#first), 2) + 0.1);
  }

  #session(event: WireSessionEvent): TwinSuspicion[] {
    const { ends, policy, token } = event;
    const suspect = (score: number): TwinSuspicion[] => [{ kind: 'session', device: ends.device, score }];
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
        return suspect(now === 0 && strength === policyStrength ? 3 : 2);
    }
    const left = paths.map((path) => sessions.leaves(path)).find((one) => one?.depth === 2);
    return left === undefined ? [] : suspect(surprise(left.chance));
  }

  #question({ ends, operation, unit, requests, time }: WireTrafficEvent, stranger: number | undefined): TwinSuspicion[] {
    if (effectOf(operation) !== 'identity' || requests === 0 || this.#may(ends) !== undefined) return [];
    if (this.#normal.talks.leaves([...talkPath(ends), unitStep(unit), operation]) === undefined) return [];
    this.#identityRequests.push({ client: ends.client, part: partOf(ends, unit ?? -1), time });
    const own = this.#identityRequests.filter(({ client }) => client === ends.client);
    const pause = own.findLastIndex((one, i) => one.time - (own[i - 1]?.time ?? Number.NEGATIVE_INFINITY) > 120_000);
    const parts = new Set(own.slice(Math.max(0, pause)).map(({ part }) => part));
    const decided = this.#normal.any || (ends.device !== undefined && this.#config.clients.length > 0);
    const known = decided && stranger !== undefined ? Math.min(1, stranger) : 0;
    return [{ kind: 'scan', device: ends.device, score: Math.max(known, parts.size / this.#config.scans.identities) }];
  }

  #goesOn({ client, server, port }: WireEnds, time: number): boolean {
    const last = this.#lastWalk(client);
    if (last === undefined || last.ends.server !== server || time - last.time > 10_000) return false;
    return last.anyPort || last.ends.port === port;
  }

  #lastWalk(client: string) {
    return this.#walks.findLast(({ ends }) => ends.client === client);
  }

  #fault(event: Extract<WireEvent, { type: 'wire-fault' | 'wire-connection' }>): TwinSuspicion[] {
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

  #address(event: WireAddressEvent): TwinSuspicion[] {
    const isJudged = ({ client, device }: WireEnds): boolean =>
      device !== undefined ||
      this.#config.clients.some(({ address }) => address === client) ||
      this.#normal.talks.steps([]).includes(client);
    const { ends, address, before, tap } = event;
    if (!isJudged(ends)) return [];
    const own = this.#past.filter(
      (one): one is WireAddressEvent =>
        one.type === 'wire-address' && one.tap === tap && one.ends.client === ends.client && isJudged(one.ends),
    );
    const sequence = [own[0] === undefined ? before : own[0].before, ...own.map((one) => one.address)];
    const changes = sequence.at(-1) !== undefined && sequence.at(-1) !== address;
    const learned = this.#normal.hardwareOf(ends.client);
    if (learned.includes(address) || (learned.length === 0 && !changes)) return [];
    return [{ kind: 'address', device: ends.device, score: 2 }];
  }

  #loss(tap: string, time: number, dropped: number): TwinSuspicion[] {
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
  tags: ReadonlyMap<string, number>,
): TwinReport[] {
  const judge = new Judge(config, new Normal(learned), tags);
  const paces = pacesOf(learned, paceMinutesOf(config));
  const cases = new Map<string, { readonly time: number; readonly score: number; readonly counts: boolean }[]>();
  const scoreAt = (key: string, time: number): number => {
    const found = cases.get(key) ?? [];
    if (time - Math.max(...found.map((one) => one.time)) > config.holdMs) cases.delete(key);
    const open = cases.get(key) ?? [];
    const events = open.filter(({ counts }, i) => counts || i === 0).length;
    return open.length === 0 ? 0 : Math.max(...open.map(({ score }) => score)) + 0.5 * Math.log10(events);
  };
  const add = ({ kind, device, score, continues = false }: TwinSuspicion, time: number, counts: boolean): TwinReport[] => {
    const place = keys.includes(`${device ?? 'network'}/${kind}`) ? (device ?? 'network') : 'network';
    const key = `${place}/${kind}`;
    scoreAt(key, time);
    const open = cases.get(key);
    if (continues && open === undefined) return [];
    if (score >= 1) cases.set(key, [...(open ?? []), { time, score, counts }]);
    else if (open !== undefined) return [];
    return [{ key, time, score: score >= 1 ? scoreAt(key, time) : score }];
  };
  return watched.flatMap((event, index) => {
    const { time } = event;
    if (event.type === 'tick') {
      for (const [tap, silentMs] of silences(watched.slice(0, index + 1)))
        if (silentMs >= config.blindMs) add({ kind: 'tap', device: tap, score: silentMs / config.blindMs }, time, false);
      for (const { device, score, counts } of paceAt(paces, watched.slice(0, index + 1)))
        add({ kind: 'pace', device, score }, time, counts);
      return keys.map((key) => ({ key, time, score: scoreAt(key, time) }));
    }
    return event.type.startsWith('wire-') ? judge.judge(event as WireEvent).flatMap((found) => add(found, time, true)) : [];
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
