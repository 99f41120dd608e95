import { rateOf, trivialAlarms, type trivialNames } from '../../../src/tools/backtest/trivial.ts';
import type { Judgement } from './judge.ts';

export { rateOf };

export type TrivialName = (typeof trivialNames)[number];

/** Baselines of every score: a protocol that one of these wins is not informative. */
export function trivial(rows: number, rate: number): Readonly<Record<TrivialName, Judgement>> {
  const { never, always, random } = trivialAlarms(rows, rate);
  const of = (alarm: Uint8Array): Judgement => ({ alarm, score: Float64Array.from(alarm) });
  return { never: of(never), always: of(always), random: of(random) };
}
