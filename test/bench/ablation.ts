import { episodes } from './suites/judge.ts';

/** When each detector that found something in time first did: detector to time after its beginning, in the suite's own unit. */
export type Delays = Readonly<Record<string, number>>;

/**
 * Result of one run with all detectors, for each of them. Thresholds are not refitted without a detector: the effect of its share
 * of the alarm budget on the others is unknown.
 */
export interface Credits {
  /** Name under which the result is reported; rows of one suite are added up. */
  readonly suite: string;
  /** Everything that is labelled as wrong. */
  readonly labelled: readonly { readonly what: string; readonly delays: Delays }[];
  /** Alerts in normal operation, by the detectors that contributed to each. */
  readonly falsely: readonly (readonly string[])[];
}

/** First delays of those findings that begin from `onset` on and at most `within` later. */
export function delaysOf(
  findings: Iterable<{ readonly detector: string; readonly beganAt: number }>,
  onset: number,
  within = Number.POSITIVE_INFINITY,
): Delays {
  const delays: Record<string, number> = {};
  for (const { detector, beganAt } of findings) {
    const delay = beganAt - onset;
    if (delay >= 0 && delay <= within && delay < (delays[detector] ?? Number.POSITIVE_INFINITY)) delays[detector] = delay;
  }
  return delays;
}

/** The detectors of an alert. */
export const raisersOf = ({ findings }: { readonly findings: readonly { readonly detector: string }[] }): string[] => [
  ...new Set(findings.map(({ detector }) => detector)),
];

/**
 * Of labelled rows: each run of them is something to be found, in time while it lasts, and each run of rows in alarm without any
 * label is a false alert.
 * @param open detectors with an open finding, by row
 */
export function creditsOfRows(suite: string, what: string, open: readonly (readonly string[])[], labels: Uint8Array): Credits {
  const labelled = episodes(labels).map(({ from, to }) => ({
    what: `${what} ${from}`,
    delays: delaysOf(
      open.slice(from, to).flatMap((detectors, row) => detectors.map((detector) => ({ detector, beganAt: row }))),
      0,
    ),
  }));
  const falsely = episodes(Uint8Array.from(open, ({ length }) => (length > 0 ? 1 : 0)))
    .filter(({ from, to }) => !labels.subarray(from, to).includes(1))
    .map(({ from, to }) => [...new Set(open.slice(from, to).flat())]);
  return { suite, labelled, falsely };
}

interface Tally {
  alone: number;
  first: number;
  falselyAlone: number;
}

/** Faults that a detector found alone, found first (with others of equal speed), and false alarms that it raised alone. */
export function tallyOf(credits: readonly Credits[], detector: string): Readonly<Tally> {
  const tally: Tally = { alone: 0, first: 0, falselyAlone: 0 };
  for (const { labelled, falsely } of credits) {
    for (const { delays } of labelled) {
      const own = delays[detector];
      if (own === undefined) continue;
      if (Object.keys(delays).length === 1) tally.alone++;
      if (own <= Math.min(...Object.values(delays))) tally.first++;
    }
    tally.falselyAlone += falsely.filter((raisers) => raisers.length === 1 && raisers[0] === detector).length;
  }
  return tally;
}

const nothing = '·';
const cellOf = ({ alone, first, falselyAlone }: Tally): string =>
  alone + first + falselyAlone === 0 ? nothing : `${alone} ${first} ${falselyAlone}`;

/** A line for each detector that any suite names, and a column for each suite. */
export function printedAblation(credits: readonly Credits[], detectors: readonly string[]): string {
  const suites = [...Map.groupBy(credits, ({ suite }) => suite)];
  const found = suites.map(([, of]) => {
    const labelled = of.flatMap((one) => one.labelled);
    const hit = labelled.filter(({ delays }) => Object.keys(delays).length > 0).length;
    return `${hit}:${labelled.length}, ${of.flatMap(({ falsely }) => falsely).length}`;
  });
  const lines = [
    ['', ...suites.map(([suite]) => suite)],
    ['found:labelled, false', ...found],
    ...detectors.flatMap((detector) => {
      const cells = suites.map(([, of]) => cellOf(tallyOf(of, detector)));
      return cells.every((cell) => cell === nothing) ? [] : [[detector, ...cells]];
    }),
  ];
  const widths = (lines[0] as string[]).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const idle = detectors.filter((detector) => tallyOf(credits, detector).alone === 0);
  return [
    'Each detector in these runs: what it alone found in time, what it was first at, false alerts that it alone raised.',
    ...lines.map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    ),
    `The only finder of nothing here: ${idle.join(', ') || 'none'}.`,
  ].join('\n');
}
