import type { AchievedSpan } from '../../../../src/core/monitor.ts';

/** Less than this is too little to speak of a rate, days: an alert in the first hour is not 24 a day. */
const leastDays = 1;

/** Anomalies per day over a span; NaN where thresholds have judged for less than a day of it. */
export const perDay = ({ raised, coveredDays }: Pick<AchievedSpan, 'raised' | 'coveredDays'>): number =>
  coveredDays < leastDays ? Number.NaN : raised / coveredDays;

export const spanWords = (days: number): string => (days === 1 ? 'Last day' : `Last ${days} days`);
