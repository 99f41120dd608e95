import type { WireEnds, WireScanEvent } from '../../../src/core/wire.ts';
import type { Side, WireMessage } from '../decoder.ts';
import type { Budget } from './budget.ts';
import { keyOf } from './ends.ts';
import { Lru } from './lru.ts';
import { identityOperations, scanRules, type ScanSubject, walkingOperations } from './rules.ts';
import { mostSteps, type Step, Walk } from './walk.ts';

type Told = Omit<WireScanEvent, 'type' | 'tap'>;

/** How much that is new is looked at in a period: in a flood the rest is left out, and would be new again. */
export interface ScanBudgets {
  readonly contacts: Budget;
  readonly requests: Budget;
}

/** Where a walk goes along, and who walks. */
interface Path {
  readonly subject: ScanSubject;
  readonly key: string;
  readonly where: string;
}

const noSteps: readonly Step[] = [];

/** What is kept: things that clients have touched, contacts, walks. */
const mostTouched = 32_768;
const mostContacts = 16_384;
const mostNodes = 65_536;
const mostWalks = 4_096;
const mostAsked = 1_024;

/**
 * Recognises clients that walk along addresses, units, functions, identities, ports or hosts (`scanRules`): what counts is
 * what a client touches for the first time, and whether it is answered.
 */
export class ScanWatch {
  readonly #tell: (told: Told) => void;
  readonly #walks = new Lru<string, Walk>(mostWalks, (walk) => this.#leave(walk));
  /** By what was touched: the steps that its first request was. */
  readonly #touched = new Lru<string, readonly Step[]>(mostTouched);
  /** By client and server, and by client, server and port: the step that the first packet was. */
  readonly #contacts = new Lru<string, Step>(mostContacts);
  /** Nodes that a client has looked at. */
  readonly #nodes = new Lru<string, true>(mostNodes);
  /** By conversation and operation: the nodes of the last request that were new. */
  readonly #asked = new Lru<string, readonly Step[]>(mostAsked);
  /** Conversations whose contact is known and answered. */
  readonly #settled = new WeakSet<WireEnds>();
  /** Walks that time alone may turn into scans, with the ends last seen of them. */
  readonly #waiting = new Map<Walk, WireEnds>();

  readonly #budgets: ScanBudgets;

  constructor(budgets: ScanBudgets, tell: (told: Told) => void) {
    this.#budgets = budgets;
    this.#tell = tell;
  }

  /** Things that were forgotten for want of room, and would be new again. */
  get forgotten(): number {
    return this.#walks.evicted + this.#touched.evicted + this.#contacts.evicted + this.#nodes.evicted;
  }

  get size(): number {
    return this.#walks.size + this.#touched.size + this.#contacts.size + this.#nodes.size + this.#asked.size;
  }

  packet(ends: WireEnds, from: Side, time: number): void {
    if (this.#settled.has(ends)) return;
    const { client, server, port } = ends;
    const host = this.#contact(`${client}>${server}`, { subject: 'hosts', key: client, where: '' }, ends, time);
    const along: Path = { subject: 'ports', key: `${client}>${server}`, where: ` of ${server}` };
    const door = port === 0 ? host : this.#contact(`${client}>${server}:${port}`, along, ends, time);
    if (from !== 'server' || host === undefined || door === undefined) return;
    host.state = 'answered';
    door.state = 'answered';
    this.#settled.add(ends);
  }

  /** A connection was refused: that was no answer. */
  refused(ends: WireEnds, time: number): void {
    const { client, server, port } = ends;
    const door = this.#contacts.get(`${client}>${server}:${port}`);
    if (door === undefined) return;
    door.state = 'refused';
    this.#judge(door.walk, ends, time);
    const host = this.#contacts.get(`${client}>${server}`);
    if (host === undefined || host.time !== door.time) return;
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

  /** Looks at the walks that wait for answers that do not come. */
  flush(time: number): void {
    for (const [walk, ends] of this.#waiting) this.#judge(walk, ends, time);
  }

  #nodeMessage(ends: WireEnds, { kind, operation, nodes, refused }: WireMessage, time: number): void {
    const asked = `${keyOf(ends)}|${operation}`;
    if (kind === 'response') {
      const steps = this.#asked.get(asked);
      if (steps !== undefined) this.#answer(steps, refused === true, ends, time);
      return;
    }
    const place = `${ends.client}>${ends.server}:${ends.port}`;
    const fresh = (nodes ?? []).filter((node) => this.#nodes.get(`${place}|${node}`) === undefined);
    if (fresh.length === 0 || !this.#budgets.requests.take()) return this.#asked.delete(asked);
    const walk = this.#walk({ subject: 'nodes', key: place, where: ` at ${ends.server}:${ends.port}` });
    const steps = fresh.map((node) => {
      this.#nodes.set(`${place}|${node}`, true);
      return walk.step(time);
    });
    this.#asked.set(asked, steps.slice(-mostSteps));
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

  /** The steps that a request is which was not seen before. */
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
    const told = walk.judge(time);
    if (walk.waiting) this.#waiting.set(walk, ends);
    else this.#waiting.delete(walk);
    if (told !== undefined) this.#tell({ time, ends, what: walk.subject, ...told });
  }
}
