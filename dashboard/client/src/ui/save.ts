import { csvField } from '../../../../src/core/csv.ts';

/** Rows as CSV with CRLF line ends. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');

/** Saves a text as a file by the browser. */
export function saveText(name: string, text: string): void {
  const type = name.endsWith('.html') ? 'text/html' : 'text/csv';
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
