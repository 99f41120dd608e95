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
  /** Sum of the scores of the earliest hits in windows, each at most 1. */
  earned: number;
  missed: number;
  falseAlarms: number;
  /** The same as NAB's own scorer weighs them: one soon after a window counts less than one, though never for nothing. */
  falseWeight: number;
  windows: number;
}

export const noTally = (): Tally => ({ earned: 0, missed: 0, falseAlarms: 0, falseWeight: 0, windows: 0 });

/**
 * Adds one file, by the rules of NAB's sweeper: of each window the earliest hit alone counts, each hit outside of all is false.
 * @param hits rows, in order
 */
export function tally(into: Tally, hits: readonly number[], windows: readonly Window[]): void {
  for (const { from, to } of windows) {
    const first = hits.find((row) => row >= from && row <= to);
    into.windows++;
    if (first === undefined) into.missed++;
    else into.earned += sigmoid((first - to - 1) / (to - from + 1)) / sigmoid(-1);
  }
  for (const row of hits) {
    if (windows.some(({ from, to }) => row >= from && row <= to)) continue;
    const last = windows.findLast(({ to }) => to < row);
    into.falseAlarms++;
    into.falseWeight += last === undefined ? 1 : -sigmoid((row - last.to) / Math.max(1, last.to - last.from));
  }
}

/** Score of a hit by its position: −1 is the start of a window, 0 its end, 1 a whole window later. */
const sigmoid = (position: number): number => (position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1);

/** 100 × (score − null) / (perfect − null). @param falseAlarms how many are charged, all of them in full unless given */
export function nabScore(of: Tally, { falsePositive, falseNegative }: Profile, falseAlarms = of.falseAlarms): number {
  const score = of.earned - falseNegative * of.missed - falsePositive * falseAlarms;
  const nothing = -falseNegative * of.windows;
  return (100 * (score - nothing)) / (of.windows - nothing);
}
