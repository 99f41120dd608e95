import type { Fact } from '../../core/detector.ts';
import { figureText, listed } from '../../detector-kit/words.ts';
import type { ReviewedLine } from './reviewed-line.ts';

/** Edited lines of one channel that are told one by one. */
const mostTold = 3;

/**
 * A sentence for each channel with edited lines, for the explanations of its findings: their words speak of normal operation, and of these figures
 * a person has said what that is.
 * @param learned the lines before anybody edited them
 */
export function editedNotes(lines: readonly ReviewedLine[], learned: readonly Fact[]): Readonly<Record<string, string>> {
  const facts = new Map(learned.map((fact) => [`${fact.channel}\n${fact.name}`, fact]));
  const channels = Map.groupBy(lines, ({ channel }) => channel);
  const notes = [...channels].map(([channel, own]) => {
    const told = own.slice(0, mostTold).flatMap((line) => noteOf(line, facts.get(`${channel}\n${line.name}`)));
    const more = own.length > mostTold ? [`${own.length - mostTold} more of its lines`] : [];
    return [channel, `Edited: ${listed([...told, ...more])}.`] as const;
  });
  return Object.fromEntries(notes);
}

/** `high 3.5 m instead of 3.4 m by engineer on 2026-11-25`, with the line's name where its channel has several. */
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
