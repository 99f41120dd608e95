import type { BaselineStore } from '../../core/state.ts';
import type { Json } from '../../core/detector.ts';
import { type Baseline, calibrationVersion } from '../../detection/baseline/format.ts';
import { applyReview, loadReview } from './review.ts';
import { latestReadable } from './stored.ts';
import { fitsPlan } from '../../detection/baseline/fits.ts';
import { type DetectionPlan, detectorFactories, fingerprint, recordedDetector } from '../../detection/plan/plan.ts';

/** Name of the site's baseline in the store. */
const name = 'site';
/** Name of the traffic baseline: separate, so that neither calibration overwrites the other. */
const trafficName = 'site/traffic';

/** Name of the baseline of the shadow detection. */
const shadowName = 'site/shadow';

/** Result of a calibration from recordings, as it is stored. */
export interface TrafficBaseline {
  readonly source: string;
  readonly baseline: Json;
}

/** A stored baseline as learned. */
export interface LearnedBaseline {
  readonly baseline: Baseline;
  readonly version: number;
  /** Version of the traffic in it; undefined if traffic was not learned separately. */
  readonly traffic?: number | undefined;
  /** ms UTC */
  readonly learnedAt: number;
}

/** Newest baseline of the site, for any plan. */
export function siteBaseline(store: BaselineStore): { readonly version: number; readonly content: Baseline } | undefined {
  const stored = latestReadable(store, name);
  return stored === undefined ? undefined : { version: stored.version, content: stored.content as unknown as Baseline };
}

/** Newest baseline if it fits the plan, with the newest traffic baseline, without decisions of people. */
export function learnedBaseline(store: BaselineStore, plan: DetectionPlan): LearnedBaseline | undefined {
  const stored = latestReadable(store, name);
  if (stored === undefined) return undefined;
  const { content, version, createdAt } = stored;
  const baseline = content as unknown as Baseline;
  const traffic = latestReadable(store, trafficName)?.version;
  return fitsPlan(baseline, plan)
    ? { baseline: withTraffic(baseline, store), version, traffic, learnedAt: createdAt }
    : undefined;
}

/** Newest baseline if it fits the plan, with the decisions of people applied. */
export function loadBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const learned = learnedBaseline(store, plan);
  return learned === undefined
    ? undefined
    : applyReview(learned.baseline, loadReview(store, learned.version, learned.traffic), plan);
}

/** @returns the new version */
export function saveBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  return store.add({ name, createdAt: time, source: baseline.calibration.source, content: baseline as unknown as Json });
}

/** Newest baseline of the shadow detection, if it fits its plan. */
export function loadShadowBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const baseline = latestReadable(store, shadowName)?.content as unknown as Baseline | undefined;
  return baseline !== undefined && fitsPlan(baseline, plan) ? withTraffic(baseline, store) : undefined;
}

/** @returns the new version */
export function saveShadowBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  const content = baseline as unknown as Json;
  return store.add({ name: shadowName, createdAt: time, source: baseline.calibration.source, content });
}

/**
 * Makes the shadow detection's baseline the plant's baseline after its settings were adopted.
 * @returns the new version; undefined if there is nothing to do
 */
export function adoptShadow(store: BaselineStore, plan: DetectionPlan, time: number): number | undefined {
  const shadow = latestReadable(store, shadowName)?.content as unknown as Baseline | undefined;
  if (learnedBaseline(store, plan) !== undefined || shadow === undefined || !fitsPlan(shadow, plan)) return undefined;
  return saveBaseline(store, shadow, time);
}

/** @returns the new version */
export function saveTraffic(store: BaselineStore, traffic: TrafficBaseline, time: number): number {
  return store.add({ name: trafficName, createdAt: time, source: traffic.source, content: traffic as unknown as Json });
}

/** A baseline with traffic only, for a site without a calibration of process values; undefined without traffic. */
export function trafficAlone(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const stored = latestReadable(store, trafficName);
  if (stored === undefined || !plan.detectors.some(({ type }) => type === recordedDetector)) return undefined;
  const detectors = detectorFactories(plan).map((factory) => [
    factory.name,
    { baseline: factory.create().snapshot().baseline, thresholds: {} },
  ]);
  const bare: Baseline = {
    fingerprint: fingerprint(plan),
    calibration: {
      version: calibrationVersion,
      source: 'nothing but traffic, process values are not learned',
      from: stored.createdAt,
      to: stored.createdAt,
      promise: {
        budgetPerDay: plan.budgetPerDay,
        promised: false,
        days: 0,
        achievedPerDay: 0,
        missingDays: 0,
        text: 'Only the traffic is learned, no process values: run `scadawatch calibrate` with --from.',
      },
      detectors: Object.fromEntries(detectors) as Baseline['calibration']['detectors'],
    },
    bands: {},
  };
  return withTraffic(bare, store);
}

/** Baseline that a monitor with this plan would use: the newest with decisions applied, or traffic only. */
export const knownBaseline = (store: BaselineStore, plan: DetectionPlan): Baseline | undefined =>
  loadBaseline(store, plan) ?? trafficAlone(store, plan);

function withTraffic(baseline: Baseline, store: BaselineStore): Baseline {
  const stored = latestReadable(store, trafficName);
  const { calibration } = baseline;
  const part = calibration.detectors[recordedDetector];
  if (stored === undefined || part === undefined) return baseline;
  const traffic = stored.content as unknown as TrafficBaseline;
  return {
    ...baseline,
    calibration: {
      ...calibration,
      source: `${calibration.source}; traffic: ${traffic.source}`,
      detectors: { ...calibration.detectors, [recordedDetector]: { ...part, baseline: traffic.baseline } },
    },
  };
}
