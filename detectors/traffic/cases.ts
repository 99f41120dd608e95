import { encrypted } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { isRestart } from './operations.ts';
import type { Suspicion } from './suspicion.ts';

/** Maximum number of clients named in one finding. */
const mostClients = 8;
/** Maximum number of written tags that one finding lists. */
const mostWrites = 32;
/** Increase of the score for repetitions: this amount for each factor of ten. */
const growth = 0.5;

/** Key of the events of all clients beyond the named ones, among those by client. */
export const others = 'others';

/** Equal events within this time are one occasion, ms. */
const occasionMs = 1_000;
/** Most series of one client; what begins beyond them counts as an act each time. */
const mostSeries = 256;

/** What a client wrote to a tag. */
export interface Written {
  readonly client: string;
  readonly tag: number;
  /** Value before the first write of the case; undefined if it is not known. */
  readonly before: number | undefined;
  readonly after: number;
}

/** Events of one client among those of a case, and the leading one of them. */
export interface ClientEvents {
  readonly since: number;
  events: number;
  lead: Suspicion;
  /** Time of the last event that is an act of its own, see `Explanation`. */
  actedAt: number;
  /** Equal events: of one operation, or writes of one value to one target. */
  readonly series: Map<string, Series>;
}

/** Time of the last of equal events, ms UTC, and the last two pauses between them, ms. */
interface Series {
  readonly last: number;
  readonly pauses: readonly [number, number];
}

/** The finding of one channel, from its first event until no more events came for a while. */
export interface Case {
  readonly since: number;
  last: number;
  /** Events that belong to it. */
  events: number;
  /** The named clients, and the number of further events of others. */
  readonly clients: string[];
  others: number;
  /** The events of each named client, and those of all others. Absent in states of earlier versions. */
  byClient?: Map<string, ClientEvents>;
  /** Leading event: the latest one with the highest score. */
  lead: Suspicion;
  /** The last write of each client and tag, in the order of the first. Absent in states of earlier versions. */
  writes?: readonly Written[];
  /** Set if a message of the case was encrypted. Absent in states of earlier versions. */
  isEncrypted?: boolean;
}

/** The open cases, by channel. One cause is one finding, for any number of packets. */
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
   * Adds the suspicion of one event.
   * @param counts false if the same condition only continues
   * @returns the score to report; undefined if there is none
   */
  add(channel: number, suspicion: Suspicion, time: number, counts = true): number | undefined {
    this.scoreAt(channel, time);
    const known = this.#open.get(channel);
    if (!(suspicion.score >= 1)) return known === undefined ? suspicion.score : undefined;
    if (known === undefined) {
      const { client } = suspicion.ends;
      const writes = withWrite([], suspicion);
      const isEncrypted = suspicion.operation === encrypted;
      this.#open.set(channel, {
        since: time,
        last: time,
        events: 1,
        clients: [client],
        others: 0,
        byClient: new Map([[client, firstOf(client, suspicion, time)]]),
        lead: suspicion,
        writes,
        isEncrypted,
      });
      return suspicion.score;
    }
    known.last = Math.max(known.last, time);
    if (counts) known.events++;
    const { client } = suspicion.ends;
    if (!known.clients.includes(client)) {
      if (known.clients.length < mostClients) known.clients.push(client);
      else known.others++;
    }
    noteOf((known.byClient ??= new Map()), known.clients.includes(client) ? client : others, suspicion, { time, counts });
    if (suspicion.score >= known.lead.score) known.lead = suspicion;
    known.writes = withWrite(known.writes ?? [], suspicion);
    known.isEncrypted ||= suspicion.operation === encrypted;
    return scoreOf(known);
  }

  /** Score of a channel at a later time: 0 after the hold-off without an event. */
  scoreAt(channel: number, time: number): number {
    const known = this.#open.get(channel);
    if (known === undefined) return 0;
    if (time - known.last <= this.#holdMs) return scoreOf(known);
    this.#open.delete(channel);
    return 0;
  }

  /** Saved by channel key, so that cases survive a change of the configuration. */
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

function firstOf(of: string, lead: Suspicion, time: number): ClientEvents {
  const series = new Map([[seriesOf(of, lead), { last: time, pauses: [0, 0] }]] as const);
  return { since: time, events: 1, lead, actedAt: time, series };
}

function noteOf(
  all: Map<string, ClientEvents>,
  of: string,
  suspicion: Suspicion,
  { time, counts }: { readonly time: number; readonly counts: boolean },
): void {
  const own = all.get(of);
  if (own === undefined) return void all.set(of, firstOf(of, suspicion, time));
  if (counts) {
    own.events++;
    if (isActOfItsOwn(of, own, suspicion, time)) own.actedAt = time;
  }
  if (suspicion.score >= own.lead.score) own.lead = suspicion;
}

/**
 * True for an event that is no mere repetition, nor the mere presence of a client: the first of its series, one after more than twice the pauses before it, a write that changes the
 * value, and a restart. A program that repeats the same write forms a series with its second one.
 */
function isActOfItsOwn(of: string, { series }: ClientEvents, suspicion: Suspicion, time: number): boolean {
  const key = seriesOf(of, suspicion);
  const known = series.get(key);
  // each of the others is a new client once
  const isPresence = suspicion.kind === 'client' && suspicion.operation !== encrypted;
  if (isPresence && (of !== others || known !== undefined)) return false;
  const pause = known === undefined ? 0 : time - known.last;
  if (known !== undefined && pause < occasionMs) return false;
  const [earlier, later] = known?.pauses ?? [0, 0];
  if (known !== undefined || series.size < mostSeries) series.set(key, { last: time, pauses: [later, pause] });
  const { before, after, accepted, operation = '' } = suspicion;
  const isChange = accepted !== false && typeof before === 'number' && typeof after === 'number' && before !== after;
  return known === undefined || isChange || isRestart(operation) || pause > 2 * Math.max(earlier, later);
}

const seriesOf = (of: string, { ends, rule, operation = '', tag, after = '' }: Suspicion): string =>
  `${of === others ? `${ends.client} ` : ''}${rule} ${operation} ${tag ?? ''} ${after}`;

/** The writes with that of an event, if it is one to a known tag that the device did not refuse. */
function withWrite(writes: readonly Written[], { ends, tag, before, after, accepted }: Suspicion): readonly Written[] {
  if (tag === undefined || typeof after !== 'number' || accepted === false) return writes;
  const { client } = ends;
  const known = writes.findIndex((write) => write.client === client && write.tag === tag);
  if (known === -1 && writes.length >= mostWrites) return writes;
  const first = typeof before === 'number' ? before : undefined;
  if (known === -1) return [...writes, { client, tag, before: first, after }];
  return writes.map((write, i) => (i === known ? { ...write, before: write.before ?? first, after } : write));
}

const scoreOf = ({ lead, events }: Case): number => lead.score + growth * Math.log10(events);
