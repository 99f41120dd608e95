import type { Watching } from '../core/monitor.ts';
import { formatDuration } from '../core/format.ts';
import { pluginOf, type PlannedDetector } from '../detection/plan/plan.ts';

/** Detectors that are active before the first calibration. Detectors with calibrated thresholds raise no findings until then. */
export function watchingUnlearned(detectors: readonly PlannedDetector[]): Watching {
  const kinds = detectors.map(({ type, config }) => ({ type, config, plugin: pluginOf(type) }));
  return {
    rules: kinds.filter(({ plugin }) => plugin.threshold === 'stated').map(({ type }) => type),
    learning: kinds
      .filter(({ plugin }) => plugin.threshold === 'adaptive' || plugin.threshold === 'minor')
      .map(({ type, config, plugin }) => ({ kind: type, ...plugin.judgesFrom?.(config) })),
  };
}

/** Text of the status before the first calibration: the active rules, and the detectors that learn while they are active. */
export function watchingText({ rules, learning }: Watching): string {
  const learners = learning.map(({ kind, samples, ms }) =>
    samples === undefined || ms === undefined
      ? kind
      : `${kind} (judges a tag after ${samples} samples and ${formatDuration(ms)})`,
  );
  const parts = [
    ...(rules.length > 0 ? [`Active rules: ${rules.join(', ')}.`] : []),
    ...(learners.length > 0 ? [`Active and learning: ${learners.join(', ')}.`] : []),
  ];
  return parts.length === 0 ? 'No detector is active.' : parts.join(' ');
}
