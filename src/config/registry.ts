import type { CollectorPlugin } from '../core/collector.ts';
import type { DetectorPlugin } from '../core/detector.ts';
import type { HistorianPlugin } from '../core/historian.ts';
import type { NotifierPlugin } from '../core/notifier.ts';
import type { ZodType } from 'zod';

/** Plug-ins that a configuration may name. They are injected, because the loader imports none. */
export interface PluginRegistry {
  readonly collectors: readonly CollectorPlugin[];
  readonly detectors: readonly DetectorPlugin[];
  /** The first is the default. */
  readonly historians: readonly HistorianPlugin[];
  readonly notifiers: readonly NotifierPlugin[];
  /** Schema of the `dashboard` section. */
  readonly dashboard: ZodType;
}
