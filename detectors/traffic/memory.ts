import { isRecord, mismatch } from '../../src/streaming/columns.ts';
import { Counters } from './counters.ts';

/** Keys of a kind that are remembered; the oldest is forgotten. */
const most = 4_096;
/** After this long without a tick the monitor was not running, ms. */
const awayMs = 10_000;
/** Devices that are remembered of one client that asks for identities. */
const mostAsked = 64;

/** A map that forgets what was set first. Its values are plain, so that `structuredClone` keeps them. */
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

/** Who asked which devices for their identity, and when last. */
interface Asking {
  readonly servers: readonly string[];
  readonly time: number;
}

/** What a client scans, and when that was last told. */
interface Walking {
  readonly server: string;
  readonly time: number;
}

/** What is remembered of the traffic that is being judged: bounded, and a plain value when saved. */
export class Memory {
  /** Bursts of faults and connections. */
  readonly bursts = new Counters(most);
  /** Strength of the best policy, and of the best token, by client and server. */
  readonly strength = new Recent<number>();
  readonly asking = new Recent<Asking>();
  readonly walking = new Recent<Walking>();
  /** Time at which each tap saw something last, ms UTC. */
  readonly tapSeen = new Recent<number>();
  /** Time of the last tick, ms UTC. */
  ticked = Number.NaN;
  /** When a tap last lost something, ms UTC. */
  lostAt = Number.NEGATIVE_INFINITY;
  /** Time that a silent tap is granted because the monitor may be late itself, ms, and stream seconds per real second. */
  allowMs = 0;
  speed = 1;

  /** Notes the question and returns how many devices the client has asked within the span. */
  ask(client: string, server: string, time: number, spanMs: number): number {
    const known = this.asking.get(client);
    const before = known !== undefined && time - known.time <= spanMs ? known.servers : [];
    const servers = before.includes(server) || before.length >= mostAsked ? before : [...before, server];
    this.asking.set(client, { servers, time });
    return servers.length;
  }

  /** A tap saw something: by the monitor's time where it is known, as a stored capture has times of its own. */
  see(tap: string, time: number): void {
    this.tapSeen.set(tap, Number.isNaN(this.ticked) ? time : Math.max(time, this.ticked));
  }

  /** Time has passed. While the monitor itself did not run, no tap was silent; what came before the first tick came with it. */
  tick(time: number): void {
    const away = time - this.ticked;
    if (!(away <= awayMs)) {
      for (const [tap, seen] of this.tapSeen.save()) this.tapSeen.set(tap, Number.isNaN(away) ? time : seen + away);
    }
    this.ticked = time;
  }

  save(): unknown {
    return {
      bursts: this.bursts.save(),
      strength: this.strength.save(),
      asking: this.asking.save(),
      walking: this.walking.save(),
      tapSeen: this.tapSeen.save(),
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
    this.ticked = saved['ticked'];
    this.lostAt = saved['lostAt'];
    this.allowMs = typeof saved['allowMs'] === 'number' ? saved['allowMs'] : 0;
    this.speed = typeof saved['speed'] === 'number' ? saved['speed'] : 1;
  }
}
