import type { ZodType } from 'zod';
import type { Clock } from './clock.ts';
import type { DamageReports } from './damage.ts';
import type { Random } from './random.ts';

/** Structured log. Secrets must never be logged. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Reason why the log is not written to its file; undefined if it is, or if there is no file. */
  fault?(): string | undefined;
}

/** Discards messages, for tests and libraries. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Metric: largest delay of a poll caused by the monitor, ms of stream time. Collectors raise it, the monitor takes it. */
export const pollsLateMs = 'polls.lateMs';

/** Named figures of one run, read by the system health page. */
export class Metrics {
  readonly #counters = new Map<string, number>();

  add(name: string, amount = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + amount);
  }

  set(name: string, value: number): void {
    this.#counters.set(name, value);
  }

  /** Keeps the largest figure until the next `take`. */
  raise(name: string, value: number): void {
    this.#counters.set(name, Math.max(value, this.#counters.get(name) ?? Number.NEGATIVE_INFINITY));
  }

  /** Returns the figure and resets it; 0 if there is none. */
  take(name: string): number {
    const value = this.#counters.get(name) ?? 0;
    this.#counters.delete(name);
    return value;
  }

  read(): ReadonlyMap<string, number> {
    return this.#counters;
  }
}

/** A part of the monitor that can fail independently of the others. */
export interface Part {
  /** Reports a failure. */
  failed(error: unknown): void;
  /** Reports that the part works again. */
  recovered(): void;
}

export interface Parts {
  /** Handle of a part that restarts by itself and reports its state. The same name returns the same part. */
  part(name: string): Part;
}

/** Services that every plug-in receives; it uses no globals. */
export interface PluginContext {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  /** Receives reports of damaged files; each raises an alarm. Absent outside of a monitor. */
  readonly damages?: DamageReports | undefined;
  /**
   * Receives the state of components that the plug-in restarts by itself; each failure raises an alarm. Absent outside of a
   * monitor.
   */
  readonly parts?: Parts | undefined;
}

/** Common properties of every plug-in: name in the configuration, strict schema, one sentence for the docs. */
export interface Plugin<Config> {
  readonly type: string;
  /** One sentence for tables and help. */
  readonly summary: string;
  /** A `z.strictObject`, source of the type, the defaults, the errors and the docs. */
  readonly schema: ZodType<Config>;
}
