import { z } from 'zod';
import { type MinorFinding, minorEnds } from '../../../src/core/minor.ts';
import { figure, list, objectOf, time } from './parts.ts';

export const minorFinding = objectOf<MinorFinding>({
  id: z.string(),
  detector: z.string(),
  channel: z.string(),
  area: z.string(),
  equipment: z.string().describe('empty if the channel spans several'),
  device: z.string().optional(),
  tags: list(z.string()),
  since: time,
  updatedAt: time,
  endedAt: time.optional(),
  end: z.enum(minorEnds).optional(),
  score: figure,
  peak: figure,
  title: z.string(),
  sentence: z.string(),
}).meta({ id: 'MinorFinding' });
