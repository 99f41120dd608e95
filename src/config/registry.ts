import type { CollectorPlugin } from '../core/collector.ts';
import type { DetectorPlugin } from '../core/detector.ts';
import type { HistorianPlugin } from '../core/historian.ts';
import type { NotifierPlugin } from '../core/notifier.ts';
import type { ZodType } from 'zod';

/** The plug-ins that a configuration may name; given to the loader, which knows none by itself. */
export interface PluginRegistry {
  readonly collectors: readonly CollectorPlugin[];
  readonly detectors: readonly DetectorPlugin[];
  /** The first is used where a configuration names none. */
  readonly historians: readonly HistorianPlugin[];
  readonly notifiers: readonly NotifierPlugin[];
  /** Schema of the `dashboard` section. */
  readonly dashboard: ZodType;
}
