import { Random } from '../../core/random.ts';

/** Trivial detectors, shown beside every score. An evaluation protocol in which one of them wins is meaningless. */
export const trivialNames = ['never', 'always', 'random'] as const;

/** Alarms of trivial detectors. @param rate share of rows that `random` alarms */
export function trivialAlarms(rows: number, rate: number): Readonly<Record<(typeof trivialNames)[number], Uint8Array>> {
  const random = new Random(1);
  const drawn = Uint8Array.from({ length: rows }, () => (random.next() < rate ? 1 : 0));
  return { never: new Uint8Array(rows), always: new Uint8Array(rows).fill(1), random: drawn };
}

/** Share of rows in alarm. */
export const rateOf = (alarm: Uint8Array): number => alarm.reduce((sum, one) => sum + one, 0) / Math.max(1, alarm.length);
