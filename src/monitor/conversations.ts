import type { Conversation } from '../core/asset.ts';
import type { Event } from '../core/observation.ts';
import type { WireEnds } from '../core/wire.ts';

/** Most conversations, and most kinds of requests and units of one. */
const mostConversations = 1_000;
const mostKinds = 40;

interface Known extends Omit<Conversation, 'units' | 'operations'> {
  readonly units: Set<number>;
  readonly operations: Set<string>;
  packets: number;
  bytes: number;
  writes: number;
  lastAt: number;
}

/** Who talks to whom, by the events of taps and captures. */
export class ConversationBoard {
  readonly #known = new Map<string, Known>();
  readonly #unlisted = new Set<string>();

  take(event: Event): void {
    if (event.type === 'wire-traffic') {
      const known = this.#of(event.ends, event.time);
      if (known === undefined) return;
      known.packets += event.packets;
      known.bytes += event.bytes;
      known.lastAt = Math.max(known.lastAt, event.time);
      if (event.operation !== '' && known.operations.size < mostKinds) known.operations.add(event.operation);
      if (event.unit !== undefined && known.units.size < mostKinds) known.units.add(event.unit);
    } else if (event.type === 'wire-write') {
      const known = this.#of(event.ends, event.time);
      if (known !== undefined) known.writes++;
    }
  }

  /** The last active first. */
  list(): { readonly conversations: readonly Conversation[]; readonly unlisted: number } {
    const conversations = [...this.#known.values()]
      .map((known) => ({ ...known, units: [...known.units].sort((a, b) => a - b), operations: [...known.operations].sort() }))
      .sort((a, b) => b.lastAt - a.lastAt);
    return { conversations, unlisted: this.#unlisted.size };
  }

  #of({ client, server, port, protocol, device }: WireEnds, time: number): Known | undefined {
    const key = `${client} ${server} ${port} ${protocol}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= mostConversations) {
      // counted up to a limit too: a scan has one conversation for each port
      if (this.#unlisted.size < mostConversations) this.#unlisted.add(key);
      return undefined;
    }
    const counters = { packets: 0, bytes: 0, writes: 0, firstAt: time, lastAt: time };
    const fresh = {
      client,
      server,
      port,
      protocol,
      device,
      units: new Set<number>(),
      operations: new Set<string>(),
      ...counters,
    };
    this.#known.set(key, fresh);
    return fresh;
  }
}
