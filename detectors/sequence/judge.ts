import type { States } from '../../src/streaming/states.ts';
import type { Layout } from './layout.ts';
import { firstOf, secondOf, type Standing } from './standing.ts';

/** Why a pair surprised. */
export type Cause = 'none' | 'combination' | 'order' | 'lasts';

export interface Verdict {
  readonly surprise: number;
  readonly cause: Cause;
}

const none: Verdict = { surprise: 0, cause: 'none' };
/** A combination passes by if each of its tags alone has stood for at least so many times its longest stay. */
const passingShare = 2;

/**
 * Judges how two tags stand together. A combination that never was, of two states that each tag knows, and a change that never
 * was have a surprise of ln(n + 1), the negative log of their probability by the rule of succession in n stays; a combination
 * that otherwise passes by surprises by its length in units of the longest, by its power n / (n + `trustedStays`).
 */
export function judgePair(layout: Layout, states: States, standing: Standing, pair: number, trustedStays: number): Verdict {
  const code = standing.code[pair] as number;
  if (Number.isNaN(code)) return none;
  const [a, b] = layout.slotsOf(pair);
  const [first, second] = [states.find(a, firstOf(code)), states.find(b, secondOf(code))];
  // a state that is new to one of them is for `discrete`
  if (first < 0 || second < 0) return none;
  const state = states.find(pair, code);
  if (state < 0) return { surprise: Math.log1p(Math.min(states.stays(first), states.stays(second))), cause: 'combination' };
  const from = standing.changed[pair] === 1 ? states.find(pair, standing.before[pair] as number) : -1;
  if (from >= 0 && !states.followed(pair, from, state)) return { surprise: Math.log1p(states.stays(from)), cause: 'order' };
  const longestMs = states.longestMs(state);
  const stays = states.stays(state);
  const apartMs = Math.min(states.longestMs(first), states.longestMs(second));
  if (stays === 0 || apartMs < passingShare * longestMs) return none;
  const { holdMs = 0 } = layout.items[pair] ?? {};
  const ratio = standing.stayedMs(pair) / (longestMs + holdMs);
  if (!(ratio > 0)) return none;
  return { surprise: ratio > 1 ? ratio ** (stays / (stays + trustedStays)) : ratio, cause: 'lasts' };
}
