import type { Contribution, Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, duration, measure, possible, titled } from '../../src/streaming/words.ts';
import type { Account } from './account.ts';
import { isFlow } from './roles.ts';

/** A false report: the level's own, or that of a flow. */
const techniques = ['T1692.002'];
/** The level is one reading, its flows are as good as another: which of the two is false, a balance can not tell. */
const levelShare = 0.5;

/** A flow: how much it usually moves the level, its mean over the horizon, and what that would be if it alone were wrong. */
interface Part {
  readonly tag: Tag;
  readonly weight: number;
  readonly measured: number;
  readonly expected: number;
}

/**
 * What a level did and what its flows say that it should have done.
 * @param flows in the order of the balance's terms
 */
export function explainBalance(level: Tag, flows: readonly Tag[], account: Account | undefined, periodMs: number): Explanation {
  const drawn = account?.drawn;
  if (account === undefined || drawn === undefined) return quiet(level, account);
  const { rows, furthest } = drawn.horizon;
  const { change, imbalance } = drawn;
  const measured = account.at(0);
  const asFlows = measured - imbalance;
  const within = (value: number): number => possible(value, measured, level);
  const expected = within(asFlows);
  const parts = account.balance.terms.map(({ gain, spread }, i): Part => {
    const mean = account.mean(1 + i, rows);
    return {
      tag: flows[i] ?? level,
      weight: Math.abs(gain) * spread,
      measured: mean,
      expected: mean + imbalance / (gain * rows),
    };
  });
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const own: Contribution = { tag: level.name, share: Math.sign(imbalance) * levelShare, unit: level.unit, measured, expected };
  const others = parts.flatMap(({ tag, weight, ...values }): Contribution[] => {
    const share = (Math.sign(values.measured - values.expected) * (1 - levelShare) * weight) / total;
    const told = { ...values, expected: possible(values.expected, values.measured, tag) };
    return share === 0 || !Number.isFinite(share) ? [] : [{ tag: tag.name, share, unit: tag.unit, ...told }];
  });
  const contributions = [own, ...others.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))];
  // what no flow can be would not make anything normal
  const [first] = others.length === 0 ? [] : parts.filter(canBe).toSorted((a, b) => b.weight - a.weight);
  const instead =
    first === undefined ? '' : `, or ${called(first.tag)} had been ${measure(first.expected, first.tag)} on average`;
  return {
    sentence: `${called(level)} ${moved(change, level)} in the last ${duration(rows * periodMs)}; by its flows it should have ${shouldHave(change - imbalance, level)}${unmetered(parts, imbalance)}.`,
    title: titled(level, 'does not follow its flows'),
    band: { tag: level.name, unit: level.unit, measured, low: within(asFlows - furthest), high: within(asFlows + furthest) },
    contributions: others.length === 0 ? [{ ...own, share: Math.sign(own.share) || 1 }] : contributions,
    normalIf: `${called(level)} were ${measure(expected, level)}${instead}`,
    techniques,
  };
}

/** What would have to flow without being measured, in the unit of the flow that matters most: the size of a leak. */
function unmetered(parts: readonly Part[], imbalance: number): string {
  const [main] = parts.filter(({ tag }) => isFlow(tag)).toSorted((a, b) => b.weight - a.weight);
  if (main === undefined) return '';
  const rate = measure(Math.abs(main.expected - main.measured), main.tag);
  return `, as if ${rate} ${imbalance < 0 ? 'went out' : 'came in'} that no meter tells of`;
}

const canBe = ({ tag: { range }, expected }: { readonly tag: Tag; readonly expected: number }): boolean =>
  range === undefined || (expected >= range.low && expected <= range.high);

function quiet(level: Tag, account: Account | undefined): Explanation {
  const nothing = account === undefined ? 'has no balance with its flows' : 'has not been watched long enough to be balanced';
  return {
    sentence: `${called(level)} ${nothing}.`,
    title: titled(level, 'not balanced'),
    contributions: [],
    normalIf: '',
    techniques,
  };
}

/** Whether a change shows in the figures of a display. */
const shows = (change: number, { decimals }: Tag): boolean => Math.abs(change) >= 0.5 * 10 ** -decimals;

function moved(change: number, level: Tag): string {
  if (!shows(change, level)) return 'stood still';
  return `${change < 0 ? 'fell' : 'rose'} ${measure(Math.abs(change), level)}`;
}

function shouldHave(change: number, level: Tag): string {
  if (!shows(change, level)) return 'stood still';
  return `${change < 0 ? 'fallen' : 'risen'} ${measure(Math.abs(change), level)}`;
}
