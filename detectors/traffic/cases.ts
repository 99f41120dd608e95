import { isRecord, mismatch } from '../../src/streaming/columns.ts';
import type { Suspicion } from './suspicion.ts';

/** Clients that are named in one finding. */
const mostClients = 8;
/** What goes on is more than what happened once: this much for ten times. */
const growth = 0.5;

/** What is wrong on one channel, from its first event until nothing more came for a while. */
export interface Case {
  readonly since: number;
  last: number;
  /** Events that belong to it. */
  events: number;
  /** The clients that it is about, as many as are named, and how many more events were of others. */
  readonly clients: string[];
  others: number;
  /** The event that says most: the latest of the highest score. */
  lead: Suspicion;
}

/** The open cases: one cause is one finding, however many packets it has. Kept by channel. */
export class Cases {
  readonly #open = new Map<number, Case>();
  readonly #holdMs: number;

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  of(channel: number): Case | undefined {
    return this.#open.get(channel);
  }

  /**
   * Takes one event's suspicion.
   * @param counts false where the same thing only goes on
   * @returns the score to report; undefined where there is nothing to say
   */
  add(channel: number, suspicion: Suspicion, time: number, counts = true): number | undefined {
    this.stand(channel, time);
    const known = this.#open.get(channel);
    if (!(suspicion.score >= 1)) return known === undefined ? suspicion.score : undefined;
    if (known === undefined) {
      const { client } = suspicion.ends;
      this.#open.set(channel, { since: time, last: time, events: 1, clients: [client], others: 0, lead: suspicion });
      return suspicion.score;
    }
    known.last = Math.max(known.last, time);
    if (counts) known.events++;
    const { client } = suspicion.ends;
    if (!known.clients.includes(client)) {
      if (known.clients.length < mostClients) known.clients.push(client);
      else known.others++;
    }
    if (suspicion.score >= known.lead.score) known.lead = suspicion;
    return scoreOf(known);
  }

  /** The score that a channel stands at when time has passed: 0 once nothing more came for the hold-off. */
  stand(channel: number, time: number): number {
    const known = this.#open.get(channel);
    if (known === undefined) return 0;
    if (time - known.last <= this.#holdMs) return scoreOf(known);
    this.#open.delete(channel);
    return 0;
  }

  /** By the keys of the channels, so that cases outlive a change of the configuration. */
  save(keys: readonly string[]): unknown {
    return structuredClone([...this.#open].map(([channel, open]) => [keys[channel] ?? '', open]));
  }

  load(saved: unknown, keys: readonly string[]): void {
    if (!Array.isArray(saved)) throw mismatch('the open cases are missing');
    this.#open.clear();
    for (const [key, entry] of structuredClone(saved) as [string, Case][]) {
      if (!isRecord(entry)) throw mismatch('an open case is no object');
      const channel = keys.indexOf(key);
      if (channel >= 0) this.#open.set(channel, entry);
    }
  }
}

const scoreOf = ({ lead, events }: Case): number => lead.score + growth * Math.log10(events);
