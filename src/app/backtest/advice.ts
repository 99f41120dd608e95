import { columnOf, type Table } from './table.ts';

/** What was asked of a back-test of files. */
export interface Asked {
  readonly input: Table;
  readonly calibrate: readonly Table[];
  readonly calibrateRows: number;
  readonly ignore: readonly string[];
}

/** Names of columns that say what is anomalous, as published data sets call them. */
const likeLabels = /label|anomal|attack|att_flag|change_?point|ground_?truth/i;
/** Share of rows with the time of the row before from which times are coarser than rows. */
const mostEqual = 0.2;

/** What may not be as the user thinks though it can be judged, a line each: an answer to another question looks like any other. */
export function adviceOf({ input, calibrate, calibrateRows, ignore }: Asked): string[] {
  const tables = [input, ...calibrate];
  const rows = input.rows.length;
  const nowhere = ignore.filter((name) => tables.every(({ file }) => columnOf(file?.header ?? [], name) < 0));
  const labels = input.columns.filter((name) => likeLabels.test(name));
  const taught = [
    ...calibrate.flatMap((table) => [...(table.labels ?? [])]),
    ...(input.labels?.subarray(0, calibrateRows) ?? []),
  ];
  const anomalous = taught.filter((label) => label === 1).length;
  return [
    ...nowhere.map((name) => `--ignore ${name}: there is no such column.`),
    ...labels.map((name) => `The column ${name} is judged as a tag; --labels or --ignore names it if it says what is anomalous.`),
    ...tables.flatMap(clockAdvice),
    ...calibrate.flatMap((normal) => decimalsAdvice(input, normal)),
    ...(anomalous === 0 ? [] : [`${anomalous} of the rows that are learned as normal are labelled anomalous.`]),
    ...(calibrateRows < rows ? [] : [`All ${rows} rows are learned as normal by --calibrate-rows: none is left to judge.`]),
  ];
}

function clockAdvice({ name, file, rows }: Table): string[] {
  if (file === undefined) return [];
  const { back, equal } = file;
  const older = `${name}: ${back} of ${rows.length} rows are older than the one before and are taken as coming after it; sort them if they do not.`;
  const coarse = `${name}: ${equal} of ${rows.length} rows have the time of the one before; --ignore the time and give the --period between rows if times are coarser than rows.`;
  return [...(back > 0 ? [older] : []), ...(equal > mostEqual * rows.length ? [coarse] : [])];
}

/** Rows that are looked at for how finely their values are written. */
const looked = 1_000;
/** So many decimals more are another way of writing. */
const manyDecimals = 2;

/** What rounding takes away is small, but tags that follow each other closely tell it from normal running. */
function decimalsAdvice(input: Table, normal: Table): string[] {
  const finer = input.columns.filter((name) => {
    const own = decimalsOf(input, name);
    return own > 0 && decimalsOf(normal, name) >= own + manyDecimals;
  });
  if (finer.length === 0) return [];
  const names = `${finer.slice(0, 3).join(', ')}${finer.length > 3 ? ` and ${finer.length - 3} more` : ''}`;
  return [
    `${normal.name}: ${names}: more decimals than in ${input.name}; round both alike, or all that is judged differs from normal running.`,
  ];
}

/** The most decimals that a column's values are written with. */
function decimalsOf({ columns, rows }: Table, name: string): number {
  const column = columns.indexOf(name);
  return Math.max(0, ...rows.slice(0, looked).map((row) => (String(row[column]).split('.')[1] ?? '').length));
}
