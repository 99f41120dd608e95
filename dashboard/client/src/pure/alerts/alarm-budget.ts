import type { AchievedSpan } from '../../../../../src/core/monitor.ts';
import { shared } from '../../text.ts';
import { formatDuration, formatFigure } from '../format.ts';

/** Shortest time for which a rate is computed, days: an alert in the first hour does not mean 24 per day. */
const leastDays = 1;
const dayMs = 86_400_000;

/** Anomalies per day over a span; NaN if thresholds were in force for less than a day of it. */
export const perDay = ({ raised, coveredDays }: Pick<AchievedSpan, 'raised' | 'coveredDays'>): number =>
  coveredDays < leastDays ? Number.NaN : raised / coveredDays;

/** Anomalies raised in a span: their rate per day, its text, and whether it exceeds the budget. */
export function achievedWords(span: AchievedSpan, budgetPerDay: number) {
  const { raised, unjudged, coveredDays } = span;
  return {
    over: perDay(span) > budgetPerDay,
    rate: formatFigure(perDay(span)),
    words:
      coveredDays === 0
        ? shared.note.budgetNoThresholds
        : shared.note.budget(raised, formatDuration(coveredDays * dayMs), unjudged),
  };
}
