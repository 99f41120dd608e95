import type { DecidedEpisode } from '../../core/episode-decision.ts';
import type { Episode, EpisodeMark } from '../../core/episodes.ts';
import { ScadaError } from '../../core/errors.ts';
import type { LineMark } from '../../core/monitor.ts';

/** A decision that differs from the one before it. */
export interface ChangedEpisode {
  readonly before: Episode;
  readonly after: Episode;
}

/**
 * The episodes after decisions, and which of them changed. A decision that repeats the one in force leaves its mark.
 * @throws ScadaError INPUT_INVALID for an unknown or repeated episode
 */
export function decide(
  episodes: readonly Episode[],
  decisions: readonly DecidedEpisode[],
  by: Pick<LineMark, 'by' | 'at'>,
): { readonly episodes: readonly Episode[]; readonly changed: readonly ChangedEpisode[] } {
  const known = new Set(episodes.map(({ id }) => id));
  const byId = new Map<string, DecidedEpisode>();
  for (const decision of decisions) {
    if (!known.has(decision.id))
      throw new ScadaError('config', 'INPUT_INVALID', `the calibration has no episode ${decision.id}`, {
        hint: 'a review may have changed the list: request it again',
      });
    if (byId.has(decision.id))
      throw new ScadaError('config', 'INPUT_INVALID', `two decisions about the episode ${decision.id}`, {
        hint: 'leave one of them',
      });
    byId.set(decision.id, decision);
  }
  const after = episodes.map((episode) => {
    const decision = byId.get(episode.id);
    return decision === undefined || isSame(episode.decided, decision) ? episode : marked(episode, decision, by);
  });
  const changed = after.flatMap((one, i) => (one === episodes[i] ? [] : [{ before: episodes[i] as Episode, after: one }]));
  return { episodes: after, changed };
}

const isSame = (mark: EpisodeMark | undefined, { as, reason }: DecidedEpisode): boolean =>
  mark?.as === as && (reason === undefined || mark?.reason === reason);

function marked(episode: Episode, { as, reason }: DecidedEpisode, by: Pick<LineMark, 'by' | 'at'>): Episode {
  const decided = as === undefined ? undefined : { ...by, as, ...(reason === undefined ? {} : { reason }) };
  return { ...episode, decided };
}
