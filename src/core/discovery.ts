import type { ZodType } from 'zod';
import type { PluginContext } from './plugin.ts';
import type { TagKind } from './tag.ts';

/**
 * A point that a device turned out to have. What it says of itself is taken as it is; what is only likely is said to be
 * guessed, in the description.
 */
export interface FoundPoint {
  /** A readable name; the writer of the configuration makes it plain and unique. */
  readonly name: string;
  /** As the collector's address schema wants it. */
  readonly address: Readonly<Record<string, unknown>>;
  readonly kind: TagKind;
  /** Begins with `guessed` and holds the evidence. */
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
  /** Something that could not be discovered, in one sentence. */
  | { readonly kind: 'loss'; readonly text: string }
  /** Settings that the device was found to need, by their keys in a configuration. */
  | { readonly kind: 'settings'; readonly settings: Readonly<Record<string, unknown>> }
  /** @property done 0–1 */
  | { readonly kind: 'progress'; readonly done: number; readonly text: string };

/** Requests that a discovery will send to a device, computed without a connection. */
export interface DiscoveryPlan {
  /** All requests, in the protocol's terms, e.g. `FC3 Read Holding Registers`. */
  readonly operations: readonly string[];
  /** One sentence for each step. */
  readonly steps: readonly string[];
  /** If all goes well; undefined where only the device knows. */
  readonly usualRequests: number | undefined;
  /** Never more. */
  readonly mostRequests: number;
  /** No second sees more of them; one at a time is in flight. */
  readonly requestsPerSecond: number;
  /** Of `usualRequests` if they are known, else of `mostRequests`. */
  readonly seconds: number;
  /** When it stops by itself. */
  readonly stops: readonly string[];
}

/** The device that is looked at: its name, and the folder of what a collector keeps of it (certificates). */
export interface DiscoveryTarget {
  readonly device: string;
  readonly dataDir: string;
}

/** Discovery of a device's points by reads at a stated rate, on request of a person. */
export interface Discovery<Config = unknown, Wishes = unknown> {
  /**
   * What a person may wish: a `z.strictObject` of texts, numbers and lists of texts, each an option of the command line.
   * Whatever has no default is left out.
   */
  readonly wishes: ZodType<Wishes>;
  /**
   * Settings of a device by its address on one line, and by the wishes; secrets as `${env:NAME}`.
   * @throws ScadaError `config` for an address that is none
   */
  settings(address: string, wishes: Wishes): Readonly<Record<string, unknown>>;
  /** @throws ScadaError `config` for wishes that do not fit the device's settings */
  plan(config: Config, wishes: Wishes): DiscoveryPlan;
  /**
   * Asks. When the signal aborts nothing more is asked, what is known by then is yielded, and the iteration ends.
   * @throws ScadaError as the collector does, when there is no connection to begin with
   */
  discover(
    config: Config,
    wishes: Wishes,
    target: DiscoveryTarget,
    context: PluginContext,
    signal: AbortSignal,
  ): AsyncIterable<Discovered>;
}
