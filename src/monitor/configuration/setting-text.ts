import { createHash } from 'node:crypto';

/** Longest value that is stored as it is, characters. */
const longestValue = 60;

/** Settings that decide about protection, as text by their name. Secrets are not among them. */
export type Settings = Readonly<Record<string, string>>;

/** A setting as JSON; the hash of a long one shows that it differs. */
export function shortOf(setting: unknown): string {
  const json = JSON.stringify(setting ?? null);
  return json.length <= longestValue ? json : `sha256:${createHash('sha256').update(json).digest('hex').slice(0, 8)}`;
}
