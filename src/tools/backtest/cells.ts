/** Texts of a missing value, in lower case. */
const missing: ReadonlySet<string> = new Set(['', '-', '?', 'nan', 'na', 'n/a', '#n/a', 'null', 'none', 'inf', '-inf', '+inf']);
/** States as words. */
const states: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['on', 1],
  ['false', 0],
  ['off', 0],
]);
/** A number with a decimal comma. */
const withComma = /^[-+]?\d*,\d+(?:e[-+]?\d+)?$/i;

/**
 * The number in a cell. NaN for a missing value, undefined for any other text.
 * @param comma true if a comma is the decimal separator. If commas separate columns, a comma in a number separates thousands.
 */
export function numberOf(cell: string, comma: boolean): number | undefined {
  const value = Number(cell);
  if (Number.isFinite(value) && cell !== '') return value;
  const word = cell.toLowerCase();
  if (missing.has(word)) return Number.NaN;
  return states.get(word) ?? (comma && withComma.test(cell) ? Number(cell.replace(',', '.')) : undefined);
}

export const anomalous = ['true', 'yes', 'anomaly', 'attack', 'fault'];
const normal: ReadonlySet<string> = new Set(['', 'false', 'no', 'normal', 'benign']);

/**
 * 1 for anomalous; 0 for normal or not labelled (0, below 0, empty); undefined for other texts.
 * @param words texts that mean anomalous, if the user names them; all other texts mean normal
 */
export function labelOf(cell: string, words?: readonly string[]): 0 | 1 | undefined {
  if (words !== undefined && words.length > 0) return words.includes(cell) ? 1 : 0;
  const word = cell.toLowerCase().replaceAll(' ', '');
  if (anomalous.includes(word)) return 1;
  if (normal.has(word)) return 0;
  const value = Number(cell);
  return Number.isNaN(value) ? undefined : value > 0 ? 1 : 0;
}
