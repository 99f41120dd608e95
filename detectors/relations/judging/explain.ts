import type { Contribution, Explanation } from '../../../src/core/finding.ts';
import type { Tag } from '../../../src/core/tag.ts';
import {
  called,
  compared,
  impliedState,
  listed,
  longestSentence,
  measure,
  possible,
  reading,
  sentenceOf,
  stateWord,
  titled,
} from '../../../src/detector-kit/words.ts';

/** Part of one tag in a deviation of its group. */
export interface Part {
  readonly tag: Tag;
  /** ≥ 0: decrease of the surprise if the tag were excluded too. */
  readonly drop: number;
  readonly measured: number;
  /** Value implied by the trusted tags; it may lie beyond the engineering range. */
  readonly expected: number;
}

export const mostContributions = 8;
const smallestShare = 0.02;
/** Suspects whose value is named in a sentence, or one more if it is the last. */
const mostNamed = 3;
/** Half-width of the band around the expected value, in standard errors of the prediction. */
export const bandErrors = 3;

/** Falsified reports, or unauthorised commands. */
const techniques = ['T1692.002', 'T1692.001'];

/**
 * Explains the tags that do not match. @param error standard error of predicting the first part's tag, in its unit @param
 * suspects smallest set of tags without which the row is normal; empty if only earlier rows deviate
 */
export function explainRelations(group: string, parts: readonly Part[], error: number, suspects: readonly Part[]): Explanation {
  const total = parts.reduce((sum, { drop }) => sum + drop, 0);
  const sorted = parts.toSorted((a, b) => b.drop - a.drop || compare(a.tag.name, b.tag.name));
  const contributions = sorted
    .map(({ tag, drop, measured, expected }): Contribution => {
      const share = total > 0 ? drop / total : 0;
      const shown = { measured, expected: possible(expected, measured, tag) };
      return { tag: tag.name, share: measured < expected ? -share : share, unit: tag.unit, ...shown };
    })
    .filter(({ share }, index) => index === 0 || Math.abs(share) >= smallestShare)
    .slice(0, mostContributions);
  const top = sorted[0];
  if (top === undefined)
    return { sentence: `The tags of ${group} do not match.`, title: group, contributions, normalIf: '', techniques };
  const { tag, measured } = top;
  const expected = possible(top.expected, measured, tag);
  const others = sorted.slice(1, 3).filter(({ drop }) => drop >= 0.5 * top.drop);
  const also =
    others.length === 0
      ? ''
      : ` ${others.map((part) => called(part.tag)).join(' and ')} ${others.length === 1 ? 'does' : 'do'} not match either.`;
  const [value] = tag.kind === 'discrete' ? [reading(measured, tag)] : compared(tag, measured, expected);
  const plain = sentenceOf(tag, `is ${value}`, normalFor(top, group));
  return {
    sentence: `${plain}${also}`.length <= longestSentence ? `${plain}${also}` : plain,
    title: titled(tag, 'does not match the others'),
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
        : `${listed(suspectsWithValues(suspects))}: the other tags match each other`,
    techniques,
  };
}

/** The value that the other tags imply, or the statement that they are unusual if they imply no other value. No full stop. */
function normalFor(part: Part, group: string): string {
  const { tag, measured, expected } = part;
  const unusual = `The other tags of ${group} are not normal for this ${tag.kind === 'discrete' ? 'state' : 'value'}`;
  const normal = `Normal for the other tags of ${group}`;
  if (isUtmost(part)) return unusual;
  if (tag.kind !== 'discrete') return `${normal}: ${compared(tag, measured, possible(expected, measured, tag))[1]}`;
  const { state, leaning } = impliedState(expected, measured, tag);
  if (state === undefined) return unusual;
  return leaning ? `${normal}: closer to ${stateWord(tag, state)}` : `${normal}: ${stateWord(tag, state)}`;
}

/** True if the other tags imply a value beyond the engineering range and the tag is already at that end of the range. */
const isUtmost = ({ tag, measured, expected }: Part): boolean =>
  tag.kind !== 'discrete' && expected !== measured && possible(expected, measured, tag) === measured;

/** Completes "It would be normal if …". */
function wouldBe(part: Part, verb = 'were '): string {
  const { tag, measured, expected } = part;
  if (isUtmost(part)) return othersUsual(part, verb);
  if (tag.kind !== 'discrete') return `${called(tag)} ${verb}about ${measure(possible(expected, measured, tag), tag)}`;
  const { state } = impliedState(expected, measured, tag);
  return state === undefined ? othersUsual(part, verb) : `${called(tag)} ${verb}${stateWord(tag, state)}`;
}

/** Values at which each suspect would match. A few are named, so that the sentence stays short. */
function suspectsWithValues(suspects: readonly Part[]): string[] {
  const shown = suspects.length > mostNamed + 1 ? suspects.slice(0, mostNamed) : suspects;
  const values = shown.map((part, i) => wouldBe(part, i === 0 ? 'were ' : ''));
  const more = suspects.length - shown.length;
  return more === 0 ? values : [...values, `${more} more as the others imply`];
}

/** For a tag that already has the implied value, or the nearest possible one. */
const othersUsual = ({ tag, measured }: Part, verb: string): string =>
  `the others ${verb}as they usually are while ${called(tag)} is ${reading(measured, tag)}`;

/** Contributions scaled to a sum of 1: the omitted ones are small. */
function normalised(contributions: readonly Contribution[]): Contribution[] {
  const sum = contributions.reduce((total, { share }) => total + Math.abs(share), 0);
  return contributions.map((contribution) => ({
    ...contribution,
    share: sum > 0 ? contribution.share / sum : contribution.share,
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
