import type { Role } from '../core/access.ts';
import type { CollectorPlugin } from '../core/collector.ts';
import type { NotifierPlugin } from '../core/notifier.ts';
import type { Plugin } from '../core/plugin.ts';

/** A plug-in with its validated part of the configuration. */
export interface Configured<P extends Plugin<unknown>> {
  readonly plugin: P;
  readonly config: unknown;
}

export interface DeviceConfig extends Configured<CollectorPlugin> {
  readonly name: string;
  readonly description: string;
}

export interface NotifierConfig extends Configured<NotifierPlugin> {
  /** Role whose escalated alerts alone are sent; all alerts are sent if absent. */
  readonly escalatedTo?: Role | undefined;
}
