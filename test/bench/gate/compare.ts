import type { BenchOutcome } from '../report.ts';
import { figure } from '../report.ts';
import type { GateScenario } from './scenario.ts';

/** A stored figure: null where nothing was detected. When and on what machine it came about. */
export interface Accepted {
  readonly value: number | null;
  readonly date: string;
  readonly machine: string;
}

/** By scenario id. */
export type Reference = Readonly<Record<string, Accepted>>;

export interface Comparison {
  readonly id: string;
  readonly value: number;
  readonly stored: number | undefined;
  /** Required figure, and true if it is reached; absent if there is none. */
  readonly bar?: { readonly at: number; readonly held: boolean };
  /** `skipped`: its data are not here; `missing`: the bench ran and has no such row. */
  readonly verdict: 'same' | 'better' | 'worse' | 'new' | 'missing' | 'skipped';
}

/** Results of the benches that ran, by scenario, against the stored figures. */
export function compare(
  scenarios: readonly GateScenario[],
  reference: Reference,
  outcomes: Readonly<Record<string, BenchOutcome>>,
): Comparison[] {
  return scenarios.flatMap((scenario): Comparison[] => {
    const outcome = outcomes[scenario.bench];
    // a bench that failed is told as that
    if (outcome === undefined || outcome.failed !== undefined) return [];
    const { id, bar, better } = scenario;
    const accepted = reference[id];
    const stored = accepted === undefined ? undefined : (accepted.value ?? Number.NaN);
    const row = outcome.rows.find(({ name }) => name === scenario.row);
    if (row !== undefined) {
      const { value } = row;
      const verdict = verdictOf(scenario, value, stored);
      if (bar === undefined) return [{ id, value, stored, verdict }];
      return [{ id, value, stored, verdict, bar: { at: bar, held: better === 'lower' ? value <= bar : value >= bar } }];
    }
    const skipped = outcome.rows.length === 1 && outcome.rows[0]?.name === scenario.bench;
    return [{ id, value: Number.NaN, stored, verdict: skipped ? 'skipped' : 'missing' }];
  });
}

/** Worse by more than the tolerance, or gone. */
export const isRegression = ({ verdict }: Comparison): boolean => verdict === 'worse' || verdict === 'missing';

function verdictOf(
  { better, tolerance }: GateScenario,
  value: number,
  stored: number | undefined,
): 'same' | 'better' | 'worse' | 'new' {
  if (stored === undefined) return 'new';
  // an attack that was not detected counts as an infinite delay
  const loss = (figureOf: number): number => {
    if (Number.isNaN(figureOf)) return Number.MAX_VALUE;
    return better === 'higher' ? -figureOf : figureOf;
  };
  const change = loss(value) - loss(stored);
  if (change > tolerance + 1e-9) return 'worse';
  return change < -tolerance - 1e-9 ? 'better' : 'same';
}

/** The stored figures with those of this run in their place. */
export function accept(reference: Reference, comparisons: readonly Comparison[], date: string, machine: string): Reference {
  const fresh = comparisons
    .filter(({ verdict }) => verdict !== 'missing' && verdict !== 'skipped')
    .map(({ id, value }): [string, Accepted] => [id, { value: Number.isNaN(value) ? null : value, date, machine }]);
  const all = { ...reference, ...Object.fromEntries(fresh) };
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line a scenario. */
export function printedComparison(comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ id }) => id.length));
  return comparisons
    .map(({ id, value, stored, verdict, bar }) => {
      const was = stored === undefined ? '' : `, stored ${figure(stored)}`;
      const told = bar === undefined ? '' : `; the bar of ${figure(bar.at)} is ${bar.held ? 'held' : 'MISSED'}`;
      return `${id.padEnd(width)}  ${verdict === 'worse' ? 'WORSE' : verdict}: ${figure(value)}${was}${told}`;
    })
    .join('\n');
}
