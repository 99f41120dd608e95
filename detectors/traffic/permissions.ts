import type { WireEnds } from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import { type Habits, isChatter, portOf, talkPath } from './habits.ts';
import { chanceUnder, surpriseOf } from './novelty.ts';
import type { Rule, Suspicion } from './suspicion.ts';

/** Score of a client that the configuration does not list. */
const unlistedScore = 2;

const newRules: readonly Rule[] = ['client-new', 'server-new', 'port-new'];

/** Permissions of clients: by the configuration, and without an entry by learned traffic. */
export class Permissions {
  readonly #config: TrafficConfig;
  readonly #habits: Habits;

  constructor(config: TrafficConfig, habits: Habits) {
    this.#config = config;
    this.#habits = habits;
  }

  /** Permission of a client on a device by the configuration; undefined if it is not listed. */
  permit({ client, device }: WireEnds): 'read' | 'write' | undefined {
    if (device === undefined) return undefined;
    const entries = this.#config.clients.filter(
      ({ address, devices }) => address === client && (devices === undefined || devices.includes(device)),
    );
    return entries.some(({ may }) => may === 'write') ? 'write' : entries[0]?.may;
  }

  /** True if the configuration or learned traffic can identify an unknown client. */
  decides({ device }: WireEnds): boolean {
    return this.#habits.any || (device !== undefined && this.#config.clients.length > 0);
  }

  /** True if the configuration lists the client for the device, or learned traffic contains the conversation. */
  knows(ends: WireEnds): boolean {
    return this.permit(ends) !== undefined || (this.decides(ends) && this.judge(ends) === undefined);
  }

  /** Reason why a client should not communicate with a server; undefined if it may, or if nothing is known. */
  judge(ends: WireEnds): Suspicion | undefined {
    if (isChatter(ends)) return undefined;
    if (this.permit(ends) !== undefined) return undefined;
    if (ends.device !== undefined && this.#config.clients.length > 0)
      return { kind: 'client', rule: 'client-unlisted', score: unlistedScore, ends, usual: this.#listedFor(ends.device) };
    const unknown = this.#habits.talks.unknown(talkPath(ends));
    if (unknown === undefined) return undefined;
    const rule = newRules[unknown.depth] ?? 'port-new';
    return { kind: 'client', rule, score: surpriseOf(chanceUnder(unknown.at)), ends, usual: this.#usual(rule, ends) };
  }

  #listedFor(device: string): string {
    const entries = this.#config.clients.filter(({ devices }) => devices === undefined || devices.includes(device));
    return some(entries.map(({ address }) => address));
  }

  /** Normal counterpart: other clients of this server, other servers of this client, or its ports on this server. */
  #usual(rule: Rule, { client, server }: WireEnds): string {
    const { root } = this.#habits.talks;
    if (rule === 'client-new')
      return some([...root.under].filter(([, habit]) => habit.under.has(server)).map(([address]) => address));
    const known = root.under.get(client);
    if (rule === 'server-new') return some([...(known?.under.keys() ?? [])]);
    return some([...(known?.under.get(server)?.under.keys() ?? [])].map(portWords));
  }
}

const portWords = (step: string): string => step.replace(/^tcp\/(\d+)$/, 'port $1').replace('/', ' port ');

/** `port 502`, `udp port 137`, `icmp`. */
export const portNamed = (ends: WireEnds): string => portWords(portOf(ends));

/** A few of them, as text. */
export function some(names: readonly string[], most = 3): string {
  const named = names.toSorted().slice(0, most);
  if (names.length > most) return `${named.join(', ')} and ${names.length - most} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? '');
}
