import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type HabitsConfig, schema } from './config.ts';
import { HabitsDetector } from './habits.ts';

export const habits: DetectorPlugin<HabitsConfig> = {
  type: 'habits',
  summary:
    'A write on the network at an unusual hour, by an unusual client, of an unusual size or in an unusual order: a minor finding.',
  schema,
  input: 'event',
  passes: 0,
  threshold: 'minor',
  create: (config, target) => new HabitsDetector(config, target),
};
