import type { BaselineLine, LineMark } from '../../../../src/core/monitor.ts';
import { formatNumber } from './format.ts';

/** What of a channel a line is about: `range`, `discrete 1 running`. */
export const lineName = ({ detector, name }: Pick<BaselineLine, 'detector' | 'name'>): string => `${detector} ${name}`.trim();

/** The numbers and words of a line, with figures that a person can read; the file has them exact. */
export function figuresText({ figures, unit }: Pick<BaselineLine, 'figures' | 'unit'>): string {
  return Object.entries(figures)
    .map(([word, value]) => (typeof value === 'number' ? `${word} ${readable(value)} ${unit}`.trim() : `${word} ${value}`))
    .join(', ');
}

/** Surprise at which a finding begins, and by how much slow change has raised it. */
export function beginText({ threshold, followed, unlearned }: BaselineLine): string {
  if (threshold === undefined || unlearned !== undefined) return '––';
  return `${formatNumber(threshold, 2)}${followed === undefined ? '' : ` +${formatNumber(100 * followed.by, 1)} %`}`;
}

/** Whether there is anything that unlearning a line would change. */
export const canUnlearn = ({ threshold, later, forgets, unlearned }: BaselineLine): boolean =>
  unlearned === undefined && (threshold !== undefined || later === true || forgets === true);

/** Since when slow change has raised it; nothing where it has not. */
export const followedText = ({ followed }: BaselineLine, moment: (time: number) => string): string | undefined =>
  followed === undefined ? undefined : `Raised by slow change since ${moment(followed.since)}`;

/** The numbers of a line that a person may edit, beside those that were learned. */
export const learnedFigures = ({ figures, editable, edited }: BaselineLine) =>
  editable.map((word) => {
    const value = figures[word] as number;
    return { word, value, learned: readable(edited?.was[word] ?? value) };
  });

/** The numbers that somebody typed in the place of others, or what is wrong with them. */
export function readFigures(
  { figures, editable }: Pick<BaselineLine, 'figures' | 'editable'>,
  typed: (word: string) => string,
): { readonly figures: Readonly<Record<string, number>>; readonly problem?: string } {
  const read: Record<string, number> = {};
  for (const word of editable) {
    const text = typed(word).trim();
    const value = Number(text.replace('\u2212', '-'));
    if (text === '' || !Number.isFinite(value)) return { figures: {}, problem: `${word}: “${text}” is no number` };
    if (value !== figures[word]) read[word] = value;
  }
  return Object.keys(read).length > 0 ? { figures: read } : { figures: {}, problem: 'Nothing is changed.' };
}

/** What people decided about a line, the last word first. */
export function decidedText(line: BaselineLine, moment: (time: number) => string): string {
  const said = (what: string, mark: LineMark | undefined): string[] =>
    mark === undefined
      ? []
      : [`${what} by ${mark.by}, ${moment(mark.at)}${mark.reason === undefined || mark.reason === '' ? '' : `: ${mark.reason}`}`];
  const was = Object.entries(line.edited?.was ?? {}).map(([word, value]) => `${word} was ${readable(value)}`);
  const edited = was.length === 0 ? 'edited' : `edited (${was.join(', ')})`;
  const all = [...said('Unlearned', line.unlearned), ...said(edited, line.edited), ...said('approved', line.approved)];
  return all.length === 0 ? 'Learned, not reviewed' : capital(all.join('; '));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Four figures are more than a baseline is known by. */
function readable(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return (Object.is(rounded, -0) ? 0 : rounded).toString().replace('-', '−');
}
