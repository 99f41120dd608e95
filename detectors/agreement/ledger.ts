import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Most kept pairs of a tag and a client. */
const mostEntries = 100_000;
/** Time after the last comparison at which a pair is forgotten: at least this, ms, and these intervals of its readings. */
const leastKeptMs = 180_000;
const keptIntervals = 3;

/** A reading of a tag by a client. */
export interface Reading {
  readonly channel: number;
  readonly tag: number;
  readonly client: string;
  /** ms UTC */
  readonly time: number;
  readonly value: number;
}

/** The last comparisons of a tag between one client and the monitor. */
export interface Entry {
  readonly channel: number;
  readonly tag: number;
  readonly client: string;
  /** Last results of `compare`, the latest last. */
  readonly ratios: readonly number[];
  /** Last reading and the polled value after it. */
  readonly value: number;
  readonly polled: number;
  /** Time of the first reading since which readings and polled values differ, ms UTC; NaN if they agree. */
  readonly since: number;
  /** Stream time of the last comparison, and interval to the one before, ms. */
  readonly at: number;
  readonly intervalMs: number;
}

/** Comparisons by tag and client. Bounded: forgets the pairs that were not compared for longest. */
export class Ledger {
  readonly #comparisons: number;
  /** In the order of their last comparison. */
  readonly #entries = new Map<string, Entry>();
  /** Keys of the entries whose last reading differed. */
  readonly #differing = new Set<string>();
  readonly #channels = new Set<number>();

  /** @param comparisons number of consecutive different readings that count */
  constructor(comparisons: number) {
    this.#comparisons = comparisons;
  }

  /** @param at stream time, ms UTC */
  add(reading: Reading, ratio: number, polled: number, at: number): void {
    const { channel, tag, client, time, value } = reading;
    const key = keyOf(reading);
    const known = this.#entries.get(key);
    const ratios = [...(known?.ratios ?? []), ratio].slice(-this.#comparisons);
    const differed = known !== undefined && !Number.isNaN(known.since);
    const since = ratio < 1 ? Number.NaN : differed ? known.since : time;
    const intervalMs = known === undefined ? 0 : Math.max(0, at - known.at);
    this.#remove(key);
    this.#insert(key, { channel, tag, client, ratios, value, polled, since, at, intervalMs });
    if (this.#entries.size <= mostEntries) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#remove(oldest);
  }

  /** The least of the last comparisons; 0 while there are too few. */
  score({ ratios }: Entry): number {
    return ratios.length < this.#comparisons ? 0 : Math.min(...ratios);
  }

  /** Highest score of each channel with comparisons. */
  worst(): ReadonlyMap<number, number> {
    const worst = new Map([...this.#channels].map((channel) => [channel, 0]));
    for (const key of this.#differing) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) worst.set(entry.channel, Math.max(worst.get(entry.channel) ?? 0, this.score(entry)));
    }
    return worst;
  }

  of(channel: number): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.channel === channel);
  }

  /** Forgets the comparisons of some tags. */
  lose(tags: ReadonlySet<number>): void {
    for (const [key, { tag }] of this.#entries) if (tags.has(tag)) this.#remove(key);
  }

  /** Forgets pairs that are no longer compared. @param now stream time, ms UTC */
  expire(now: number): void {
    for (const [key, { at, intervalMs }] of this.#entries) {
      if (now - at <= leastKeptMs) return;
      if (now - at > keptIntervals * intervalMs) this.#remove(key);
    }
  }

  save(): unknown {
    const entries = [...this.#entries.values()];
    const rows = entries.map(({ channel, tag, value, polled, since, at, intervalMs, ratios }) =>
      Float64Array.of(channel, tag, value, polled, since, at, intervalMs, ...ratios),
    );
    return { clients: entries.map(({ client }) => client), rows };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { clients, rows } = isRecord(saved) ? saved : {};
    if (!Array.isArray(clients) || !Array.isArray(rows)) throw mismatch('the comparisons of agreement are missing');
    for (const one of [this.#entries, this.#differing, this.#channels]) one.clear();
    (rows as Float64Array[]).forEach((row, i) => {
      const [channel = 0, tag = 0, value = 0, polled = 0, since = 0, at = 0, intervalMs = 0, ...ratios] = row;
      const client = String(clients[i]);
      const entry = { channel, tag, client, ratios: ratios.slice(-this.#comparisons), value, polled, since, at, intervalMs };
      this.#insert(keyOf(entry), entry);
    });
  }

  #insert(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#channels.add(entry.channel);
    if (!Number.isNaN(entry.since)) this.#differing.add(key);
  }

  #remove(key: string): void {
    this.#entries.delete(key);
    this.#differing.delete(key);
  }
}

const keyOf = ({ channel, tag, client }: Pick<Reading, 'channel' | 'tag' | 'client'>): string => `${channel} ${tag} ${client}`;
