import type { Noise } from '../../plant-kit/noise.ts';
import { components } from './physics/components.ts';
import type { ProcessNow } from './physics/process.ts';
import { analyserTable } from './points/quality.ts';

/** A gas chromatograph: its sample is analysed while the result of the one before is shown. Plain data. */
export interface AnalyserState {
  /** Time since the last sample, s. */
  sinceS: number;
  /** Remaining time of a validation, s: results stay. */
  frozenS: number;
  /** Mole %, of the components that it reports. */
  sample: number[];
  shown: number[];
}

/** Time between two samples, which is its dead time too, s. */
const cycles = [360, 360, 900] as const;
/** Standard deviation of a result, mole %, by component: of gases and of the product. */
const gasNoise: Readonly<Record<string, number>> = { A: 0.25, B: 0.1, C: 0.25, D: 0.1, E: 0.25, F: 0.025, G: 0.05, H: 0.05 };
const productNoise: Readonly<Record<string, number>> = { D: 0.01, E: 0.01, F: 0.01, G: 0.5, H: 0.5 };
const shares = ['feedShares', 'purgeShares', 'productShares'] as const;

function measure(index: number, now: ProcessNow): number[] {
  const from = now[shares[index] ?? 'feedShares'];
  return (analyserTable[index]?.[3] ?? []).map((part) => 100 * (from[components.indexOf(part)] ?? 0));
}

export const initialAnalysers = (now: ProcessNow): AnalyserState[] =>
  analyserTable.map((_, i) => ({ sinceS: 120 * i, frozenS: 0, sample: measure(i, now), shown: measure(i, now) }));

/** Advances the analysers: the controllers receive results one cycle late, with noise. */
export function stepAnalysers(analysers: readonly AnalyserState[], now: ProcessNow, noise: Noise, dt: number): void {
  analysers.forEach((analyser, i) => {
    const [name, , , parts] = analyserTable[i] ?? analyserTable[0];
    analyser.frozenS = Math.max(0, analyser.frozenS - dt);
    analyser.sinceS += dt;
    if (analyser.sinceS < (cycles[i] ?? 360)) return;
    analyser.sinceS = 0;
    const deviations = i === 2 ? productNoise : gasNoise;
    const result = analyser.sample.map((value, k) => {
      const part = parts[k] ?? 'A';
      return Math.max(0, value + (deviations[part] ?? 0) * noise.stream(`${name}.${part}.result`).normal());
    });
    analyser.sample = measure(i, now);
    if (analyser.frozenS === 0) analyser.shown = result;
  });
}
