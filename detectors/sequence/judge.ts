import type { Tag } from '../../src/core/tag.ts';
import { surpriseOfNew } from '../../src/detector-kit/grade.ts';
import { isPosition } from '../../src/detector-kit/position.ts';
import type { States } from '../../src/detector-kit/states.ts';
import type { Layout } from './layout.ts';
import { firstOf, secondOf, type ItemStates } from './item-states.ts';

/** Cause of the surprise of a pair. */
export type Cause = 'none' | 'combination' | 'order' | 'lasts';

export interface Verdict {
  readonly surprise: number;
  readonly cause: Cause;
}

const none: Verdict = { surprise: 0, cause: 'none' };
/** A combination is short-lived if each of its tags alone has lasted at least this multiple of the combination's longest stay. */
const passingShare = 2;
/**
 * Combinations shorter than this number of holds are sometimes missed: each of their ends is read up to a scan late, and they
 * count only after one more scan.
 */
const surelySeenHolds = 3;

/**
 * Judges the combination of two tags. A new combination of two known states, and a new change, have the surprise of a new result
 * after n stays (`surpriseOfNew`). They count as known if polling may have missed or inserted a step between. So does a change with a known
 * step between that was only shorter than usual. A normally short
 * combination has the ratio of its length to the longest one, to the power n / (n + `trustedStays`) for n stays about as long. A position may rest anywhere, together with
 * any other state: its pairs have no surprise.
 */
export function judgePair(layout: Layout, states: States, current: ItemStates, pair: number, trustedStays: number): Verdict {
  const verdict = judgeStates(layout, states, current, pair, trustedStays);
  if (verdict.surprise === 0) return verdict;
  const tags = layout.pairOf(pair);
  return layout.slotsOf(pair).some((slot, i) => isPosition(states, slot, tags[i] as Tag)) ? none : verdict;
}

function judgeStates(layout: Layout, states: States, current: ItemStates, pair: number, trustedStays: number): Verdict {
  const code = current.code[pair] as number;
  if (Number.isNaN(code)) return none;
  const [a, b] = layout.slotsOf(pair);
  const [first, second] = [states.find(a, firstOf(code)), states.find(b, secondOf(code))];
  // `discrete` judges a state that is new for one of them
  if (first < 0 || second < 0) return none;
  const state = states.find(pair, code);
  const { holdMs = 0 } = layout.items[pair] ?? {};
  const surelySeenMs = surelySeenHolds * holdMs;
  const before = current.before[pair] as number;
  const from = state < 0 || current.changed[pair] === 1 ? states.find(pair, before) : -1;
  if (state < 0) {
    const isSure = current.stayedMs(pair) >= surelySeenMs;
    if (!isSure && from >= 0 && states.followers(pair, from).some((to) => isBetween(code, before, to))) return none;
    const surprise = surpriseOfCombination(states, pair, [first, second], code);
    return { surprise: Math.min(surprise, expectedByChance(states, [a, b], [first, second])), cause: 'combination' };
  }
  const leads = (a: number, b: number): boolean => states.ledTo(pair, a, b, surelySeenMs);
  const step = from < 0 ? -1 : states.find(pair, current.passed[pair] as number);
  const isInOrder = from < 0 || leads(from, state) || (step >= 0 && leads(from, step) && leads(step, state));
  if (!isInOrder && !(current.delayMs > 0 && isReadApart(states, current, pair, from)))
    return { surprise: states.surpriseOfNew(from), cause: 'order' };
  const longestMs = states.longestMs(state);
  const stays = states.staysNearLongest(state);
  const apartMs = Math.min(states.longestMs(first), states.longestMs(second));
  if (stays === 0 || apartMs < passingShare * longestMs) return none;
  const ratio = current.stayedMs(pair) / (longestMs + holdMs + current.delayMs);
  if (!(ratio > 0)) return none;
  return { surprise: ratio > 1 ? ratio ** (stays / (stays + trustedStays)) : ratio, cause: 'lasts' };
}

/**
 * True for one of the two steps of a known change of both tags. In a lab above 1× the second tag may be read scan periods of plant time after the
 * first, if the machine is busy.
 */
function isReadApart(states: States, current: ItemStates, pair: number, from: number): boolean {
  const [code, before, earlier] = [current.code[pair] as number, current.before[pair] as number, current.earlier[pair] as number];
  if (states.followers(pair, from).some((to) => isBetween(code, before, to))) return true;
  const first = states.find(pair, earlier);
  return first >= 0 && states.followers(pair, first).includes(code) && isBetween(before, earlier, code);
}

/** True for a combination in which one tag has changed and the other has not, within a change of both. */
function isBetween(code: number, from: number, to: number): boolean {
  const [a, b] = [firstOf(code), secondOf(code)];
  const changesBoth = firstOf(from) !== firstOf(to) && secondOf(from) !== secondOf(to);
  const isOneAhead = (a === firstOf(to) && b === secondOf(from)) || (a === firstOf(from) && b === secondOf(to));
  return changesBoth && isOneAhead;
}

/**
 * Surprise of a combination, the lesser of those of the two tags: the stays of a tag in its state are the trials, and the
 * combinations that occurred once are the singular results.
 */
function surpriseOfCombination(states: States, pair: number, alone: readonly [number, number], code: number): number {
  const singular = states.values(pair).filter((known) => states.stays(states.find(pair, known)) <= 1);
  const once = [firstOf, secondOf].map((part) => singular.filter((known) => part(known) === part(code)).length);
  return Math.min(...alone.map((state, i) => surpriseOfNew(states.stays(state), once[i] as number)));
}

/**
 * Number of learned stays in which two independent tags would have had both states: the stays of each one that begin while the other
 * tag is in its state. By chance, none has occurred with the probability exp(−number). The absence of a combination of two rare states says nothing.
 */
function expectedByChance(states: States, [a, b]: readonly [number, number], [first, second]: readonly [number, number]): number {
  const number = states.stays(first) * states.share(b, second) + states.stays(second) * states.share(a, first);
  return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
}
