import type { ZodType } from 'zod';
import type { Clock } from './clock.ts';
import type { DamageReports } from './damage.ts';
import type { Metrics } from './metrics.ts';
import type { Random } from './random.ts';

export { Metrics } from './metrics.ts';

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
