import type { DetectorPlugin } from '../../src/core/detector.ts';
import { RelationsDetector } from './relations.ts';
import { type RelationsConfig, relationsSchema } from './schema.ts';

import { relationInfluences } from './influences.ts';
export const relations: DetectorPlugin<RelationsConfig> = {
  type: 'relations',
  summary: 'Tags of a group no longer match as in normal operation, although each of them may look normal.',
  schema: relationsSchema,
  input: 'vector',
  passes: 1,
  threshold: 'statistical',
  calibrated: true,
  influences: relationInfluences,
  cost: 50,
  create: (config, target) => new RelationsDetector(config, target),
};
