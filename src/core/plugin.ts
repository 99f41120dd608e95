import type { ZodType } from 'zod';
import type { Clock } from './clock.ts';
import type { DamageReports } from './damage.ts';
import type { Random } from './random.ts';

/** Structured log. Never give it a secret. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Why the log is not written to its file; undefined while it is, and where there is no file. */
  fault?(): string | undefined;
}

/** Keeps tests and libraries quiet. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Largest delay of a poll that is the monitor's own, ms of stream time: collectors raise it, the monitor takes it. */
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

  /** Keeps the largest figure until it is taken. */
  raise(name: string, value: number): void {
    this.#counters.set(name, Math.max(value, this.#counters.get(name) ?? Number.NEGATIVE_INFINITY));
  }

  /** The figure, which begins anew; 0 where there is none. */
  take(name: string): number {
    const value = this.#counters.get(name) ?? 0;
    this.#counters.delete(name);
    return value;
  }

  read(): ReadonlyMap<string, number> {
    return this.#counters;
  }
}

/** Part of the monitor that can fail while the others go on. */
export interface Part {
  /** Reports a failure. */
  failed(error: unknown): void;
  /** Reports that the part does its work again. */
  recovered(): void;
}

export interface Parts {
  /** Handle of a part that restarts by itself and reports how it is. The same name gives the same part. */
  part(name: string): Part;
}

/** Services that every plug-in receives; it uses no globals. */
export interface PluginContext {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  /** Receives reports of damaged files; each is an alarm. Absent outside of a monitor. */
  readonly damages?: DamageReports | undefined;
  /** Receives the state of what the plug-in restarts by itself; each failure is an alarm. Absent outside of a monitor. */
  readonly parts?: Parts | undefined;
}

/** Common part of every plug-in: a name in the configuration, a strict schema, one sentence for the docs. */
export interface Plugin<Config> {
  readonly type: string;
  /** One sentence for tables and help. */
  readonly summary: string;
  /** A `z.strictObject`: it gives the type, the defaults, the errors and the docs. */
  readonly schema: ZodType<Config>;
}
