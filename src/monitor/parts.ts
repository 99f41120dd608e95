import type { PacketRing } from '../storage/packets/index.ts';
import type { Alerting } from './alerting.ts';
import type { Detection } from './detection.ts';
import type { Feeds } from './feeds.ts';
import type { Storage } from './storage.ts';

/** The started parts of a monitor that reads the stream. */
export interface MonitorParts {
  readonly alerting: Alerting;
  readonly detection: Detection;
  readonly storage: Storage;
  readonly feeds: Feeds;
  /** Raw packets of the taps; undefined if none are kept. */
  readonly packets?: PacketRing | undefined;
}
