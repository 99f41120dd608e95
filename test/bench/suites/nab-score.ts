/** Costs of one profile of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015). */
export interface Profile {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export const profiles = {
  standard: { falsePositive: 0.11, falseNegative: 1 },
  lowFalsePositives: { falsePositive: 0.22, falseNegative: 1 },
  lowFalseNegatives: { falsePositive: 0.11, falseNegative: 2 },
} as const satisfies Record<string, Profile>;

/** Rows `from`–`to`, both inside. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Hits found in windows, missed windows and false alarms of one or many files. */
export interface Tally {
  /** Sum of what the earliest hits in windows earn, each at most 1. */
  earned: number;
  missed: number;
  falseAlarms: number;
  windows: number;
}

export const noTally = (): Tally => ({ earned: 0, missed: 0, falseAlarms: 0, windows: 0 });

/** Adds one file. @param hits rows, in order */
export function tally(into: Tally, hits: readonly number[], windows: readonly Window[]): void {
  for (const { from, to } of windows) {
    const first = hits.find((row) => row >= from && row <= to);
    into.windows++;
    if (first === undefined) into.missed++;
    else into.earned += earning((first - to) / Math.max(1, to - from));
  }
  into.falseAlarms += hits.filter((row) => !windows.some(({ from, to }) => row >= from && row <= to)).length;
}

/** A hit at the start of its window (−1) earns 1, at its end (0) nothing. */
const earning = (position: number): number => sigmoid(position) / sigmoid(-1);
const sigmoid = (position: number): number => 2 / (1 + Math.exp(5 * position)) - 1;

/** 100 × (score − null) / (perfect − null). */
export function nabScore(of: Tally, { falsePositive, falseNegative }: Profile): number {
  const score = of.earned - falseNegative * of.missed - falsePositive * of.falseAlarms;
  const nothing = -falseNegative * of.windows;
  return (100 * (score - nothing)) / (of.windows - nothing);
}
