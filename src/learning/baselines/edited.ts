import type { Fact } from '../../core/detector.ts';
import { figureText, listed } from '../../detector-kit/words.ts';
import type { ReviewedLine } from './reviewed-line.ts';

/** Most edited entries of a channel that a note lists. */
const mostListed = 3;

/**
 * Notes for the explanations of findings, one per channel with edited entries. Normal values in a finding's text may be those of
 * a person.
 * @param learned the entries before any edit
 */
export function editedNotes(lines: readonly ReviewedLine[], learned: readonly Fact[]): Readonly<Record<string, string>> {
  const facts = new Map(learned.map((fact) => [`${fact.channel}\n${fact.name}`, fact]));
  const channels = Map.groupBy(lines, ({ channel }) => channel);
  const notes = [...channels].map(([channel, own]) => {
    const named = own.slice(0, mostListed).flatMap((line) => noteOf(line, facts.get(`${channel}\n${line.name}`)));
    const more = own.length > mostListed ? [`${own.length - mostListed} more of its lines`] : [];
    return [channel, `Edited: ${listed([...named, ...more])}.`] as const;
  });
  return Object.fromEntries(notes);
}

/** `high 3.5 m instead of 3.4 m by engineer on 2026-11-25`, with the entry's name if its channel has several. */
function noteOf({ name, edited }: ReviewedLine, fact: Fact | undefined): string[] {
  if (edited === undefined || fact === undefined) return [];
  const figures = Object.entries(edited.figures).map(([word, value]) => {
    const was = fact.figures[word];
    const instead = typeof was === 'number' ? ` instead of ${figureText(was, fact.unit)}` : '';
    return `${word} ${figureText(value, fact.unit, true)}${instead}`;
  });
  const day = new Date(edited.at).toISOString().slice(0, 10);
  return [`${name === '' ? '' : `${name}: `}${listed(figures)} by ${edited.by} on ${day}`];
}
