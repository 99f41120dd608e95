import { formatDuration } from '../../src/core/format.ts';
import type { Contribution, Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, measure, possible, sentenceOf, titled } from '../../src/detector-kit/words.ts';
import type { Account } from './account.ts';
import { isFlow } from './roles.ts';

/** Techniques that falsify the report of the level or of a flow. */
const techniques = ['T1692.002'];
/** A balance cannot decide if the level or its flows are false: each side gets half. */
const levelShare = 0.5;

/** A flow: its usual effect on the level, its mean over the horizon, and the mean that would close the balance. */
interface Part {
  readonly tag: Tag;
  readonly weight: number;
  readonly measured: number;
  readonly expected: number;
}

/**
 * Explains a level that does not match its inflow and outflow.
 * @param flows in the order of the balance's terms
 */
export function explainBalance(level: Tag, flows: readonly Tag[], account: Account | undefined, periodMs: number): Explanation {
  const drawn = account?.drawn;
  if (account === undefined || drawn === undefined) return quiet(level, account);
  const { rows, furthest } = drawn.horizon;
  const { change, imbalance, late } = drawn;
  const normal = furthest + late;
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
    const shown = { ...values, expected: possible(values.expected, values.measured, tag) };
    return share === 0 || !Number.isFinite(share) ? [] : [{ tag: tag.name, share, unit: tag.unit, ...shown }];
  });
  const contributions = [own, ...others.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))];
  // an expected value outside of the engineering range would be misleading
  const [first] = others.length === 0 ? [] : parts.filter(canBe).toSorted((a, b) => b.weight - a.weight);
  const instead =
    first === undefined ? '' : `, or ${called(first.tag)} had been ${measure(first.expected, first.tag)} on average`;
  return {
    sentence: sentenceOf(
      level,
      `${moved(change, level)} in the last ${formatDuration(rows * periodMs)}${unmetered(parts, imbalance)}`,
      `Normal for its flows: ${expectedMove(change - imbalance, level)}`,
    ),
    title: titled(level, 'does not match its flows'),
    band: { tag: level.name, unit: level.unit, measured, low: within(asFlows - normal), high: within(asFlows + normal) },
    contributions: others.length === 0 ? [{ ...own, share: Math.sign(own.share) || 1 }] : contributions,
    normalIf: `${called(level)} were ${measure(expected, level)}${instead}`,
    techniques,
  };
}

/** The size of a leak: the unmeasured flow, in the unit of the flow with the largest effect. */
function unmetered(parts: readonly Part[], imbalance: number): string {
  const [main] = parts.filter(({ tag }) => isFlow(tag)).toSorted((a, b) => b.weight - a.weight);
  if (main === undefined) return '';
  const rate = measure(Math.abs(main.expected - main.measured), main.tag);
  return `, as if ${rate} ${imbalance < 0 ? 'left' : 'entered'} without a meter`;
}

const canBe = ({ tag: { range }, expected }: { readonly tag: Tag; readonly expected: number }): boolean =>
  range === undefined || (expected >= range.low && expected <= range.high);

function quiet(level: Tag, account: Account | undefined): Explanation {
  const nothing = account === undefined ? 'has no balance with its flows' : 'has too little data for a balance';
  return {
    sentence: `${called(level)} ${nothing}.`,
    title: titled(level, 'not balanced'),
    contributions: [],
    normalIf: '',
    techniques,
  };
}

/** True if a change is visible in the decimals of the tag. */
const shows = (change: number, { decimals }: Tag): boolean => Math.abs(change) >= 0.5 * 10 ** -decimals;

function moved(change: number, level: Tag): string {
  if (!shows(change, level)) return 'did not change';
  return `${change < 0 ? 'fell' : 'rose'} by ${measure(Math.abs(change), level)}`;
}

function expectedMove(change: number, level: Tag): string {
  if (!shows(change, level)) return 'no change';
  return `a ${change < 0 ? 'fall' : 'rise'} of ${measure(Math.abs(change), level)}`;
}
