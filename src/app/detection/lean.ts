import type { EngineSnapshot } from '../../pipeline/engine/index.ts';

/**
 * A snapshot without the baselines: an engine never changes them, and a snapshot is only taken back under the baseline that it was
 * taken under.
 */
export function withoutBaselines<S extends EngineSnapshot>(snapshot: S): S {
  const detectors = Object.entries(snapshot.detectors).map(([name, { running }]) => [name, { baseline: null, running }] as const);
  return { ...snapshot, detectors: Object.fromEntries(detectors) };
}

/** The same with the baselines of an engine that knows them. */
export function withBaselines<S extends EngineSnapshot>(lean: S, known: EngineSnapshot): S {
  const detectors = Object.entries(lean.detectors).map(([name, { running }]) => {
    return [name, { baseline: known.detectors[name]?.baseline ?? null, running }] as const;
  });
  return { ...lean, detectors: Object.fromEntries(detectors) };
}
