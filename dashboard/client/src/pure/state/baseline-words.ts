import type { BaselineLine, LineMark } from '../../../../../src/core/monitor.ts';
import { shared } from '../../text.ts';
import { formatFigure, formatPercent } from '../format.ts';

/** Name of a baseline entry within its channel: `range`, `discrete 1 running`. */
export const lineName = ({ detector, name }: Pick<BaselineLine, 'detector' | 'name'>): string => `${detector} ${name}`.trim();

/** The figures of an entry, rounded for reading; the exported file has all digits. */
export function figuresText({ figures, unit }: Pick<BaselineLine, 'figures' | 'unit'>): string {
  return Object.entries(figures)
    .map(([word, value]) => (typeof value === 'number' ? `${word} ${formatFigure(value)} ${unit}`.trim() : `${word} ${value}`))
    .join(', ');
}

/** Threshold of an entry, and the part by which slow change has raised it. */
export function beginText({ threshold, followed, unlearned }: BaselineLine): string {
  if (threshold === undefined || unlearned !== undefined) return '––';
  return `${formatFigure(threshold)}${followed === undefined ? '' : ` +${formatPercent(followed.by)}`}`;
}

/** True if unlearning an entry would change anything. */
export const canUnlearn = ({ threshold, later, forgets, unlearned }: BaselineLine): boolean =>
  unlearned === undefined && (threshold !== undefined || later === true || forgets === true);

/** Time since which slow change has raised the threshold; undefined if it has not. */
export const followedText = ({ followed }: BaselineLine, moment: (time: number) => string): string | undefined =>
  followed === undefined ? undefined : shared.label.slowChange(moment(followed.since));

/** The editable figures of an entry, each with the learned one. */
export const learnedFigures = ({ figures, editable, edited }: BaselineLine) =>
  editable.map((word) => {
    const value = figures[word] as number;
    return { word, value, learned: formatFigure(edited?.was[word] ?? value) };
  });

/** The typed figures that differ, or the error in them. */
export function readFigures(
  { figures, editable }: Pick<BaselineLine, 'figures' | 'editable'>,
  typed: (word: string) => string,
): { readonly figures: Readonly<Record<string, number>>; readonly problem?: string } {
  const read: Record<string, number> = {};
  for (const word of editable) {
    const text = typed(word).trim();
    const value = Number(text.replace('\u2212', '-'));
    if (text === '' || !Number.isFinite(value)) return { figures: {}, problem: shared.note.notANumber(word, text) };
    if (value !== figures[word]) read[word] = value;
  }
  return Object.keys(read).length > 0 ? { figures: read } : { figures: {}, problem: shared.sentence.noChange };
}

/** The decisions about an entry, newest first. */
export function decidedText(line: BaselineLine, moment: (time: number) => string): string {
  const decision = (what: string, mark: LineMark | undefined): string[] =>
    mark === undefined
      ? []
      : [
          `${shared.note.decided(what, mark.by, moment(mark.at))}${mark.reason === undefined || mark.reason === '' ? '' : `: ${mark.reason}`}`,
        ];
  const was = Object.entries(line.edited?.was ?? {}).map(([word, value]) => shared.note.figureWas(word, formatFigure(value)));
  const edited = was.length === 0 ? shared.note.decision.edited : shared.note.editedFrom(was.join(', '));
  const { raised } = line;
  const raisedText =
    raised === undefined ? '' : shared.note.raisedFrom(formatFigure(raised.was), formatFigure(raised.to), raised.alert);
  const all = [
    ...decision(raisedText, raised),
    ...decision(shared.note.decision.unlearned, line.unlearned),
    ...decision(edited, line.edited),
    ...decision(shared.note.decision.approved, line.approved),
  ];
  return all.length === 0 ? shared.label.notReviewed : capital(all.join('; '));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
