import { csvField } from '../../../../src/core/csv.ts';

/** Rows as CSV with CRLF line ends. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');

/** Saves a text as a file by the browser. */
export const saveText = (name: string, text: string): void =>
  saveBlob(name, new Blob([text], { type: types[name.split('.').at(-1) ?? ''] ?? 'text/csv' }));

const types: Readonly<Record<string, string>> = { html: 'text/html', json: 'application/json' };

/** Saves a file by the browser. */
export function saveBlob(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** SHA-256 of a file in hexadecimal digits. */
export async function sha256Of(content: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
