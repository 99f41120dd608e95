/** What stands for a value that was not measured, in lower case. */
const missing: ReadonlySet<string> = new Set(['', '-', '?', 'nan', 'na', 'n/a', '#n/a', 'null', 'none', 'inf', '-inf', '+inf']);
/** States that are written as words. */
const states: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['on', 1],
  ['false', 0],
  ['off', 0],
]);
/** A number with a decimal comma. */
const withComma = /^[-+]?\d*,\d+(?:e[-+]?\d+)?$/i;

/**
 * The number in a cell: NaN where it says that there is none, undefined where it says something else.
 * @param comma whether a comma is a decimal one; where it separates columns, it may be one of thousands
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
 * 1 for anomalous, 0 for normal or not labelled (0, below 0, empty), undefined for what is neither.
 * @param words what means anomalous, where the user says it; all else is normal then
 */
export function labelOf(cell: string, words?: readonly string[]): 0 | 1 | undefined {
  if (words !== undefined && words.length > 0) return words.includes(cell) ? 1 : 0;
  const word = cell.toLowerCase().replaceAll(' ', '');
  if (anomalous.includes(word)) return 1;
  if (normal.has(word)) return 0;
  const value = Number(cell);
  return Number.isNaN(value) ? undefined : value > 0 ? 1 : 0;
}
