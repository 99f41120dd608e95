import { labelOf } from './cells.ts';
import { type Reading, recordsOf } from './records.ts';
import type { Table, TableOptions } from './table.ts';
import { columnOf, noLabel, timeColumnsOf } from './table-builder.ts';
import { invalid } from './text.ts';
import { RowTimes, TimeReader } from './time.ts';

/**
 * Adds the labels of a separate file to a table, one row for each row of the table's file. If both files have times, these must
 * be equal: labels that are shifted by one row would be scored like any others.
 * @param options options with which the table was read; `labels` names the column. The labels' file begins with its header
 * @throws ScadaError INPUT_INVALID with the line that does not match
 */
export async function withLabelsOf(path: string, table: Table, options: TableOptions, reading: Reading = {}): Promise<Table> {
  const { labels: name = '', anomalous, every = 1, timeFormat } = options;
  const labels: number[] = [];
  const times = new RowTimes();
  const reader = new TimeReader(timeFormat);
  let [column, row, unlabelled] = [-1, 0, 0];
  let timeColumns: readonly number[] | undefined;
  for await (const { cells, line } of recordsOf(path, 0, reading)) {
    if (timeColumns === undefined) {
      column = columnOf(cells, name);
      if (column < 0)
        throw invalid(path, `line ${line}: there is no column ${name} for the labels`, {
          hint: `--labels names one of its columns: ${cells.join(', ')}`,
        });
      timeColumns = table.file?.timed === true ? timeColumnsOf(cells, options) : [];
      continue;
    }
    if (row++ % every !== 0) continue;
    const cell = cells[column] ?? '';
    const label = labelOf(cell, anomalous);
    if (label === undefined) throw noLabel(path, `line ${line}, column ${column + 1} (${name})`, cell);
    if (cell === '') unlabelled++;
    const index = labels.push(label) - 1;
    if (timeColumns.length === 0) continue;
    const text = timeColumns.map((each) => cells[each]).join(' ');
    times.add(reader.read(text));
    if (index < table.times.length && times.times[index] !== table.times[index])
      throw invalid(path, `line ${line}: it is of ${text}, and row ${row} of ${table.name} is of another time`, {
        hint: 'labels and rows must be in the same order, one each; if the time column of the labels means another time, remove it',
      });
  }
  if (labels.length !== table.times.length)
    throw invalid(path, `it labels ${labels.length} rows, and ${table.name} has ${table.times.length}`, {
      hint: 'it needs one header line and then a row for each row that is judged, in the same order',
    });
  return {
    ...table,
    labels: Uint8Array.from(labels),
    ...(table.file === undefined ? {} : { file: { ...table.file, unlabelled } }),
  };
}
