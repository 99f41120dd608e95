import type { DetectorPlugin } from '../src/core/detector.ts';
import { agreement } from './agreement/index.ts';
import { balance } from './balance/index.ts';
import { counter } from './counter/index.ts';
import { deviceHealth } from './device-health/index.ts';
import { discrete } from './discrete/index.ts';
import { frozen } from './frozen/index.ts';
import { habits } from './habits/index.ts';
import { interlock } from './interlock/index.ts';
import { limits } from './limits/index.ts';
import { missing } from './missing/index.ts';
import { novelty } from './novelty/index.ts';
import { overdue } from './overdue/index.ts';
import { parameters } from './parameters/index.ts';
import { posture } from './posture/index.ts';
import { profile } from './profile/index.ts';
import { range } from './range/index.ts';
import { relations } from './relations/index.ts';
import { replay } from './replay/index.ts';
import { response } from './response/index.ts';
import { sequence } from './sequence/index.ts';
import { traffic } from './traffic/index.ts';

/** All detectors that a configuration can use. */
export const detectors: readonly DetectorPlugin[] = [
  limits,
  range,
  frozen,
  profile,
  discrete,
  sequence,
  counter,
  missing,
  interlock,
  response,
  overdue,
  relations,
  balance,
  replay,
  novelty,
  deviceHealth,
  traffic,
  agreement,
  parameters,
  habits,
  posture,
];
