import type { EngineSnapshot } from '../engine/index.ts';

/** Adds an engine's baselines to a snapshot of running state, which was taken under the same baselines. */
export function withBaselines<S extends EngineSnapshot>(lean: S, known: EngineSnapshot): S {
  const detectors = Object.entries(lean.detectors).map(([name, { running }]) => {
    return [name, { baseline: known.detectors[name]?.baseline ?? null, running }] as const;
  });
  return { ...lean, detectors: Object.fromEntries(detectors) };
}
