import { rateOf, trivialAlarms, trivialNames } from './trivial.ts';

/** A labelled stretch and the time of its detection, ms UTC. */
export interface JudgedStretch {
  readonly from: number;
  /** Last row. */
  readonly to: number;
  /** First row in alarm. */
  readonly alarmAt: number | undefined;
}

/** Quality of the alarms on a labelled table. */
export interface LabelledScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Labelled stretches, and how many of them contain an alarm. */
  readonly events: number;
  readonly detected: number;
  readonly stretches: readonly JudgedStretch[];
  /** Median from the start of a detected stretch to its first alarm, ms; NaN if none was detected. */
  readonly delayMs: number;
  /** Alarms outside of all labelled rows, and their number per day of unlabelled time. */
  readonly falseEpisodes: number;
  readonly falsePerDay: number;
}

const dayMs = 86_400_000;

/**
 * Scores the rows from `from` on; the rows before it were learned.
 * @param alarm 1 for each row in alarm
 * @param labels 1 for each anomalous row
 * @param times ms UTC of each row
 */
export function scoreRows(alarm: Uint8Array, labels: Uint8Array, times: readonly number[], from = 0): LabelledScore {
  const counts = { tp: 0, fp: 0, fn: 0 };
  for (let row = from; row < labels.length; row++) {
    if (alarm[row] === 1) counts[labels[row] === 1 ? 'tp' : 'fp']++;
    else if (labels[row] === 1) counts.fn++;
  }
  const events = stretches(labels, from).map(([first, last]): JudgedStretch => {
    const hit = alarm.indexOf(1, first);
    return {
      from: times[first] as number,
      to: times[last] as number,
      alarmAt: hit >= first && hit <= last ? times[hit] : undefined,
    };
  });
  const delays = events
    .flatMap(({ from: began, alarmAt }) => (alarmAt === undefined ? [] : [alarmAt - began]))
    .toSorted((a, b) => a - b);
  const falseOnes = stretches(alarm, from).filter(([first, last]) => !labels.subarray(first, last + 1).includes(1));
  const precision = counts.tp / (counts.tp + counts.fp);
  const recall = counts.tp / (counts.tp + counts.fn);
  return {
    precision,
    recall,
    f1: (2 * counts.tp) / (2 * counts.tp + counts.fp + counts.fn),
    events: events.length,
    detected: delays.length,
    stretches: events,
    delayMs: delays[delays.length >> 1] ?? Number.NaN,
    falseEpisodes: falseOnes.length,
    falsePerDay: (falseOnes.length * dayMs) / normalMs(labels, times, from),
  };
}

/** The same scores for trivial detectors; `random` alarms as often as the judged detector. */
export function scoreTrivial(
  alarm: Uint8Array,
  labels: Uint8Array,
  times: readonly number[],
  from = 0,
): Readonly<Record<(typeof trivialNames)[number], LabelledScore>> {
  const alarms = trivialAlarms(alarm.length, rateOf(alarm.subarray(from)));
  const of = (name: (typeof trivialNames)[number]): LabelledScore => scoreRows(alarms[name], labels, times, from);
  return { never: of('never'), always: of('always'), random: of('random') };
}

/** First and last row of each run of ones. */
export function stretches(flags: Uint8Array, from: number): [number, number][] {
  const found: [number, number][] = [];
  for (let row = from; row < flags.length; row++) {
    if (flags[row] !== 1) continue;
    const last = found.at(-1);
    if (last !== undefined && last[1] === row - 1) last[1] = row;
    else found.push([row, row]);
  }
  return found;
}

/** Unlabelled time, ms. Each row lasts until the next. */
function normalMs(labels: Uint8Array, times: readonly number[], from: number): number {
  let sum = 0;
  for (let row = from; row + 1 < labels.length; row++)
    if (labels[row] !== 1) sum += (times[row + 1] as number) - (times[row] as number);
  return sum;
}
