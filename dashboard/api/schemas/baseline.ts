import { z } from 'zod';
import type { BaselineLine, LearnedFrom, LineMark } from '../../../src/core/monitor.ts';
import type { ThresholdRaise } from '../../../src/core/threshold-raise.ts';
import { byName, figure, list, objectOf, text, time } from './parts.ts';

const markShape = { by: z.string(), at: time, reason: z.string().optional() };
const mark = objectOf<LineMark>(markShape);

/** Names an entry of the baseline. */
export const lineRef = z.strictObject({ detector: text, channel: text, name: z.string().max(200) });

export const baselineLine = objectOf<BaselineLine>({
  detector: z.string(),
  channel: z.string(),
  name: z.string(),
  tags: list(z.string()),
  unit: z.string(),
  figures: byName(z.union([figure, z.string()])),
  editable: list(z.string()),
  samples: z.int().optional(),
  later: z.literal(true).optional(),
  forgets: z.literal(true).optional(),
  threshold: figure.optional(),
  followed: z.strictObject({ since: time, by: figure }).optional(),
  approved: mark.optional(),
  edited: z.strictObject({ ...markShape, was: byName(figure) }).optional(),
  unlearned: mark.optional(),
  raised: z.strictObject({ ...markShape, alert: z.string(), was: figure, to: figure }).optional(),
}).meta({ id: 'BaselineEntry' });

/** A threshold that an alert would raise. */
export const thresholdRaise = objectOf<ThresholdRaise>({
  detector: z.string(),
  channel: z.string(),
  tags: z.int(),
  from: figure,
  to: figure,
}).meta({ id: 'ThresholdRaise' });

export const learnedFrom = objectOf<LearnedFrom>({ version: z.int(), at: time, from: z.string() });
