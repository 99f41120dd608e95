import type { Watching } from '../core/monitor.ts';
import { formatDuration } from '../core/format.ts';
import { pluginOf, type PlannedDetector } from '../detection/plan/plan.ts';

/** Which of the detectors watch before normal operation is known. Those that follow a calibration are silent until then. */
export function watchingUnlearned(detectors: readonly PlannedDetector[]): Watching {
  const kinds = detectors.map(({ type, config }) => ({ type, config, plugin: pluginOf(type) }));
  return {
    rules: kinds.filter(({ plugin }) => plugin.threshold === 'stated').map(({ type }) => type),
    learning: kinds
      .filter(({ plugin }) => plugin.threshold === 'adaptive')
      .map(({ type, config, plugin }) => ({ kind: type, ...plugin.judgesFrom?.(config) })),
  };
}

/** The same in sentences. */
export function watchingText({ rules, learning }: Watching): string {
  const told = [
    ...(rules.length > 0 ? [`Rules that need no learning watch: ${rules.join(', ')}.`] : []),
    ...learning.map(({ kind, samples, ms }) => {
      const from =
        samples === undefined || ms === undefined
          ? ''
          : `, and judges a tag from ${samples} samples and ${formatDuration(ms)} on`;
      return `Still learning while it watches: ${kind}, which begins with the first sample${from}.`;
    }),
  ];
  return told.length === 0 ? 'Nothing watches.' : told.join(' ');
}
