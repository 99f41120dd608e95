import type { AchievedSpan } from '../../../../src/core/monitor.ts';
import { formatNumber, formatSpan } from './format.ts';

/** Less than this is too little to speak of a rate, days: an alert in the first hour is not 24 a day. */
const leastDays = 1;
const dayMs = 86_400_000;

/** Anomalies per day over a span; NaN where thresholds have judged for less than a day of it. */
export const perDay = ({ raised, coveredDays }: Pick<AchievedSpan, 'raised' | 'coveredDays'>): number =>
  coveredDays < leastDays ? Number.NaN : raised / coveredDays;

/** What was raised in a span, as it stands beside the budget: anomalies per day, what they are made of, whether that is too many. */
export function achievedWords(span: AchievedSpan, budgetPerDay: number) {
  const { raised, unjudged, coveredDays } = span;
  return {
    over: perDay(span) > budgetPerDay,
    rate: formatNumber(perDay(span), 1),
    words:
      coveredDays === 0
        ? 'no thresholds yet'
        : `${formatNumber(raised)} in ${daysText(coveredDays)}, ${formatNumber(unjudged)} without verdict`,
  };
}

const daysText = (days: number): string => (days < leastDays ? formatSpan(days * dayMs) : `${formatNumber(days, 1)} d`);

export const spanWords = (days: number): string => (days === 1 ? 'Last day' : `Last ${days} days`);
