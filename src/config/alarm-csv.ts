import { type CsvError, parse } from 'csv-parse/sync';
import { type AlarmRecord, alarmRecordLimits, type MatchedPlant } from '../core/alarm-record.ts';
import { csvField } from '../core/csv.ts';
import { ScadaError } from '../core/errors.ts';
import { schemaProblems } from './problems.ts';
import { checkLength, recordProblems } from './alarm-problems.ts';
import { alarmRecordEntry, durationText } from './alarm-schema.ts';

const lists = ['detectors', 'kinds', 'tags', 'equipment', 'areas', 'devices', 'techniques'] as const;
/** Columns in the order of the file. */
const empty = {
  id: '',
  priority: '',
  class: '',
  detectors: '',
  kinds: '',
  tags: '',
  equipment: '',
  areas: '',
  devices: '',
  techniques: '',
  direction: '',
  cause: '',
  consequence: '',
  response: '',
  respondWithin: '',
  owner: '',
  returnWhen: '',
  returnDelay: '',
};
/** Columns that a file has only if one of its records states them: earlier versions do not know them. */
const added = ['returnWhen', 'returnDelay'] as const;
type Column = keyof typeof empty;
const columns = Object.keys(empty) as Column[];

/** Most problems that one error names. */
const mostProblems = 50;

interface Row {
  /** Line at which the row begins. */
  readonly line: number;
  readonly cells: Readonly<Partial<Record<string, string>>>;
}

/**
 * Reads alarm records from CSV (RFC 4180) with a header line. Lists in a cell are separated by spaces. `file` is only used in
 * messages.
 * @throws ScadaError `config` with line and column of each problem
 */
export function parseAlarmCsv(text: string, file: string, plant: MatchedPlant): readonly AlarmRecord[] {
  checkLength(text, file);
  const rows = rowsOf(text, file);
  const problems: string[] = [];
  const add = (row: Row | undefined, column: PropertyKey | undefined, message: string): void => {
    problems.push(`${file}:${row?.line ?? 1} ${String(column ?? 'row')}: ${message}`);
  };
  if (rows.length > alarmRecordLimits.records)
    add(rows[alarmRecordLimits.records], 'id', `more than ${alarmRecordLimits.records} records`);
  const read = rows.slice(0, alarmRecordLimits.records).flatMap((row) => {
    const parsed = alarmRecordEntry.safeParse(entryOf(row.cells));
    if (parsed.success) return [{ row, record: parsed.data }];
    for (const { path, message } of schemaProblems(parsed.error)) {
      const column = path[0] === 'match' ? (path[1] ?? 'detectors') : path[0];
      add(row, column, message);
    }
    return [];
  });
  const records = read.map(({ record }) => record);
  for (const { index, keys, message } of recordProblems(records, plant)) add(read[index]?.row, keys.at(-1), message);
  if (problems.length === 0) return records;
  const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more problems`] : [];
  throw invalid([...problems.slice(0, mostProblems), ...more].join('\n'));
}

/** CSV of records that `parseAlarmCsv` reads. */
export function alarmCsv(records: readonly AlarmRecord[]): string {
  const rows = records.map(
    ({ match, respondWithinMs, returnDelayMs, ...texts }): Readonly<Record<Column, string>> => ({
      ...empty,
      ...texts,
      returnWhen: texts.returnWhen ?? '',
      returnDelay: returnDelayMs === undefined ? '' : durationText(returnDelayMs),
      priority: String(texts.priority),
      ...Object.fromEntries(lists.map((name) => [name, match[name].join(' ')])),
      direction: match.direction ?? '',
      respondWithin: durationText(respondWithinMs),
    }),
  );
  const written = columns.filter(
    (column) => !(added as readonly string[]).includes(column) || rows.some((row) => row[column] !== ''),
  );
  const lines = rows.map((row) => written.map((column) => csvField(row[column])).join(','));
  return `${[written.join(','), ...lines].join('\r\n')}\r\n`;
}

function rowsOf(text: string, file: string): readonly Row[] {
  let header: readonly string[] = [];
  let line = 1;
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record, { lines }) => {
        const begins = line;
        line = lines + 1;
        if (header.length === 0) header = headerOf(record, file);
        else rows.push({ line: begins, cells: cellsOf(header, record, `${file}:${begins}`) });
        return null;
      },
    });
  } catch (thrown) {
    if (thrown instanceof ScadaError) throw thrown;
    const { message, lines = line } = thrown as CsvError & { readonly lines?: number };
    throw invalid(`${file}:${lines} row: ${message}`);
  }
  return rows;
}

function headerOf(record: readonly string[], file: string): readonly string[] {
  const header = record.map((cell) => cell.trim());
  const unknown = header.find((name) => !(columns as readonly string[]).includes(name));
  const problem = unknown === undefined ? header.find((name, i) => header.indexOf(name) !== i) : unknown;
  if (problem !== undefined) {
    const what = unknown === undefined ? 'is given twice' : `is unknown; known: ${columns.join(', ')}`;
    throw invalid(`${file}:1 ${problem}: this column ${what}`);
  }
  return header;
}

function cellsOf(header: readonly string[], record: readonly string[], where: string): Row['cells'] {
  if (record.length > header.length) throw invalid(`${where} row: ${record.length} cells, but the header has ${header.length}`);
  return Object.fromEntries(header.map((name, i) => [name, unguarded(record[i] ?? '')]));
}

/** A cell without the apostrophe that `csvField` puts before what a spreadsheet would execute. */
const unguarded = (cell: string): string => cell.replace(/^'(?=[=+\-@＝＋－＠])/, '').replaceAll('\r\n', '\n');

/** The row as an entry of a YAML file: empty cells are absent. */
function entryOf(cells: Row['cells']): unknown {
  const stated = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell?.trim() !== ''));
  const isMatch = (name: string): boolean => name === 'direction' || (lists as readonly string[]).includes(name);
  const match = Object.entries(stated).filter(([name]) => isMatch(name));
  const rest = Object.entries(stated).filter(([name]) => !isMatch(name));
  return {
    ...Object.fromEntries(rest.map(([name, cell]) => [name, name === 'priority' ? numberOf(cell) : cell])),
    match: Object.fromEntries(match.map(([name, cell]) => [name, name === 'direction' ? cell : cell?.trim().split(/\s+/)])),
  };
}

const numberOf = (cell: string | undefined): number | string | undefined => (/^[123]$/.test(cell ?? '') ? Number(cell) : cell);

const invalid = (message: string): ScadaError =>
  new ScadaError('config', 'CONFIG_INVALID', message, { hint: 'Correct these cells and import the file again.' });
