import type { CollectorPlugin } from '../core/collector.ts';
import type { NotificationSettings } from '../core/notification-settings.ts';
import type { NotifierPlugin } from '../core/notifier.ts';
import type { Plugin } from '../core/plugin.ts';

/** A plug-in with its validated part of the configuration. */
export interface Configured<P extends Plugin<unknown>> {
  readonly plugin: P;
  readonly config: unknown;
  /** Its settings as the configuration gives them, without defaults, secrets included. Never shown or logged. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
}

export interface DeviceConfig extends Configured<CollectorPlugin> {
  readonly name: string;
  readonly description: string;
}

export interface NotifierConfig extends Configured<NotifierPlugin> {
  /** Settings that are independent of the type. */
  readonly settings?: NotificationSettings | undefined;
}
