import type { Alert, AlertChange, AlertChangeKind, Priority } from '../../src/core/alert.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { AlertDigest, Canary, Notifier } from '../../src/core/notifier.ts';
import type { ChangePage } from '../../src/core/state.ts';
import { Notifications, type NotificationsOptions } from '../../src/notify/index.ts';
import { contextOf } from './samples.ts';

/** The alert stream for notifications: numbered, stored, published. */
export class Feed {
  readonly changes: AlertChange[] = [];
  readonly epoch: string;
  readonly #listeners = new Set<(change: AlertChange) => void>();

  constructor(epoch = 'epoch') {
    this.epoch = epoch;
  }

  get sequence(): number {
    return this.changes.length;
  }

  subscribe(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changesAfter(sequence: number, limit: number): AlertChange[] {
    return this.changes.slice(sequence, sequence + limit);
  }

  changesOf(id: string, { before = Infinity, limit }: ChangePage = { limit: Infinity }): AlertChange[] {
    const of = this.changes.filter(({ sequence, alert }) => alert.id === id && sequence < before);
    return of.slice(-Math.min(limit, of.length));
  }

  open(): Alert[] {
    const last = new Map(this.changes.map(({ alert }) => [alert.id, alert]));
    return [...last.values()].filter(({ state }) => state !== 'A');
  }

  happen(
    time: number,
    kind: AlertChangeKind = 'raised',
    priority: Priority = 'A',
    id = `ALT-${this.sequence + 1}`,
    state = 'B',
    more: Partial<Alert> = {},
    role = 'monitor',
  ): void {
    const alert = {
      id,
      incident: `INC-${id}`,
      priority,
      state,
      area: 'intake',
      raisedAt: time,
      techniques: [],
      ...more,
    } as unknown as Alert;
    const change = { sequence: this.sequence + 1, time, kind, by: { role, session: 's' }, alert };
    this.changes.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}

/** Records what it receives, single changes as numbers, and fails on demand. */
export class Recorder implements Notifier {
  readonly told: (number | AlertDigest)[] = [];
  readonly changes: AlertChange[] = [];
  readonly times: number[] = [];
  attempts = 0;
  fail: () => ScadaError | undefined = () => undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async notify(change: AlertChange): Promise<void> {
    this.#take(change.sequence);
    this.changes.push(change);
  }

  async notifyDigest(digest: AlertDigest): Promise<void> {
    this.#take(digest);
  }

  async canary(_canary: Canary, _signal: AbortSignal): Promise<void> {
    const error = this.fail();
    if (error !== undefined) throw error;
  }

  #take(what: number | AlertDigest): void {
    this.attempts++;
    const error = this.fail();
    if (error !== undefined) throw error;
    this.told.push(what);
    this.times.push(this.#clock.now());
  }

  get singles(): number[] {
    return this.told.filter((each) => typeof each === 'number');
  }

  /** Ids of all alerts that arrived, each message in its order. */
  get ids(): string[] {
    const singles = new Map(this.changes.map(({ sequence, alert }) => [sequence, alert.id]));
    return this.told.flatMap((each) =>
      typeof each === 'number' ? (singles.get(each) ?? []) : each.latest.map(({ alert }) => alert.id),
    );
  }

  get digests(): AlertDigest[] {
    return this.told.filter((each) => typeof each !== 'number');
  }
}

export const away = (retryAfterMs?: number): ScadaError => new ScadaError('retryable', 'NOTIFY_FAILED', 'away', { retryAfterMs });

/** Notifications of one destination in a folder. */
export function startIn(dir: string, feed = new Feed(), over: Partial<NotificationsOptions> = {}) {
  const clock = new VirtualClock(0);
  const notifier = new Recorder(clock);
  const open = (): Notifications =>
    new Notifications({ name: 'test', notifier, feed, store: feed, dir, context: contextOf(clock), clock, ...over });
  return { clock, notifier, feed, open, notifications: open() };
}
