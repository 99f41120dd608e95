import type { DetectorPlugin } from '../src/core/detector.ts';
import { discrete } from './discrete/index.ts';
import { frozen } from './frozen/index.ts';
import { limits } from './limits/index.ts';
import { range } from './range/index.ts';

/** Every detector that a configuration can name. */
export const detectors: readonly DetectorPlugin[] = [limits, range, frozen, discrete];
