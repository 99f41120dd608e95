import type { Clock } from '../core/clock.ts';
import type { ChainLink } from '../core/monitor.ts';
import type { QueueStats } from '../core/queue.ts';
import type { Notifications } from '../notify/index.ts';
import type { Spool } from '../storage/spool/index.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Time over which rates are averaged, ms of wall time. */
const spanMs = 5_000;

/** Counts samples that pass one link of the chain, and keeps its last error. */
export class LinkMeter {
  readonly #name: string;
  readonly #wall: Clock;
  readonly #queue: () => QueueStats | undefined;
  #count = 0;
  #spanStart: number;
  #perSecond = 0;
  #lagMs = Number.NaN;
  #error: { text: string; at: number } | undefined;

  constructor(name: string, wall: Clock, queue: () => QueueStats | undefined = () => undefined) {
    this.#name = name;
    this.#wall = wall;
    this.#queue = queue;
    this.#spanStart = wall.monotonic();
  }

  /** @param receivedAt monotonic receive time of the samples, from which their age is computed independently of clock changes */
  count(samples: number, receivedAt = Number.NaN): void {
    this.#roll();
    this.#count += samples;
    this.#lagMs = this.#wall.monotonic() - receivedAt;
  }

  fail(text: string): void {
    this.#error = { text, at: this.#wall.now() };
  }

  read(): ChainLink {
    this.#roll();
    return {
      name: this.#name,
      perSecond: this.#perSecond,
      lagMs: this.#lagMs,
      queue: this.#queue(),
      lastError: this.#error?.text,
      lastErrorAt: this.#error?.at ?? Number.NaN,
    };
  }

  #roll(): void {
    const elapsed = this.#wall.monotonic() - this.#spanStart;
    if (elapsed < spanMs) return;
    this.#perSecond = (this.#count / elapsed) * 1000;
    this.#count = 0;
    this.#spanStart += elapsed;
  }
}

/** Links within the monitor in the order of the chain. */
export type Meters = ReturnType<typeof makeMeters>;

export function makeMeters({ wall, stream }: MonitorRuntime, spool: Spool) {
  const queueOf = (name: string) => () => stream.stats().find((queue) => queue.name === name);
  return {
    collectors: new LinkMeter('collectors', wall),
    detectors: new LinkMeter('detectors', wall, queueOf('detectors')),
    historian: new LinkMeter('historian', wall, () => spool.queue()),
    events: new LinkMeter('event log', wall, queueOf('event log')),
    alerts: new LinkMeter('alerts', wall),
  } as const;
}

/** A notifier as a link of the chain, with its waiting and undelivered changes, and the reason why they are. */
export function notifierLink(notifier: Pick<Notifications, 'queue' | 'fault' | 'undelivered'>): ChainLink {
  const queue = notifier.queue();
  const { undelivered } = notifier;
  return {
    name: queue.name,
    perSecond: Number.NaN,
    lagMs: Number.NaN,
    queue,
    ...(undelivered.changes === 0 ? {} : { undelivered }),
    lastError: notifier.fault?.error.message,
    lastErrorAt: Number.NaN,
  };
}
