/** Characters with which a spreadsheet begins a formula, plain and full-width (OWASP, "CSV injection"). */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One CSV field by RFC 4180. A field that a spreadsheet would execute as a formula is prefixed with an apostrophe. A number keeps
 * its sign.
 */
export function csvField(text: string): string {
  const safe = formula.test(text) && Number.isNaN(Number(text.trim() === '' ? 'x' : text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
