import { deserialize } from 'node:v8';
import type { DetectorFactory } from '../../core/detector.ts';
import { lazyRecord } from '../../core/lazy.ts';
import type { FollowedThreshold } from '../../core/monitor.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../baseline/apply.ts';
import { canaryDetector, canaryTag, withCanary } from '../canary.ts';
import type { StartingPoint } from '../baseline/format.ts';
import type { EngineDetector, EngineOptions, EngineSnapshot } from '../engine/index.ts';
import { createFollowingEngine, type FollowingEngine, type FollowingSnapshot } from '../following/index.ts';
import { type DetectionPlan, detectorFactories } from '../plan/plan.ts';

/** An engine with its detectors. */
export interface ThreadEngine {
  readonly engine: FollowingEngine;
  readonly detectors: readonly EngineDetector[];
}

/**
 * The engine of a thread.
 * @param calibration without one, only detectors that need none judge
 * @param kept detectors that are used instead of new ones of the same name
 */
export function createThreadEngine(
  plan: DetectionPlan,
  calibration: StartingPoint | undefined,
  followed: readonly FollowedThreshold[] = [],
  kept: readonly EngineDetector[] = [],
): ThreadEngine {
  const factories = detectorFactories(plan);
  const made = calibration === undefined ? unlearned(factories) : applyCalibration(calibration, factories);
  const detectors = made.detectors.map((one) => kept.find(({ name }) => name === one.name) ?? one);
  const { groups, budgetPerDay } = plan;
  const tags = new TagTable([...plan.tags, canaryTag]);
  const all = [...detectors, canaryDetector(plan.tags.length)];
  return {
    engine: createFollowingEngine({ ...made, detectors: all, budgetPerDay, tags, groups, followed, minor: true }),
    detectors: all,
  };
}

/** Detectors that are active without a baseline. The others would report nothing, and are created again with the baseline. */
function unlearned(factories: readonly DetectorFactory[]): Pick<EngineOptions, 'detectors' | 'thresholds' | 'states'> {
  const watching = factories.filter(({ plugin }) => plugin.threshold !== 'statistical');
  return { detectors: watching.map((factory) => ({ ...factory, detector: factory.create() })), thresholds: {} };
}

/**
 * Continues from the bytes of a stored running state under the same baselines. An earlier version may have had fewer detectors, or have
 * distributed them to the threads in another way: the state then begins anew.
 */
export function resume(own: ThreadEngine, bytes: Uint8Array): void {
  const fresh = own.engine.snapshot('running');
  const saved = withCanary(deserialize(bytes) as FollowingSnapshot, fresh);
  const { detectors, machine } = fresh;
  const isComplete = Object.keys(detectors).every((name) => Object.hasOwn(saved.detectors, name));
  if (isComplete && saved.machine.state.length === machine.state.length) continueFrom(own, saved);
}

/** Continues from running state. */
export function continueFrom({ engine, detectors }: ThreadEngine, running: FollowingSnapshot): void {
  engine.restore({ ...running, detectors: withBaselines(running.detectors, detectors) });
}

/** Running states with the present baselines of detectors. Each is made when it is restored, because together they are large. */
function withBaselines(running: EngineSnapshot['detectors'], detectors: readonly EngineDetector[]): EngineSnapshot['detectors'] {
  const byName = new Map(detectors.map(({ name, detector }) => [name, detector]));
  const known = Object.keys(running).filter((name) => byName.has(name));
  return lazyRecord(known, (name) => ({
    baseline: byName.get(name)?.snapshot().baseline ?? null,
    running: running[name]?.running,
  }));
}
