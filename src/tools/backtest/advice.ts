import { sharedRows } from './copies.ts';
import { usualPeriod } from './stream.ts';
import type { Table } from './table.ts';
import { columnOf } from './table-builder.ts';
import { formatDuration } from '../../core/format.ts';

/** Inputs and options of a backtest of files. */
export interface BacktestInput {
  readonly input: Table;
  readonly calibrate: readonly Table[];
  readonly calibrateRows: number;
  readonly ignore: readonly string[];
}

/** Usual names of label columns in published data sets. */
const likeLabels = /label|anomal|attack|att_flag|change_?point|ground_?truth/i;
/** Share of rows with the time of the previous row from which times are coarser than rows. */
const mostEqual = 0.2;
/** Above this share of labelled rows, the labels probably mark normal rows. */
const mostAnomalous = 0.5;
/** Ratio of two row periods from which the files do not have the same period. */
const otherPeriod = 1.5;
/** Common rows below this share and this number may be coincidence. */
const chance = { share: 0.05, rows: 10 } as const;

/**
 * Warnings about valid input that may not be what the user intended, one per line. A result for the wrong input looks like any
 * other result.
 */
export function adviceOf({ input, calibrate, calibrateRows, ignore }: BacktestInput): string[] {
  const tables = [input, ...calibrate];
  const rows = input.rows.length;
  const nowhere = ignore.filter((name) => tables.every(({ file }) => columnOf(file?.header ?? [], name) < 0));
  const labels = input.columns.filter((name) => likeLabels.test(name));
  const taught = [...calibrate.map((table) => table.labels), input.labels?.subarray(0, calibrateRows)];
  const anomalous = taught.reduce((sum, own) => sum + anomalousIn(own), 0);
  return [
    ...nowhere.map((name) => `--ignore ${name}: unknown column.`),
    ...labels.map((name) => `The column ${name} is judged as a tag. If it marks anomalies, name it with --labels or --ignore.`),
    ...tables.flatMap(clockAdvice),
    ...calibrate.flatMap((normal) => [
      ...decimalsAdvice(input, normal),
      ...timeAdvice(input, normal),
      ...sharedAdvice(input, normal),
    ]),
    ...labelAdvice(input, calibrateRows),
    ...(anomalous === 0
      ? []
      : [
          `${anomalous} of the rows that are learned as normal are labelled anomalous: their anomalies count as normal. Remove these rows, or name other ones.`,
        ]),
    ...(calibrateRows < rows ? [] : [`All ${rows} rows are learned as normal by --calibrate-rows: none is left to judge.`]),
  ];
}

const anomalousIn = (labels: Uint8Array | undefined): number => labels?.reduce((sum, label) => sum + label, 0) ?? 0;

/** Warns of labels that may be inverted. Scores alone do not show this. */
function labelAdvice({ name, labels, file }: Table, calibrateRows: number): string[] {
  if (labels === undefined) return [];
  const judged = labels.subarray(calibrateRows);
  const anomalous = anomalousIn(judged);
  const unlabelled = file?.unlabelled ?? 0;
  const most = `${name}: ${anomalous} of ${judged.length} rows are labelled anomalous; --anomalous names the cells that mean it, if those are the normal ones.`;
  const none = `${name}: no row that is judged is labelled anomalous; --anomalous names the cells that mean it.`;
  return [
    ...(anomalous > mostAnomalous * judged.length ? [most] : []),
    ...(anomalous === 0 && judged.length > 0 ? [none] : []),
    ...(unlabelled > 0 ? [`${name}: ${unlabelled} rows have no label and count as normal.`] : []),
  ];
}

/** Warns of normal operation with another period or time zone than the input. */
function timeAdvice(input: Table, normal: Table): string[] {
  const [own, other] = [usualPeriod([input]), usualPeriod([normal])];
  const differ = own !== undefined && other !== undefined && Math.max(own, other) > otherPeriod * Math.min(own, other);
  const [first, last] = [input.times[0], normal.times.at(-1)];
  const isLater = input.file?.timed === true && first !== undefined && last !== undefined && last >= first;
  const zoned = [input.file?.zoned, normal.file?.zoned];
  return [
    ...(differ
      ? [
          `${normal.name} has one row every ${formatDuration(other)}, ${input.name} one every ${formatDuration(own)}. Changes between rows cannot be compared.`,
        ]
      : []),
    ...(isLater
      ? [`${normal.name} goes on after ${input.name} begins: it is learned as if it had come before, moved back by whole weeks.`]
      : []),
    ...(zoned.includes(true) && zoned.includes(false)
      ? [
          `Of ${normal.name} and ${input.name} only one names a time zone: times without one are UTC, and hours of the day may not agree.`,
        ]
      : []),
  ];
}

/** Warns of judged rows that were also learned: they cannot raise findings. */
function sharedAdvice(input: Table, normal: Table): string[] {
  if (input.columns.some((name) => !normal.columns.includes(name))) return [];
  const { shared, of } = sharedRows(input, normal);
  if (shared < Math.max(chance.rows, chance.share * of)) return [];
  return [
    `${shared} of ${of} rows of ${input.name} that were checked are also in ${normal.name}. Learned rows cannot be judged; remove them from one of the two.`,
  ];
}

function clockAdvice({ name, file, rows }: Table): string[] {
  if (file === undefined) return [];
  const { back, equal } = file;
  const older = `${name}: ${back} of ${rows.length} rows are older than the one before and are taken as coming after it; sort them if they do not.`;
  const coarse = `${name}: ${equal} of ${rows.length} rows have the time of the one before; --ignore the time and give the --period between rows if times are coarser than rows.`;
  return [...(back > 0 ? [older] : []), ...(equal > mostEqual * rows.length ? [coarse] : [])];
}

/** Rows that are checked for the decimals of their values. */
const looked = 1_000;
/** Difference in decimals that counts as another resolution. */
const manyDecimals = 2;

/** Warns of different rounding. Rounding errors are small, but closely related tags reveal them as a change. */
function decimalsAdvice(input: Table, normal: Table): string[] {
  const finer = input.columns.filter((name) => {
    const own = decimalsOf(input, name);
    return own > 0 && decimalsOf(normal, name) >= own + manyDecimals;
  });
  if (finer.length === 0) return [];
  const names = `${finer.slice(0, 3).join(', ')}${finer.length > 3 ? ` and ${finer.length - 3} more` : ''}`;
  return [
    `${normal.name}: ${names}: more decimals than in ${input.name}; round both alike, or all that is judged differs from normal operation.`,
  ];
}

/** Most decimals of any value of a column. */
function decimalsOf({ columns, rows }: Table, name: string): number {
  const column = columns.indexOf(name);
  return Math.max(0, ...rows.slice(0, looked).map((row) => (String(row[column]).split('.')[1] ?? '').length));
}
