import { z } from 'zod';
import { type DecidedEpisode, episodeDecisions } from '../../../src/core/episode-decision.ts';
import type { Episode, EpisodeList, EpisodeMark } from '../../../src/core/episodes.ts';
import { figure, list, note, objectOf, text, time } from './parts.ts';

const as = z.enum(episodeDecisions);
const mark = objectOf<EpisodeMark>({ as, by: z.string(), at: time, reason: z.string().optional() });

const episode = objectOf<Episode>({
  id: z.string(),
  from: time,
  to: time,
  area: z.string(),
  equipment: z.string().describe('empty if it concerns several'),
  device: z.string().optional(),
  tags: list(z.string()),
  detectors: list(z.string()),
  sentence: z.string(),
  score: figure,
  lasting: z.boolean().describe('true if not even the rarest thresholds avoid its alert: it counts against the promise'),
  decided: mark.optional(),
}).meta({ id: 'Episode' });

export const episodeListShape = {
  version: z.int(),
  promise: z.string(),
  episodes: list(episode),
  closed: z.string().optional().describe('reason why nothing can be decided'),
};
export const episodeList = objectOf<EpisodeList>(episodeListShape);

/** A decision; without `as`, an earlier one is withdrawn. */
export const decidedEpisode = objectOf<DecidedEpisode>({ id: text, as: as.optional(), reason: note.optional() });
