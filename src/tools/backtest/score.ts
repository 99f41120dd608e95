import { rateOf, trivialAlarms, trivialNames } from './trivial.ts';

/** A labelled stretch and when it was noticed, ms UTC. */
export interface JudgedStretch {
  readonly from: number;
  /** Its last row. */
  readonly to: number;
  /** The first row of it in alarm. */
  readonly alarmAt: number | undefined;
}

/** How well the rows of a labelled table were judged. */
export interface LabelledScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Labelled stretches, and how many of them had an alarm in them. */
  readonly events: number;
  readonly detected: number;
  readonly stretches: readonly JudgedStretch[];
  /** Median from the start of a detected stretch to its first alarm, ms; NaN if none was detected. */
  readonly delayMs: number;
  /** Alarms that touch no labelled row, and how many a day of unlabelled time. */
  readonly falseEpisodes: number;
  readonly falsePerDay: number;
}

const dayMs = 86_400_000;

/**
 * Scores the rows from `from` on, those before it having taught.
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

/** The same score of detectors that do not look; `random` alarms as often as the judged one does. */
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

/** Time that is not labelled, ms: each row lasts until the next. */
function normalMs(labels: Uint8Array, times: readonly number[], from: number): number {
  let sum = 0;
  for (let row = from; row + 1 < labels.length; row++)
    if (labels[row] !== 1) sum += (times[row + 1] as number) - (times[row] as number);
  return sum;
}
