import type { Contribution, Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, compared, listed, measure, possible, reading, spokenFor, stateWord, titled } from '../../src/streaming/words.ts';

/** One tag's part in what is wrong with a group. */
export interface Part {
  readonly tag: Tag;
  /** ≥ 0: by how much less would be wrong if the tag were not believed either. */
  readonly drop: number;
  readonly measured: number;
  /** What the tags that are believed say of it, which may be more or less than it can be. */
  readonly expected: number;
}

export const mostContributions = 8;
const smallestShare = 0.02;
/** Half-width of the band around the expected value, in standard errors of the prediction. */
export const bandErrors = 3;

/** Values sent in a false report, or commands that nobody should have sent. */
const techniques = ['T1692.002', 'T1692.001'];

/**
 * Which tags do not go together.
 * @param error standard error of predicting the first part's tag, in its unit
 * @param suspects the fewest tags without which the row would be usual; none where only the rows before were not
 */
export function explainRelations(group: string, parts: readonly Part[], error: number, suspects: readonly Part[]): Explanation {
  const total = parts.reduce((sum, { drop }) => sum + drop, 0);
  const sorted = parts.toSorted((a, b) => b.drop - a.drop || compare(a.tag.name, b.tag.name));
  const contributions = sorted
    .map(({ tag, drop, measured, expected }): Contribution => {
      const share = total > 0 ? drop / total : 0;
      const told = { measured, expected: possible(expected, measured, tag) };
      return { tag: tag.name, share: measured < expected ? -share : share, unit: tag.unit, ...told };
    })
    .filter(({ share }, index) => index === 0 || Math.abs(share) >= smallestShare)
    .slice(0, mostContributions);
  const top = sorted[0];
  if (top === undefined)
    return { sentence: `The tags of ${group} do not go together.`, title: group, contributions, normalIf: '', techniques };
  const { tag, measured } = top;
  const expected = possible(top.expected, measured, tag);
  const others = sorted.slice(1, 3).filter(({ drop }) => drop >= 0.5 * top.drop);
  const also =
    others.length === 0
      ? ''
      : ` ${others.map((part) => called(part.tag)).join(' and ')} ${others.length === 1 ? 'does' : 'do'} not fit either.`;
  const [is] = tag.kind === 'discrete' ? [reading(measured, tag)] : compared(tag, measured, expected);
  return {
    sentence: `${called(tag)} is ${is} where the other tags of ${group} ${speak(top)}.${also}`,
    title: titled(tag, 'does not fit the others'),
    band: {
      tag: tag.name,
      unit: tag.unit,
      measured,
      low: possible(top.expected - bandErrors * error, measured, tag),
      high: possible(top.expected + bandErrors * error, measured, tag),
    },
    contributions: normalised(contributions),
    normalIf:
      suspects.length < 2
        ? `${wouldBe(top)}${isUtmost(top) ? '' : ', or the others moved with it'}`
        : `${listed(suspects.map((part, i) => wouldBe(part, i === 0 ? 'were ' : '')))}: the rest fits together without these`,
    techniques,
  };
}

/** Completes "the others …": of a state by its word, for what they say of it lies between two. */
function speak(part: Part): string {
  const { tag, measured, expected } = part;
  if (isUtmost(part)) return `are not as they usually are while it is ${reading(measured, tag)}`;
  if (tag.kind !== 'discrete') return `speak for ${compared(tag, measured, possible(expected, measured, tag))[1]}`;
  const { state, leaning } = spokenFor(expected, measured, tag);
  if (state === undefined) return `are not as they usually are while it is ${stateWord(tag, measured)}`;
  return leaning ? `speak more for ${stateWord(tag, state)} than they usually do` : `speak for ${stateWord(tag, state)}`;
}

/** Whether the others speak for more, or less, than the tag can be, and it is as much, or as little. */
const isUtmost = ({ tag, measured, expected }: Part): boolean =>
  tag.kind !== 'discrete' && expected !== measured && possible(expected, measured, tag) === measured;

/** Completes "It would be normal if …". */
function wouldBe(part: Part, verb = 'were '): string {
  const { tag, measured, expected } = part;
  if (isUtmost(part)) return othersUsual(part, verb);
  if (tag.kind !== 'discrete') return `${called(tag)} ${verb}about ${measure(possible(expected, measured, tag), tag)}`;
  const { state } = spokenFor(expected, measured, tag);
  return state === undefined ? othersUsual(part, verb) : `${called(tag)} ${verb}${stateWord(tag, state)}`;
}

/** Of what is already as the others speak for, or as near as it can be. */
const othersUsual = ({ tag, measured }: Part, verb: string): string =>
  `the others ${verb}as they usually are while ${called(tag)} is ${reading(measured, tag)}`;

/** What is left out is so small that the rest may share it. */
function normalised(contributions: readonly Contribution[]): Contribution[] {
  const sum = contributions.reduce((total, { share }) => total + Math.abs(share), 0);
  return contributions.map((contribution) => ({
    ...contribution,
    share: sum > 0 ? contribution.share / sum : contribution.share,
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
