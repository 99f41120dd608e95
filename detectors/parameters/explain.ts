import type { Explanation } from '../../src/core/finding.ts';
import type { ReferenceValue } from '../../src/core/reference.ts';
import type { Tag } from '../../src/core/tag.ts';
import { calendarTime } from '../../src/detector-kit/calendar.ts';
import { compared, explainTag, reading, techniquesOfChange } from '../../src/detector-kit/words.ts';
import type { Approval, SeenWrite } from './approved.ts';

/** Largest time from a write to the poll that shows it, beside two scans of the tag, ms. */
const echoMs = 60_000;

export interface Difference {
  readonly tag: Tag;
  readonly value: number;
  /** ms UTC; NaN if the value is as approved. */
  readonly since: number;
  readonly reference: ReferenceValue | undefined;
  readonly approval: Approval;
  readonly write: SeenWrite | undefined;
}

/** Explains which value a tag has, since when, who wrote it if a tap saw it, and which value was approved by which role. */
export function explainDifference({ tag, value, since, reference, approval, write }: Difference): Explanation {
  if (reference === undefined || Number.isNaN(since)) return explainEqual(tag, value);
  const { value: approved, low = approved, high = approved } = reference;
  const [is, was, least, most] =
    tag.kind === 'discrete'
      ? [value, approved, low, high].map((one) => reading(one, tag))
      : compared(tag, value, approved, low, high);
  const span = low < high ? `, allowed ${least} to ${most}` : '';
  const isCause = write !== undefined && write.time >= since - 2 * tag.scanMs - echoMs;
  const by = isCause ? `, written by ${write.client}` : '';
  return explainTag({
    tag,
    does: `is ${is} since ${timeText(since)}${by}`,
    normal: `Reference value ${was}${span} (version ${approval.version}${approvedText(approval)})`,
    headline: 'is not its reference value',
    measured: value,
    expected: approved,
    low,
    high,
    normalIf: low < high ? `it were between ${least} and ${most}` : `it were ${was}`,
    techniques: [...techniquesOfChange(tag), ...(/alarm/i.test(tag.description) ? ['T0838'] : [])],
  });
}

const explainEqual = (tag: Tag, value: number): Explanation =>
  explainTag({
    tag,
    does: 'is as approved',
    normal: '',
    headline: 'is as approved',
    measured: value,
    expected: value,
    normalIf: '',
    techniques: [],
  });

function approvedText({ at, role }: Approval): string {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return '';
  const who = { engineer: ' by an engineer', admin: ' by an administrator', console: ' on the console' }[role] ?? '';
  return `, approved ${new Date(at).toISOString().slice(0, 10)}${who}`;
}

const timeText = (time: number): string => `${new Date(calendarTime(time)).toISOString().slice(11, 19)} UTC`;
