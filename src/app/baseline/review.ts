import type { Json } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import type { LineMark, LineRef } from '../../core/monitor.ts';
import type { BaselineStore } from '../../core/state.ts';
import type { CalibratedDetector } from '../../pipeline/calibration/index.ts';
import type { Baseline } from '../detection/messages.ts';
import { checkModes } from './modes.ts';
import { type DetectionPlan, detectorFactories } from '../detection/plan.ts';

/** What people decided about one line. */
export interface ReviewedLine extends LineRef {
  readonly approved?: LineMark | undefined;
  readonly edited?: (LineMark & { readonly figures: Readonly<Record<string, number>> }) | undefined;
  /** The whole channel of the line's detector is not judged. */
  readonly unlearned?: LineMark | undefined;
}

/**
 * What people decided about the lines of one learned baseline. It is kept apart from what was learned, version by version, so
 * that neither overwrites the other; a new calibration begins without any.
 */
export interface Review {
  /** Version of the learned baseline. */
  readonly of: number;
  readonly lines: readonly ReviewedLine[];
}

const name = 'site/review';

/** The newest review of a version of the learned baseline; empty if nobody has decided anything about it. */
export function loadReview(store: BaselineStore, version: number): Review {
  const stored = store.latest(name)?.content as unknown as Review | undefined;
  return stored?.of === version ? stored : { of: version, lines: [] };
}

/** @returns the version it got */
export function saveReview(store: BaselineStore, review: Review, time: number, source: string): number {
  return store.add({ name, createdAt: time, source, content: JSON.parse(JSON.stringify(review)) as Json });
}

/** The baseline as detectors are to use it: edited figures in place, unlearned channels without a threshold. @throws ScadaError INPUT_INVALID */
export function applyReview(baseline: Baseline, { lines }: Review, plan: DetectionPlan): Baseline {
  if (lines.length === 0) return baseline;
  checkModes(baseline.modes ?? [], lines);
  const factories = new Map(detectorFactories(plan).map((factory) => [factory.name, factory]));
  const reviewed = Object.entries(baseline.calibration.detectors).map(([detector, part]): [string, CalibratedDetector] => {
    const own = lines.filter((line) => line.detector === detector);
    const unlearned = new Set(own.flatMap((line) => (line.unlearned === undefined ? [] : [line.channel])));
    const thresholds = Object.entries(part.thresholds).filter(([channel]) => !unlearned.has(channel));
    const edited = own.filter((line) => line.edited !== undefined);
    const factory = factories.get(detector);
    if (edited.length === 0 || factory === undefined) return [detector, { ...part, thresholds: Object.fromEntries(thresholds) }];
    const amended = factory.create();
    amended.restore({ baseline: part.baseline, running: amended.snapshot().running });
    for (const { channel, name: line, edited: edit } of edited) {
      if (amended.amend === undefined)
        throw new ScadaError('config', 'INPUT_INVALID', `lines of ${detector} can not be edited`, {
          hint: 'they can be approved or unlearned',
        });
      amended.amend(channel, line, edit?.figures ?? {});
    }
    return [detector, { baseline: amended.snapshot().baseline, thresholds: Object.fromEntries(thresholds) }];
  });
  return { ...baseline, calibration: { ...baseline.calibration, detectors: Object.fromEntries(reviewed) } };
}
