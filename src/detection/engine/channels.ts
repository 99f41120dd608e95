import type { Channel } from '../../core/detector.ts';
import { minorLevels, type MinorRule, type MinorRules } from './minor-machine.ts';
import type { EngineDetector, EngineOptions, Threshold } from './types.ts';

const silent: Threshold = { begin: 0, end: 0 };
/** Thresholds are fixed: the surprise is already a score, or the threshold is not the channel's own. */
const ready = {
  stated: { begin: 1, end: 1 },
  adaptive: { begin: 1, end: 0.6 },
  minor: { begin: 1, end: 1 },
} as const satisfies Partial<Record<EngineDetector['plugin']['threshold'], Threshold>>;

/** Thresholds of a detector's channels. */
export function thresholdsOf({ name, plugin, detector }: EngineDetector, { thresholds }: EngineOptions): Threshold[] {
  return detector.channels.map(({ key }) =>
    plugin.threshold === 'statistical' ? (thresholds[name]?.[key] ?? silent) : ready[plugin.threshold],
  );
}

/** Report period of a channel, ms: its tags' fastest scan, or the slowest group for vectors. */
export function periodOf({ plugin }: EngineDetector, channel: Channel, options: Pick<EngineOptions, 'tags' | 'groups'>): number {
  const periods =
    plugin.input === 'vector'
      ? options.groups.filter(({ tags }) => channel.tags.every((tag) => tags.includes(tag))).map(({ periodMs }) => periodMs)
      : channel.tags.map((tag) => options.tags.at(tag).scanMs);
  return periods.length === 0 ? 1_000 : Math.min(...periods);
}

/** Rules of all channels. Only channels whose threshold follows from the alarm budget, or that make nothing else, make minor findings. */
export function minorRulesOf(detectors: readonly EngineDetector[], options: Pick<EngineOptions, 'tags' | 'groups'>): MinorRules {
  const { reports, holdMs, quietMs, quietPeriods } = minorLevels;
  const rules = new Map<string, MinorRule>([['', { reports: 0, holdMs: 0, quietMs: 0 }]]);
  const keys = detectors.flatMap((place) =>
    place.detector.channels.map((channel) => {
      const { input, threshold } = place.plugin;
      if (threshold !== 'statistical' && threshold !== 'minor') return '';
      const quiet = Math.max(quietMs, quietPeriods * periodOf(place, channel, options));
      const key = `${input} ${quiet}`;
      rules.set(key, { reports: reports[input], holdMs: holdMs[input], quietMs: quiet });
      return key;
    }),
  );
  const index = new Map([...rules.keys()].map((key, place) => [key, place]));
  return { rules: [...rules.values()], of: Uint16Array.from(keys, (key) => index.get(key) as number) };
}
