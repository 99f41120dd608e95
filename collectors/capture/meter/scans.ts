import type { WireEnds, WireScanEvent } from '../../../src/core/wire.ts';
import type { Side, WireMessage } from '../decoder.ts';
import type { Budget } from './budget.ts';
import { keyOf } from './ends.ts';
import { Lru } from '../../../src/core/lru.ts';
import { identityOperations, scanRules, type ScanSubject, walkingOperations } from './rules.ts';
import { mostSteps, type Step, Walk } from './walk.ts';

type ScanReport = Omit<WireScanEvent, 'type' | 'tap'>;

/** Maximum number of new items that are examined in a period. In a flood the rest is omitted, and would be new again. */
export interface ScanBudgets {
  readonly contacts: Budget;
  readonly requests: Budget;
}

/** Client and target of a possible scan. */
interface Path {
  readonly subject: ScanSubject;
  readonly key: string;
  readonly where: string;
}

const noSteps: readonly Step[] = [];

/** Capacities: touched items, contacts, scan candidates. */
const mostTouched = 32_768;
const mostContacts = 16_384;
const mostNodes = 65_536;
const mostWalks = 4_096;
const mostConversations = 1_024;

/**
 * Recognises clients that scan addresses, units, functions, identities, ports or hosts (`scanRules`), from the items that a
 * client touches for the first time and from their answers.
 */
export class ScanWatch {
  readonly #report: (report: ScanReport) => void;
  readonly #walks = new Lru<string, Walk>(mostWalks, (walk) => this.#leave(walk));
  /** Touched item → steps of its first request. */
  readonly #touched = new Lru<string, readonly Step[]>(mostTouched);
  /** Client and server, or client, server and port → step of the first packet. */
  readonly #contacts = new Lru<string, Step>(mostContacts);
  /** Nodes that a client has read. */
  readonly #nodes = new Lru<string, true>(mostNodes);
  /** Conversation and operation → new nodes of the last request. */
  readonly #lastSteps = new Lru<string, readonly Step[]>(mostConversations);
  /** Conversations whose contact is known and answered. */
  readonly #settled = new WeakSet<WireEnds>();
  /** Candidates that the passage of time may turn into scans, with their latest ends. */
  readonly #waiting = new Map<Walk, WireEnds>();

  readonly #budgets: ScanBudgets;

  constructor(budgets: ScanBudgets, report: (report: ScanReport) => void) {
    this.#budgets = budgets;
    this.#report = report;
  }

  /** Evicted items, which would be new again. */
  get forgotten(): number {
    return this.#walks.evicted + this.#touched.evicted + this.#contacts.evicted + this.#nodes.evicted;
  }

  get size(): number {
    return this.#walks.size + this.#touched.size + this.#contacts.size + this.#nodes.size + this.#lastSteps.size;
  }

  packet(ends: WireEnds, from: Side, time: number): void {
    if (this.#settled.has(ends)) return;
    const { client, server, port } = ends;
    const host = this.#contact(`${client}>${server}`, { subject: 'hosts', key: client, where: '' }, ends, time);
    const along: Path = { subject: 'ports', key: `${client}>${server}`, where: ` of ${server}` };
    const contact = port === 0 ? host : this.#contact(`${client}>${server}:${port}`, along, ends, time);
    if (from !== 'server' || host === undefined || contact === undefined) return;
    host.state = 'answered';
    contact.state = 'answered';
    this.#settled.add(ends);
  }

  /** A connection was refused, which does not count as an answer. */
  refused(ends: WireEnds, time: number): void {
    const { client, server, port } = ends;
    const contact = this.#contacts.get(`${client}>${server}:${port}`);
    if (contact === undefined) return;
    contact.state = 'refused';
    this.#judge(contact.walk, ends, time);
    const host = this.#contacts.get(`${client}>${server}`);
    if (host === undefined || host.time !== contact.time) return;
    host.state = 'refused';
    this.#judge(host.walk, ends, time);
  }

  message(ends: WireEnds, message: WireMessage, time: number): void {
    const { kind, operation, unit, low, high, refused } = message;
    if (kind === 'other') return;
    if (walkingOperations.has(operation)) this.#nodeMessage(ends, message, time);
    const key = `${keyOf(ends)}|${unit ?? ''}|${operation}|${low ?? ''}-${high ?? ''}`;
    const known = this.#touched.get(key);
    if (kind === 'request') {
      if (known !== undefined || !this.#budgets.requests.take()) return;
      this.#touched.set(key, this.#request(ends, operation, unit, low !== undefined, time));
      return;
    }
    if (known !== undefined) this.#answer(known, refused === true, ends, time);
  }

  /** Checks the candidates that wait for answers. */
  flush(time: number): void {
    for (const [walk, ends] of this.#waiting) this.#judge(walk, ends, time);
  }

  #nodeMessage(ends: WireEnds, { kind, operation, nodes, refused }: WireMessage, time: number): void {
    const key = `${keyOf(ends)}|${operation}`;
    if (kind === 'response') {
      const steps = this.#lastSteps.get(key);
      if (steps !== undefined) this.#answer(steps, refused === true, ends, time);
      return;
    }
    const place = `${ends.client}>${ends.server}:${ends.port}`;
    const fresh = (nodes ?? []).filter((node) => this.#nodes.get(`${place}|${node}`) === undefined);
    if (fresh.length === 0 || !this.#budgets.requests.take()) return this.#lastSteps.delete(key);
    const walk = this.#walk({ subject: 'nodes', key: place, where: ` at ${ends.server}:${ends.port}` });
    const steps = fresh.map((node) => {
      this.#nodes.set(`${place}|${node}`, true);
      return walk.step(time);
    });
    this.#lastSteps.set(key, steps.slice(-mostSteps));
    this.#judge(walk, ends, time);
  }

  #answer(steps: readonly Step[], refused: boolean, ends: WireEnds, time: number): void {
    for (const step of steps) {
      if (step.state !== 'open') continue;
      step.state = refused ? 'refused' : 'answered';
      if (refused) this.#judge(step.walk, ends, time);
    }
  }

  #contact(key: string, path: Path, ends: WireEnds, time: number): Step | undefined {
    const known = this.#contacts.get(key);
    if (known !== undefined || !this.#budgets.contacts.take()) return known;
    const step = this.#step(path, ends, time);
    this.#contacts.set(key, step);
    return step;
  }

  /** Steps for the parts of a request that were not seen before. */
  #request(ends: WireEnds, operation: string, unit: number | undefined, addressed: boolean, time: number): readonly Step[] {
    const { client, server, port } = ends;
    const place = `${server}:${port}`;
    const steps: Step[] = [];
    const touch = (path: Path, thing: string | undefined): void => {
      const key = `${path.subject}|${path.key}|${thing}`;
      if (thing !== undefined && this.#touched.get(key) !== undefined) return;
      if (thing !== undefined) this.#touched.set(key, noSteps);
      steps.push(this.#step(path, ends, time));
    };
    const key = `${client}>${place}`;
    touch({ subject: 'functions', key, where: ` at ${place}` }, operation);
    if (unit !== undefined) touch({ subject: 'units', key, where: ` at ${place}` }, String(unit));
    const ofUnit = unit === undefined ? '' : ` unit ${unit}`;
    if (addressed) touch({ subject: 'addresses', key: `${key}/${unit ?? ''}`, where: ` at ${place}${ofUnit}` }, undefined);
    if (identityOperations.has(operation)) touch({ subject: 'identities', key: client, where: '' }, `${place}/${unit ?? ''}`);
    return steps;
  }

  #walk({ subject, key, where }: Path): Walk {
    return this.#walks.obtain(`${subject}|${key}`, () => new Walk(subject, scanRules[subject], where));
  }

  #step(path: Path, ends: WireEnds, time: number): Step {
    const walk = this.#walk(path);
    const step = walk.step(time);
    this.#judge(walk, ends, time);
    return step;
  }

  #leave(walk: Walk): void {
    walk.clear();
    this.#waiting.delete(walk);
  }

  #judge(walk: Walk, ends: WireEnds, time: number): void {
    const report = walk.judge(time);
    if (walk.waiting) this.#waiting.set(walk, ends);
    else this.#waiting.delete(walk);
    if (report !== undefined) this.#report({ time, ends, what: walk.subject, ...report });
  }
}
