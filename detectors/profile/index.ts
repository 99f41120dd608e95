import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { ProfileDetector, weekdays } from './profile.ts';

const schema = z.strictObject({
  averageS: z.number().int().min(1).max(3_600).default(900).describe('Time constant of the recent mean of a tag, s'),
  minDays: z.number().int().min(0).default(7).describe('Minimum number of days to learn before a tag is judged'),
  explained: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Share of the variance that the profile must explain on days that it has not learned'),
  restDays: z
    .array(z.enum(weekdays))
    .default(['saturday', 'sunday'])
    .describe('Days of the week that may have a separate profile'),
});

export const profile: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'profile',
  summary: 'A value is normal, but not at this hour of the day.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  byTag: true,
  create: (config, target) => new ProfileDetector(config, target),
};
