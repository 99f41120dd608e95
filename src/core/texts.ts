/** Characters that begin another line for one reader or another, that are not shown, or that turn the order of a text. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** A text as one line: each run of control characters is a space. Halves of characters are replaced. */
export const oneLine = (text: string): string => text.toWellFormed().replaceAll(control, ' ');

/** The value with each text in it replaced, at any depth. Keys stay. */
export function mapTexts<Value>(value: Value, textOf: (text: string) => string): Value {
  return mapped(value, textOf) as Value;
}

function mapped(value: unknown, textOf: (text: string) => string): unknown {
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, textOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, textOf)]));
}
