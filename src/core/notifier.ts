import type { AlertChange } from './alert.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** Tells another system of one change. Queue, retry and rate limit are the wrapper's work. */
export interface Notifier {
  /** @throws ScadaError `retryable` to be called again with the same change, `fatal` to give up on it */
  notify(change: AlertChange, signal: AbortSignal): Promise<void>;
}

export interface NotifierPlugin<Config = unknown> extends Plugin<Config> {
  create(config: Config, context: PluginContext): Notifier;
}
