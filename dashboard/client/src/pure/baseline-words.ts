import type { BaselineLine, LineMark } from '../../../../src/core/monitor.ts';

/** What of a channel a line is about: `range`, `discrete 1 running`. */
export const lineName = ({ detector, name }: Pick<BaselineLine, 'detector' | 'name'>): string => `${detector} ${name}`.trim();

/** The numbers and words of a line, with figures that a person can read; the file has them exact. */
export function figuresText({ figures, unit }: Pick<BaselineLine, 'figures' | 'unit'>): string {
  return Object.entries(figures)
    .map(([word, value]) => (typeof value === 'number' ? `${word} ${readable(value)} ${unit}`.trim() : `${word} ${value}`))
    .join(', ');
}

/** What people decided about a line, the last word first. */
export function decidedText(line: BaselineLine, moment: (time: number) => string): string {
  const said = (what: string, mark: LineMark | undefined): string[] =>
    mark === undefined
      ? []
      : [`${what} by ${mark.by}, ${moment(mark.at)}${mark.reason === undefined || mark.reason === '' ? '' : `: ${mark.reason}`}`];
  const all = [...said('Unlearned', line.unlearned), ...said('edited', line.edited), ...said('approved', line.approved)];
  return all.length === 0 ? 'Learned, not reviewed' : capital(all.join('; '));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Four figures are more than a baseline is known by. */
function readable(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return (Object.is(rounded, -0) ? 0 : rounded).toString().replace('-', '−');
}
