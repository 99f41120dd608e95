import { Random } from '../../../src/core/random.ts';
import type { Judgement } from './judge.ts';

/** What stands beside every score: a protocol that one of these wins says nothing. */
export function trivial(rows: number, rate: number): Readonly<Record<'never' | 'always' | 'random', Judgement>> {
  const random = new Random(1);
  const drawn = Uint8Array.from({ length: rows }, () => (random.next() < rate ? 1 : 0));
  const of = (alarm: Uint8Array): Judgement => ({ alarm, score: Float64Array.from(alarm) });
  return { never: of(new Uint8Array(rows)), always: of(new Uint8Array(rows).fill(1)), random: of(drawn) };
}

export const rateOf = (alarm: Uint8Array): number => alarm.reduce((sum, one) => sum + one, 0) / Math.max(1, alarm.length);
