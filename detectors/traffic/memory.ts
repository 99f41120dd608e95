import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import type { WireEnds, WireScanEvent } from '../../src/core/wire.ts';
import { Counters } from './counters.ts';

/** Maximum number of stored keys of a kind; the oldest is dropped. */
const most = 4_096;
/** Time without a tick after which the monitor was off, ms. */
const awayMs = 10_000;
/** Time after the end of a connection in which a tap reports its last packets, ms. */
const lastPacketsMs = 30_000;
/** Maximum number of stored devices of one client that requests identities. */
const mostServers = 64;

/** A map that drops its oldest key. Its values are plain, so that `structuredClone` keeps them. */
class Recent<V> {
  readonly #entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    if (this.#entries.size >= most) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, value);
  }

  save(): [string, V][] {
    return [...this.#entries];
  }

  load(saved: unknown): void {
    if (!Array.isArray(saved)) throw mismatch('what was seen of traffic is missing');
    this.#entries.clear();
    for (const [key, value] of saved as [string, V][]) this.#entries.set(key, value);
  }
}

/** Clients, the devices whose identity they requested, and the last time. */
interface IdentityRequests {
  readonly servers: readonly string[];
  readonly time: number;
}

/** Scan of a client, and time of its last report. */
interface Walking {
  readonly server: string;
  /** The scanned port; absent if ports or hosts are scanned, and in states of earlier versions. */
  readonly port?: number | undefined;
  readonly time: number;
  /** Scanned items and their number; absent in states of earlier versions. */
  readonly what?: WireScanEvent['what'] | undefined;
  readonly count?: number | undefined;
}

/** Hardware address of an IP address. */
interface Bound {
  readonly address: string;
  /** Addresses before it, the latest first. */
  readonly earlier: readonly string[];
  /** Time of the last change, ms UTC; -Infinity if there was none. */
  readonly changedAt: number;
}

/** Memory of the judged traffic: bounded, and a plain value when saved. */
export class Memory {
  /** Bursts of faults and connections. */
  readonly bursts = new Counters(most);
  /** Strength of the best policy and of the best token, by client and server. */
  readonly strength = new Recent<number>();
  readonly asking = new Recent<IdentityRequests>();
  readonly walking = new Recent<Walking>();
  /** Hardware addresses of devices and known clients, by tap and IP address. */
  readonly bound = new Recent<Bound>();
  /** Time at which a connection between two ends last ended, ms UTC. */
  readonly ended = new Recent<number>();
  /** Time at which each tap last received something, ms UTC. */
  readonly tapSeen = new Recent<number>();
  /** Time of the last tick, ms UTC. */
  ticked = Number.NaN;
  /** Time of the last loss of a tap, ms UTC. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** Addition to the time limit of a tap because the monitor itself may be late, ms, and stream seconds per real second. */
  allowMs = 0;
  speed = 1;

  /** Records the request and returns the number of devices of the client within the span. */
  noteIdentityRequest(client: string, server: string, time: number, spanMs: number): number {
    const known = this.asking.get(client);
    const before = known !== undefined && time - known.time <= spanMs ? known.servers : [];
    const servers = before.includes(server) || before.length >= mostServers ? before : [...before, server];
    this.asking.set(client, { servers, time });
    return servers.length;
  }

  noteEnd({ client, server, port }: WireEnds, time: number): void {
    this.ended.set(`${client} ${server} ${port}`, time);
  }

  /** True if packets without a message may be those with which a connection between these ends ended. */
  hasJustEnded({ client, server, port }: WireEnds, time: number): boolean {
    const at = this.ended.get(`${client} ${server} ${port}`);
    return at !== undefined && time - at <= lastPacketsMs;
  }

  /** Time of the monitor at an event, ms UTC: a stored capture has times of its own. */
  nowOf(time: number): number {
    return Number.isNaN(this.ticked) ? time : Math.max(time, this.ticked);
  }

  /** A tap has received something. @returns time since it received something before, ms; 0 if it did not */
  see(tap: string, time: number): number {
    const before = this.tapSeen.get(tap);
    const now = this.nowOf(time);
    this.tapSeen.set(tap, now);
    return before === undefined ? 0 : now - before;
  }

  /**
   * Advances the time. A time in which the monitor was off does not count for taps; events before the first tick have its time.
   * @returns the time in which the monitor was off, ms; NaN at the first tick
   */
  tick(time: number): number {
    const away = time - this.ticked;
    this.ticked = time;
    if (away <= awayMs) return 0;
    for (const [tap, seen] of this.tapSeen.save()) this.tapSeen.set(tap, Number.isNaN(away) ? time : seen + away);
    return away;
  }

  save(): unknown {
    return {
      bursts: this.bursts.save(),
      strength: this.strength.save(),
      asking: this.asking.save(),
      walking: this.walking.save(),
      tapSeen: this.tapSeen.save(),
      bound: this.bound.save(),
      ended: this.ended.save(),
      ticked: this.ticked,
      lostAt: this.lostAt,
      allowMs: this.allowMs,
      speed: this.speed,
    };
  }

  load(saved: unknown): void {
    if (!isRecord(saved) || typeof saved['lostAt'] !== 'number' || typeof saved['ticked'] !== 'number')
      throw mismatch('what was seen of traffic is missing');
    this.bursts.load(saved['bursts']);
    this.strength.load(saved['strength']);
    this.asking.load(saved['asking']);
    this.walking.load(saved['walking']);
    this.tapSeen.load(saved['tapSeen']);
    // absent in states of earlier versions
    this.bound.load(saved['bound'] ?? []);
    this.ended.load(saved['ended'] ?? []);
    this.ticked = saved['ticked'];
    this.lostAt = saved['lostAt'];
    this.allowMs = typeof saved['allowMs'] === 'number' ? saved['allowMs'] : 0;
    this.speed = typeof saved['speed'] === 'number' ? saved['speed'] : 1;
  }
}
