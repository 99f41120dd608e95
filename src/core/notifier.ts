import type { AlertChange } from './alert.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** Many changes as one message, while alerts flood. */
export interface AlertDigest {
  /** Times of the first and the last change, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Changes that it stands for, and alerts that were raised among them. */
  readonly changes: number;
  readonly raised: number;
  /** The last change of each alert, the most urgent first; `omitted` more are not listed. */
  readonly latest: readonly AlertChange[];
  readonly omitted: number;
}

/** Tells another system of one change. Queue, retry and rate limit are the wrapper's work. */
export interface Notifier {
  /** @throws ScadaError `retryable` to be called again with the same change, `fatal` to give up on it */
  notify(change: AlertChange, signal: AbortSignal): Promise<void>;
  /** Tells of many at once; fails like `notify`. */
  notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void>;
}

export interface NotifierPlugin<Config = unknown> extends Plugin<Config> {
  create(config: Config, context: PluginContext): Notifier;
}
