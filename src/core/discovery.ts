import type { ZodType } from 'zod';
import type { PluginContext } from './plugin.ts';
import type { TagKind } from './tag.ts';

/**
 * A point that a discovery has found. Properties that the device reports are used unchanged. A likely property is marked as
 * guessed in the description.
 */
export interface FoundPoint {
  /** A readable name; the caller makes it plain and unique. */
  readonly name: string;
  /** In the form of the collector's address schema. */
  readonly address: Readonly<Record<string, unknown>>;
  readonly kind: TagKind;
  /** Begins with `guessed` and contains the evidence. */
  readonly description: string;
  readonly unit?: string | undefined;
  readonly range?: readonly [low: number, high: number] | undefined;
  readonly states?: Readonly<Record<string, string>> | undefined;
  readonly decimals?: number | undefined;
  /** Place in the plant, as far as the device's structure shows it. */
  readonly area?: string | undefined;
  readonly equipment?: string | undefined;
}

/** Progress of a running discovery. */
export type Discovered =
  | { readonly kind: 'point'; readonly point: FoundPoint }
  /** A part that could not be discovered, in one sentence. */
  | { readonly kind: 'loss'; readonly text: string }
  /** Settings that the device needs, as discovered, by their configuration keys. */
  | { readonly kind: 'settings'; readonly settings: Readonly<Record<string, unknown>> }
  /** @property done 0–1 */
  | { readonly kind: 'progress'; readonly done: number; readonly text: string };

/** Requests that a discovery will send to a device, computed without a connection. */
export interface DiscoveryPlan {
  /** All requests, in the protocol's terms, e.g. `FC3 Read Holding Registers`. */
  readonly operations: readonly string[];
  /** One sentence for each step. */
  readonly steps: readonly string[];
  /** Without failures; undefined if only the device determines it. */
  readonly usualRequests: number | undefined;
  /** Upper bound. */
  readonly mostRequests: number;
  /** Most requests per second; one at a time is pending. */
  readonly requestsPerSecond: number;
  /** Duration of `usualRequests` if known, otherwise of `mostRequests`. */
  readonly seconds: number;
  /** Conditions that stop the discovery. */
  readonly stops: readonly string[];
}

/** The device of a discovery: its name, and the folder of its collector's data (certificates). */
export interface DiscoveryTarget {
  readonly device: string;
  readonly dataDir: string;
}

/** Discovery of a device's points by reads at a stated rate, on request of a person. */
export interface Discovery<Config = unknown, Options = unknown> {
  /**
   * Options: a `z.strictObject` of strings, numbers and lists of strings, each of which becomes a command line option. Those
   * without a default may be left out.
   */
  readonly options: ZodType<Options>;
  /**
   * Settings of a device from its address on one line and the options; secrets as `${env:NAME}`.
   * @throws ScadaError `config` for an invalid address
   */
  settings(address: string, options: Options): Readonly<Record<string, unknown>>;
  /** @throws ScadaError `config` for options that do not fit the settings of the device */
  plan(config: Config, options: Options): DiscoveryPlan;
  /**
   * Sends the requests. After an abort, it sends no further request, yields the results so far, and ends.
   * @throws ScadaError like the collector if no connection can be opened
   */
  discover(
    config: Config,
    options: Options,
    target: DiscoveryTarget,
    context: PluginContext,
    signal: AbortSignal,
  ): AsyncIterable<Discovered>;
}
