import type { Fact } from '../../core/detector.ts';
import type { BaselineLine } from '../../core/monitor.ts';
import { isUsable } from '../../detection/engine/index.ts';
import { modeLines } from './modes.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';

/** Entries of a baseline in tag order, as its detectors describe them. */
export function learnedLines({ calibration, modes = [] }: Baseline, plan: DetectionPlan): BaselineLine[] {
  const lines = detectorFactories(plan).flatMap((factory): { readonly place: number; readonly line: BaselineLine }[] => {
    const part = calibration.detectors[factory.name];
    if (part === undefined) return [];
    const detector = factory.create();
    if (detector.facts === undefined) return [];
    detector.restore({ baseline: part.baseline, running: detector.snapshot().running });
    const channels = new Map(detector.channels.map((channel) => [channel.key, channel]));
    return detector.facts().map(({ channel, name, unit, figures, editable, taught }) => {
      const tags = channels.get(channel)?.tags ?? [];
      const known = part.thresholds[channel];
      const threshold = known !== undefined && isUsable(known) ? known.begin : undefined;
      const isUnwatched = part.unwatched?.[channel] !== undefined || (known !== undefined && threshold === undefined);
      const line = {
        detector: factory.name,
        channel,
        name,
        tags: tags.map((index) => plan.tags[index]?.name ?? ''),
        unit,
        figures: isUnwatched ? { ...figures, judged: unjudged(figures) } : figures,
        editable,
        ...(taught === undefined ? {} : { samples: Math.round(taught / Math.max(1, factory.plugin.passes)) }),
        ...(threshold === undefined ? {} : { threshold }),
        ...(detector.forget === undefined ? {} : { forgets: true as const }),
      };
      return { place: tags.length === 1 ? (tags[0] as number) : plan.tags.length, line };
    });
  });
  const ofModes = modeLines(modes).map((line) => ({ place: plan.tags.findIndex(({ name }) => name === line.tags[0]), line }));
  // entries of single tags by tag, then those of groups and devices; the sort keeps the order of detectors
  return [...ofModes, ...lines].sort((a, b) => a.place - b.place).map(({ line }) => line);
}

const unjudged = (figures: Fact['figures']): string => ('stays' in figures ? 'no, too few stays' : 'no, too little was learned');
