import type { BaselineStore } from '../../core/state.ts';
import type { Json } from '../../core/detector.ts';
import { type Baseline, calibrationVersion } from '../../detection/baseline/format.ts';
import { applyReview, loadReview } from './review.ts';
import { latestReadable } from './stored.ts';
import { fitsPlan } from '../../detection/baseline/fits.ts';
import { type DetectionPlan, detectorFactories, fingerprint, recordedDetector } from '../../detection/plan/plan.ts';

/** Name under which the site's baseline is kept, version by version. */
const name = 'site';
/** And that of its traffic: apart, so that neither calibration undoes the other. */
const trafficName = 'site/traffic';

/** And that of the changed detection beside the live one. */
const shadowName = 'site/shadow';

/** Result of a calibration from recordings, as it is stored. */
export interface TrafficBaseline {
  readonly source: string;
  readonly baseline: Json;
}

/** A stored baseline as it was learned. */
export interface LearnedBaseline {
  readonly baseline: Baseline;
  readonly version: number;
  /** Version of the traffic in it; undefined where that was not learned apart. */
  readonly traffic?: number | undefined;
  /** ms UTC */
  readonly learnedAt: number;
}

/** The newest baseline of the site, whatever plan it was learned for. */
export function siteBaseline(store: BaselineStore): { readonly version: number; readonly content: Baseline } | undefined {
  const stored = latestReadable(store, name);
  return stored === undefined ? undefined : { version: stored.version, content: stored.content as unknown as Baseline };
}

/** The newest baseline if it can be used with this plan, with the newest one of traffic in it, and nothing that people decided. */
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

/** The newest baseline if it can be used with this plan, as people have amended it. */
export function loadBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const learned = learnedBaseline(store, plan);
  return learned === undefined
    ? undefined
    : applyReview(learned.baseline, loadReview(store, learned.version, learned.traffic), plan);
}

/** @returns the version it got */
export function saveBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  return store.add({ name, createdAt: time, source: baseline.calibration.source, content: baseline as unknown as Json });
}

/** The newest baseline of the changed detection, if it can be used with its plan. */
export function loadShadowBaseline(store: BaselineStore, plan: DetectionPlan): Baseline | undefined {
  const baseline = latestReadable(store, shadowName)?.content as unknown as Baseline | undefined;
  return baseline !== undefined && fitsPlan(baseline, plan) ? withTraffic(baseline, store) : undefined;
}

/** @returns the version it got */
export function saveShadowBaseline(store: BaselineStore, baseline: Baseline, time: number): number {
  const content = baseline as unknown as Json;
  return store.add({ name: shadowName, createdAt: time, source: baseline.calibration.source, content });
}

/**
 * Where the changed detection was switched on, what was learned for it is the plant's baseline from now on.
 * @returns the version it got; undefined where nothing is to be done
 */
export function adoptShadow(store: BaselineStore, plan: DetectionPlan, time: number): number | undefined {
  const shadow = latestReadable(store, shadowName)?.content as unknown as Baseline | undefined;
  if (learnedBaseline(store, plan) !== undefined || shadow === undefined || !fitsPlan(shadow, plan)) return undefined;
  return saveBaseline(store, shadow, time);
}

/** @returns the version it got */
export function saveTraffic(store: BaselineStore, traffic: TrafficBaseline, time: number): number {
  return store.add({ name: trafficName, createdAt: time, source: traffic.source, content: traffic as unknown as Json });
}

/** A baseline in which nothing but the traffic is known, for a site whose process values nobody has learned; undefined without. */
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

/** What a monitor with this plan would judge by: the newest baseline as people have amended it, or the traffic alone. */
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
