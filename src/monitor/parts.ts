import type { Alerting } from './alerting.ts';
import type { Detection } from './detection.ts';
import type { Storage } from './storage.ts';

/** The started parts of a monitor that reads the stream. */
export interface MonitorParts {
  readonly alerting: Alerting;
  readonly detection: Detection;
  readonly storage: Storage;
}
