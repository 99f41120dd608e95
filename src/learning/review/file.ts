import { stringify } from 'yaml';
import { z } from 'zod';
import { readDocument } from '../../config/document.ts';
import { type DecidedEpisode, episodeDecisions } from '../../core/episode-decision.ts';
import type { Episode, EpisodeList } from '../../core/episodes.ts';
import { ScadaError } from '../../core/errors.ts';

const format = 1;
/** Largest file that is read. */
const mostBytes = 1024 * 1024;
const undecided = 'undecided';
const longestReason = 2_000;

const fileSchema = z.strictObject({
  format: z.literal(format),
  site: z.string(),
  calibration: z.string(),
  version: z.number(),
  promise: z.string(),
  episodes: z
    .array(
      z.strictObject({
        id: z.string(),
        from: z.string(),
        to: z.string(),
        place: z.string(),
        tags: z.array(z.string()),
        detectors: z.array(z.string()),
        finding: z.string(),
        score: z.number(),
        againstPromise: z.boolean(),
        decision: z.enum([undecided, ...episodeDecisions]),
        reason: z.string().max(longestReason).optional(),
        decided: z.string().optional(),
      }),
    )
    .max(1_000),
});
type FileEpisode = z.infer<typeof fileSchema>['episodes'][number];

const heading = ` Unusual episodes in the calibration data. Set "decision" of each:
   normal     normal operation. With "againstPromise: true", the episode counts as learned; otherwise thresholds cover it already.
   exclude    no normal operation. Thresholds and promise leave its time out.
   undecided  it counts as it is.
 A second person can compare this file. "scadawatch baseline review PLANT --apply FILE" sets the thresholds by it.
 Only "decision" and "reason" may be changed.
`;

/** Origin of a file of episodes. */
export interface EpisodeFileOrigin {
  readonly site: string;
  /** Id of the calibration. */
  readonly calibration: string;
}

/** Writes episodes as YAML for a decision about each. */
export function writeEpisodes({ site, calibration }: EpisodeFileOrigin, { version, promise, episodes }: EpisodeList): string {
  const content = { format, site, calibration, version, promise, episodes: episodes.map(toFile) };
  return heading.replaceAll(/^/gm, '#').replace(/#$/, '') + stringify(content, { lineWidth: 0 });
}

function toFile(episode: Episode): FileEpisode {
  const { id, from, to, tags, detectors, sentence, score, lasting, decided } = episode;
  return {
    id,
    from: iso(from),
    to: iso(to),
    place: placeOf(episode),
    tags: [...tags],
    detectors: [...detectors],
    finding: sentence,
    score,
    againstPromise: lasting,
    decision: decided?.as ?? undecided,
    ...(decided?.reason === undefined ? {} : { reason: decided.reason }),
    ...(decided === undefined ? {} : { decided: `by ${decided.by} at ${iso(decided.at)}` }),
  };
}

/** Equipment, device or area of an episode. */
export const placeOf = ({ area, equipment, device }: Episode): string => device ?? (equipment === '' ? area : equipment);

/**
 * Decisions of a file.
 * @param calibration id of the calibration in force
 * @throws ScadaError INPUT_INVALID with the path in the file
 */
export function readEpisodes(text: string, calibration: string, episodes: readonly Episode[]): DecidedEpisode[] {
  if (Buffer.byteLength(text) > mostBytes) throw invalid(`it has more than ${mostBytes / 1024} kB`);
  const file = parse(text);
  if (file.calibration !== calibration) throw invalid('calibration: it belongs to another calibration');
  const known = new Map(episodes.map((episode) => [episode.id, episode]));
  const seen = new Set<string>();
  return file.episodes.map((one, i): DecidedEpisode => {
    const path = `episodes.${i}`;
    const episode = known.get(one.id);
    if (episode === undefined) throw invalid(`${path}.id: the calibration has no episode ${one.id}`);
    if (seen.has(one.id)) throw invalid(`${path}.id: ${one.id} is there twice`);
    seen.add(one.id);
    const own = toFile(episode);
    for (const key of ['from', 'to', 'place', 'finding', 'score', 'againstPromise'] as const)
      if (one[key] !== own[key])
        throw invalid(`${path}.${key}: it differs from the calibration in force; only decision and reason may be changed`);
    const { decision, reason } = one;
    return { id: one.id, as: decision === undecided ? undefined : decision, ...(reason === undefined ? {} : { reason }) };
  });
}

function parse(text: string): z.infer<typeof fileSchema> {
  let content: unknown;
  try {
    content = readDocument(text, 'line', { aliasedNodes: 0 }).value;
  } catch (thrown) {
    throw invalid(thrown instanceof Error ? thrown.message : 'it cannot be read');
  }
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has another form'}`);
}

const iso = (time: number): string => new Date(time).toISOString();

const invalid = (what: string): ScadaError =>
  new ScadaError('config', 'INPUT_INVALID', `the file of the review cannot be used: ${what}`, {
    hint: 'scadawatch baseline review PLANT --out FILE writes a new one',
  });
