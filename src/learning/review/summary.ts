import type { Episode } from '../../core/episodes.ts';

export const episodesText = (count: number): string => (count === 1 ? '1 episode' : `${count} episodes`);

/** Number of episodes without a decision. */
export function undecidedText(episodes: readonly Episode[]): string {
  const open = episodes.filter(({ decided }) => decided === undefined);
  if (open.length === 0) return 'No unusual episode in the calibration data is without a decision.';
  const counted = open.filter(({ lasting }) => lasting).length;
  return `${episodesText(open.length)} in the calibration data without a decision, ${counted} against the promise.`;
}

/** One episode in two lines of text. */
export function episodeLines({ id, from, to, tags, detectors, sentence, score, lasting, decided }: Episode): string[] {
  const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).concat('Z');
  const against = lasting ? ', against the promise' : '';
  const mark = decided === undefined ? '' : ` [${decided.as} by ${decided.by} on ${minute(decided.at).slice(0, 10)}]`;
  return [
    `${minute(from)} to ${minute(to)}  ${id.slice(0, id.lastIndexOf('@'))}  score ${score}${against}${mark}`,
    `  ${sentence} (${detectors.join(', ')}; ${tags.join(', ')})`,
  ];
}
