/** Result of one attempt: fraction of the stated time after which the fault was detected; undefined if it was not. */
export type Outcome = number | undefined;

/** Tries some faults in one run, each with its rung. @returns the outcome of each, in order */
export type Attempt<Subject> = (attempts: readonly (readonly [subject: Subject, rung: number])[]) => readonly Outcome[];

/** What is known of the limit of one subject: the highest rung without and the lowest with a detection. */
interface Bracket {
  low: number;
  high: number;
  /** Fraction of the stated time at the lowest detected rung. */
  at: number;
  /** Rungs to the next try outwards from a guess; infinite without one. */
  stride: number;
}

export interface SearchOptions {
  /** Number of rungs, from the smallest size to the largest. */
  readonly rungs: number;
  /** Ratio of two rungs. Set for faults that grow with time: a fault detected early is tried as much smaller. */
  readonly growing?: number | undefined;
}

/**
 * The lowest detected rung of each subject, or `rungs` if none is. Subjects are tried together, each on its own rung. Equals the
 * trial of every rung wherever a larger fault is detected whenever a smaller one is.
 * @param guess likely rung of a subject, if known
 * @param below rung known to be detected, for a subject that can only improve on it
 */
export function lowestRungs<Subject>(
  subjects: readonly Subject[],
  attempt: Attempt<Subject>,
  { rungs, growing }: SearchOptions,
  guess: (subject: Subject) => number | undefined = () => undefined,
  below: (subject: Subject) => number = () => rungs,
): number[] {
  const brackets = subjects.map((subject): Bracket => ({ low: -1, high: below(subject), at: 1, stride: Infinity }));
  const isFirst = subjects.map(() => true);
  for (;;) {
    const open = brackets.flatMap((bracket, i) => (bracket.high - bracket.low > 1 ? [i] : []));
    if (open.length === 0) return brackets.map(({ high }) => high);
    const tries = open.map((i) => {
      const subject = subjects[i] as Subject;
      const known = isFirst[i] === true ? guess(subject) : undefined;
      isFirst[i] = false;
      return [subject, nextRung(brackets[i] as Bracket, known, rungs, growing)] as const;
    });
    const outcomes = attempt(tries);
    open.forEach((i, k) => {
      const bracket = brackets[i] as Bracket;
      const rung = tries[k]?.[1] as number;
      const outcome = outcomes[k];
      bracket.stride *= 2;
      if (outcome === undefined) bracket.low = rung;
      else {
        bracket.high = rung;
        bracket.at = outcome;
      }
    });
  }
}

function nextRung(bracket: Bracket, guess: number | undefined, rungs: number, growing: number | undefined): number {
  const { low, high, at, stride } = bracket;
  const between = (rung: number): number => Math.min(high - 1, Math.max(low + 1, rung));
  if (guess !== undefined) {
    bracket.stride = 0.5;
    return between(guess);
  }
  // a growing fault that was detected after a tenth of the time is likely to be detected in time at a tenth of its size
  if (growing !== undefined && at < 1) {
    bracket.at = 1;
    bracket.stride = 0.5;
    return between(high + Math.ceil(Math.log(Math.max(at, 1e-6)) / Math.log(growing)));
  }
  const middle = (low + high) >> 1;
  // outwards from what was tried, in growing strides, while the other side is open
  if (stride < rungs / 4 && high < rungs && low === -1) return between(Math.max(middle, high - stride));
  if (stride < rungs / 4 && high === rungs && low >= 0) return between(Math.min(middle, low + stride));
  return between(middle);
}
