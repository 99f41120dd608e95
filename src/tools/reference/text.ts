import type { ReferenceLine, ReferenceSet, ReferenceValue } from '../../core/reference.ts';
import { valueCount } from '../../core/reference-changes.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { reading } from '../../detector-kit/words.ts';

/** Heading of a reference set, e.g. `Reference set version 3 of 2026-11-29 10:00 UTC by role engineer: 41 values. Reason: pump replaced`. */
export const headingText = ({ version, at, by, reason, values }: ReferenceSet): string =>
  `Reference set version ${version} of ${timeText(at)} by role ${by.role}: ${valueCount(values)}. Reason: ${reason}`;

/** The comparison as lines of text: each value that differs, then what cannot be compared, then the rest as a number. */
export function linesText(lines: readonly ReferenceLine[], tags: TagTable): readonly string[] {
  const of = (state: ReferenceLine['state']): readonly ReferenceLine[] => lines.filter((line) => line.state === state);
  const named = (some: readonly ReferenceLine[], text: string): string[] =>
    some.length === 0 ? [] : [`${text}: ${some.map(({ tag }) => tag).join(', ')}`];
  return [
    ...of('differs').map((line) => differenceText(line, tags)),
    ...named(of('not-configured'), 'No set-point or parameter of the configuration any more'),
    ...named(of('no-value'), 'Without a value'),
    ...named(of('not-referenced'), 'Without a reference value'),
    `${of('equal').length} as approved, ${of('differs').length} different`,
  ];
}

/** A value of a new reference set, e.g. `CL.SP 1.00 mg/L, allowed 0.80 mg/L to 1.20 mg/L`. */
export function valueText({ tag: name, value, low, high }: ReferenceValue, tags: TagTable): string {
  const tag = tags.tags[tags.indexOf(name) ?? -1];
  const span = low === undefined || high === undefined ? '' : `, allowed ${shown(low, tag)} to ${shown(high, tag)}`;
  return `${name} ${shown(value, tag)}${span}`;
}

function differenceText({ tag: name, reference, present, since, write }: ReferenceLine, tags: TagTable): string {
  const tag = tags.tags[tags.indexOf(name) ?? -1];
  const is = present === undefined ? 'unknown' : shown(present, tag);
  const expected = reference === undefined ? '' : `, reference ${valueText(reference, tags).slice(name.length + 1)}`;
  const begun = since === undefined ? '' : `, since ${timeText(since)}`;
  const by = write === undefined ? '' : `, written by ${write.client} at ${timeText(write.at)}`;
  return `${name} is ${is}${expected}${begun}${by}`;
}

/** A value that its decimals would hide is shown as it is. */
function shown(value: number, tag: Tag | undefined): string {
  if (tag === undefined) return String(value);
  const text = reading(value, tag);
  return text.startsWith('0') && Number.parseFloat(text) === 0 && value !== 0 ? String(value) : text;
}

const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
