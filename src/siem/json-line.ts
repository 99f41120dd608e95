/** Characters that JSON leaves as they are, and at which readers of lines may break. */
const breaking = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A value as JSON in one line for every reader; the escapes are those of JSON, so that nothing is lost. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replaceAll(breaking, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
