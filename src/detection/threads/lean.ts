import type { EngineSnapshot } from '../engine/index.ts';

/** A snapshot of running state alone with the baselines of an engine that knows them: it was taken under the same. */
export function withBaselines<S extends EngineSnapshot>(lean: S, known: EngineSnapshot): S {
  const detectors = Object.entries(lean.detectors).map(([name, { running }]) => {
    return [name, { baseline: known.detectors[name]?.baseline ?? null, running }] as const;
  });
  return { ...lean, detectors: Object.fromEntries(detectors) };
}
