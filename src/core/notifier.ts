import type { AlertChange } from './alert.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** One message for many changes, sent while alerts flood. */
export interface AlertDigest {
  /** Times of the first and the last change, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Number of replaced changes, and of alerts raised in them. */
  readonly changes: number;
  readonly raised: number;
  /** Last change of each alert, most urgent first. `omitted` is the number of further alerts. */
  readonly latest: readonly AlertChange[];
  readonly omitted: number;
}

/** Sends changes to another system. The caller provides queue, retries and rate limit. */
export interface Notifier {
  /** @throws ScadaError `retryable` to be called again with the same change, `fatal` to give up on it */
  notify(change: AlertChange, signal: AbortSignal): Promise<void>;
  /** Sends a digest of many changes; fails like `notify`. */
  notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void>;
  /**
   * Sends many changes in their order, for a receiver that is a program: it then gets every change and no digest, also in a flood. Fails
   * like `notify`; a `fatal` error concerns one of them at least.
   */
  notifyAll?(changes: readonly AlertChange[], signal: AbortSignal): Promise<void>;
}

export interface NotifierPlugin<Config = unknown> extends Plugin<Config> {
  create(config: Config, context: PluginContext): Notifier;
}
