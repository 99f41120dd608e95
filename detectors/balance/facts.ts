import type { Tag } from '../../src/core/tag.ts';
import type { Figure, BaselineLine } from '../../src/detector-kit/facts.ts';
import { called } from '../../src/detector-kit/words.ts';
import type { Balance } from './schema.ts';

const hourMs = 3_600_000;

/** A balance, and the time between its rows. */
export interface Paced {
  readonly balance: Balance;
  readonly periodMs: number;
  /** Replaces a number of the balance. */
  readonly amend: (change: (before: Balance) => Balance) => void;
}

/**
 * Balances of a level, by rows and by means, as one entry. It contains the effect of each flow on the level per hour, the
 * unmeasured flow, the explained share of the level's changes, and the largest imbalance over each horizon. A person may edit the
 * unmeasured flow and the largest imbalances, for example for the accuracy of the instruments. @param paced the first one gives
 * the text of the flows @param flows in the order of its terms
 */
export function balanceLine(paced: readonly [Paced, ...Paced[]], level: Tag, flows: readonly Tag[]): BaselineLine {
  const [{ balance, periodMs }] = paced;
  const perHour = (gain: number): string => {
    const moved = (Math.abs(gain) * hourMs) / periodMs;
    return `${gain < 0 ? '−' : '+'}${Number(moved.toPrecision(3))}${level.unit === '' ? '' : ` ${level.unit}`}/h`;
  };
  const all = balance.terms.map(
    ({ gain }, i) => `${perHour(gain)} per ${flows[i]?.unit || 'unit'} of ${called(flows[i] ?? level)}`,
  );
  const unmeasured = (balance.constant * hourMs) / periodMs;
  const whole: Figure = {
    read: () => unmeasured,
    // each pace has its own learned value; an edited one applies to both
    write: (_, value) =>
      paced.forEach((one) =>
        one.amend((before) => ({ ...before, constant: before.constant + ((value - unmeasured) * one.periodMs) / hourMs })),
      ),
  };
  const explained = Math.max(...paced.flatMap((one) => one.balance.horizons.map((horizon) => horizon.explained)));
  return {
    name: '',
    unit: level.unit,
    figures: { 'unmeasured per hour': whole, ...Object.fromEntries(paced.flatMap(furthestOf)) },
    words: { by: all.join('; '), explained: `${Math.round(100 * explained)} %` },
  };
}

function furthestOf({ balance: { horizons, meanOf }, periodMs, amend }: Paced): [string, Figure][] {
  return horizons.map(({ rows, furthest }) => [
    `furthest${meanOf === 1 ? '' : ' of means'} over ${horizonName(rows * periodMs)}`,
    {
      read: () => furthest,
      write: (_, value) =>
        amend((before) => ({
          ...before,
          horizons: before.horizons.map((one) => (one.rows === rows ? { ...one, furthest: value } : one)),
        })),
      above: 0,
    },
  ]);
}

/** Name of a horizon. Reviews store it as part of a figure's name, so that its format must never change. */
function horizonName(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (seconds < 100) return `${seconds} s`;
  const whole = Math.round(seconds / 60);
  if (whole < 100) return `${whole} min`;
  const wholeHours = Math.round(whole / 60);
  if (wholeHours >= 48) return `${Math.round(wholeHours / 24)} d`;
  if (wholeHours >= 10 || whole % 60 === 0) return `${wholeHours} h`;
  return `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
