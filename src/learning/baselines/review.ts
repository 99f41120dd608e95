import type { Json } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import type { BaselineStore, KeptStores } from '../../core/state.ts';
import type { Baseline, CalibratedDetector } from '../../detection/baseline/format.ts';
import { isUsable, type Threshold } from '../../detection/engine/index.ts';
import { checkModes } from './modes.ts';
import { editedNotes } from './edited.ts';
import type { ReviewedLine } from './reviewed-line.ts';
import { latestReadable } from './stored.ts';
import { type DetectionPlan, detectorFactories, recordedDetector } from '../../detection/plan/plan.ts';

/**
 * Decisions of people about the entries of one learned baseline. They are stored separately from the baseline, version by
 * version, so that neither overwrites the other. A new calibration has none.
 */
export interface Review {
  /** Version of the learned baseline. */
  readonly of: number;
  /** Version of its traffic baseline, which is learned separately; absent without one. */
  readonly traffic?: number | undefined;
  readonly lines: readonly ReviewedLine[];
}

const name = 'site/review';

/** Newest review of a version of the learned baseline and of its traffic; empty without decisions. */
export function loadReview(store: BaselineStore, version: number, traffic?: number): Review {
  const stored = latestReadable(store, name)?.content as unknown as Review | undefined;
  const lines = stored?.of === version ? stored.lines : [];
  const isPresent = stored?.traffic === traffic;
  return { of: version, traffic, lines: lines.filter(({ detector }) => isPresent || detector !== recordedDetector) };
}

export function saveReview(store: KeptStores['baselines'], review: Review, time: number, source: string): void {
  store.add({ name, createdAt: time, source, content: JSON.parse(JSON.stringify(review)) as Json });
}

/** Makes the decisions about the entries of one version those of another version with the same entries. */
export function carryReview(store: BaselineStore, from: number, to: number, time: number): void {
  const stored = latestReadable(store, name);
  const review = stored?.content as unknown as Review | undefined;
  if (stored !== undefined && review?.of === from) saveReview(store, { ...review, of: to }, time, stored.source);
}

const marksOf = (lines: readonly ReviewedLine[]): Pick<CalibratedDetector, 'unlearned'> =>
  lines.length === 0
    ? {}
    : {
        unlearned: Object.fromEntries(
          lines.flatMap(({ channel, unlearned }) => (unlearned === undefined ? [] : [[channel, unlearned]])),
        ),
      };

/** A raised threshold is a surprise: of a calibration that has set its thresholds again, the higher one is in use. */
const raisedTo = (threshold: Threshold, to: number | undefined): Threshold =>
  to === undefined || !isUsable(threshold) || to <= threshold.begin ? threshold : { ...threshold, begin: to };

/**
 * The baseline for detectors: with edited figures and raised thresholds, without unlearned entries or without thresholds of their channels.
 * @throws ScadaError INPUT_INVALID
 */
export function applyReview(baseline: Baseline, { lines }: Review, plan: DetectionPlan): Baseline {
  if (lines.length === 0) return baseline;
  checkModes(baseline.modes ?? [], lines);
  const factories = new Map(detectorFactories(plan).map((factory) => [factory.name, factory]));
  const reviewed = Object.entries(baseline.calibration.detectors).map(([detector, part]): [string, CalibratedDetector] => {
    const own = lines.filter((line) => line.detector === detector);
    const unlearned = own.filter((line) => line.unlearned !== undefined);
    const silent = new Set(unlearned.map(({ channel }) => channel));
    const raised = new Map(own.flatMap((line) => (line.raised === undefined ? [] : [[line.channel, line.raised.to]])));
    const thresholds = Object.fromEntries(
      Object.entries(part.thresholds)
        .filter(([channel]) => !silent.has(channel))
        .map(([channel, one]) => [channel, raisedTo(one, raised.get(channel))]),
    );
    const unwatched = factories.get(detector)?.plugin.threshold === 'statistical' ? marksOf(unlearned) : {};
    const edited = own.filter((line) => line.edited !== undefined);
    const amended = factories.get(detector)?.create();
    const isForgotten = unlearned.length > 0 && amended?.forget !== undefined;
    if (amended === undefined || (edited.length === 0 && !isForgotten)) return [detector, { ...part, thresholds, ...unwatched }];
    amended.restore({ baseline: part.baseline, running: amended.snapshot().running });
    const learned = amended.facts?.() ?? [];
    for (const { channel, name: line, edited: edit } of edited) {
      if (amended.amend === undefined)
        throw new ScadaError('config', 'INPUT_INVALID', `lines of ${detector} cannot be edited`, {
          hint: 'they can be approved or unlearned',
        });
      amended.amend(channel, line, edit?.figures ?? {});
    }
    if (isForgotten) amended.forget?.(unlearned);
    return [
      detector,
      { ...part, baseline: amended.snapshot().baseline, thresholds, ...unwatched, edited: editedNotes(edited, learned) },
    ];
  });
  return { ...baseline, calibration: { ...baseline.calibration, detectors: Object.fromEntries(reviewed) } };
}
