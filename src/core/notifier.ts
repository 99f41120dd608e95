import type { AlertChange } from './alert.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** Many changes as one message, while alerts flood. */
export interface AlertDigest {
  /** Times of the first and the last change, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Number of changes that it replaces, and of alerts raised among them. */
  readonly changes: number;
  readonly raised: number;
  /** The last change of each alert, the most urgent first; `omitted` more are not listed. */
  readonly latest: readonly AlertChange[];
  readonly omitted: number;
}

/** Sends one change to another system. The wrapper provides queue, retry and rate limit. */
export interface Notifier {
  /** @throws ScadaError `retryable` to be called again with the same change, `fatal` to give up on it */
  notify(change: AlertChange, signal: AbortSignal): Promise<void>;
  /** Sends a digest of many changes; fails like `notify`. */
  notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void>;
}

export interface NotifierPlugin<Config = unknown> extends Plugin<Config> {
  create(config: Config, context: PluginContext): Notifier;
}
