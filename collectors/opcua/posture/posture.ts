import type { PostureEvent } from '../../../src/core/observation.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Logger } from '../../../src/core/plugin.ts';
import { expiryStage, whenItEnds } from '../certificates/expiry.ts';
import type { Certificate } from '../certificates/pki.ts';
import { type Facets, PostureMemory } from './memory.ts';
import { judge, type Subject } from './subjects.ts';

/** Maximum number of events that wait for a session. */
const mostWaiting = 256;

/** Dependencies of a posture watch. */
interface PostureParts {
  readonly device: string;
  readonly dataDir: string;
  /** Application URIs of expected clients. */
  readonly clients?: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Security posture of one device. Compares new observations with the stored state, and keeps events until a session emits them.
 * Outlives sessions and restarts.
 */
export class Posture {
  readonly #device: string;
  readonly #clients: readonly string[];
  readonly #clock: Clock;
  readonly #memory: PostureMemory;
  readonly #reportedOnce = new Set<string>();
  #waiting: PostureEvent[] = [];
  #dropped = 0;

  private constructor({ device, clients = [], clock }: PostureParts, memory: PostureMemory) {
    this.#device = device;
    this.#clients = clients;
    this.#clock = clock;
    this.#memory = memory;
  }

  static async open(parts: PostureParts): Promise<Posture> {
    return new Posture(parts, await PostureMemory.open(parts.dataDir, parts.logger));
  }

  /** Last stored value of a subject that is not a posture subject (the identity). */
  known(name: string): Facets | undefined {
    return this.#memory.known(name);
  }

  /** Stores it for the next run, without an event. */
  keep(name: string, facets: Facets): void {
    this.#memory.learn(name, facets);
  }

  /** Records the present state of a subject. Changes cause an event. */
  observe(subject: Subject, facets: Facets): void {
    const known = this.#memory.known(subject);
    const before = subject === 'clients' && known !== undefined ? { ...absent(this.#clients), ...known } : known;
    // Clients connect and disconnect: a client once seen stays known.
    const after = subject === 'clients' ? { ...absent(Object.keys(before ?? {})), ...facets } : facets;
    const event = judge(subject, before, after, this.#memory.seen(subject));
    if (event !== undefined) this.#add(event);
    this.#memory.learn(subject, after);
  }

  /** Queues an event that no comparison finds; once in a run for each `after`. */
  report(event: Pick<PostureEvent, 'subject' | 'before' | 'after' | 'text' | 'weight'>): void {
    const name = `reported ${event.subject} ${event.after}`;
    if (this.#reportedOnce.has(name)) return;
    this.#reportedOnce.add(name);
    this.#add(event);
  }

  /**
   * Warns before a certificate expires: once at each of 60, 30, 14, 7 and 1 days, and when it has expired.
   * @param whose for the text, e.g. `the server's certificate`
   * @param now the real time, by which certificates expire
   */
  expiry(subject: string, whose: string, { thumbprint, notAfter }: Certificate, now: number, advice: string): void {
    const stage = expiryStage(notAfter, now);
    const reported = this.#memory.known('expiry') ?? {};
    const before = reported[thumbprint];
    if (stage === undefined || (before !== undefined && stage >= Number(before))) return;
    this.#memory.learn('expiry', { ...reported, [thumbprint]: String(stage) });
    const end = new Date(notAfter).toISOString();
    this.#add({ subject, before: '', after: end, text: `${whose} ${whenItEnds(notAfter, now)}: ${advice}`, weight: 'warning' });
  }

  /** Events since the last call, and the number of dropped older ones. */
  take(): { readonly events: readonly PostureEvent[]; readonly dropped: number } {
    const taken = { events: this.#waiting, dropped: this.#dropped };
    this.#waiting = [];
    this.#dropped = 0;
    return taken;
  }

  /** Writes changed state to disk. */
  async save(): Promise<void> {
    await this.#memory.save();
  }

  #add(event: Pick<PostureEvent, 'subject' | 'before' | 'after' | 'text' | 'weight'>): void {
    this.#waiting.push({ type: 'posture', time: this.#clock.now(), device: this.#device, ...event });
    if (this.#waiting.length <= mostWaiting) return;
    this.#waiting.shift();
    this.#dropped++;
  }
}

/** Maximum number of names kept although they are absent now. */
const mostRemembered = 1_024;

const absent = (names: readonly string[]): Facets => Object.fromEntries(names.slice(-mostRemembered).map((name) => [name, '0']));
