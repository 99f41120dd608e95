import { createHash, createHmac, hkdfSync } from 'node:crypto';

/** Longest value that is stored as it is, characters. */
const longestValue = 60;

/** Settings that decide about protection, as text by their name. Secrets are not among them. */
export type Settings = Readonly<Record<string, string>>;

/** A setting as JSON; the hash of a long one shows that it differs. */
export function shortOf(setting: unknown): string {
  const json = JSON.stringify(setting ?? null);
  return json.length <= longestValue ? json : `sha256:${createHash('sha256').update(json).digest('hex').slice(0, 8)}`;
}

/** Computes hashes of settings that can be secrets. */
export class SettingHashes {
  readonly #key: Buffer;

  /** @param secret of the data directory: without it, nobody finds a setting by trying */
  constructor(secret: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'settings of the configuration', 32));
  }

  /** Shows which key is in use. Hashes of another key cannot be compared. */
  get keyId(): string {
    return this.#of('id of the key');
  }

  /** Names of the settings of a plug-in, each with the hash of its value, e.g. `to sha256:0123abcd, host sha256:4567cdef`. */
  line(given: Readonly<Record<string, unknown>> = {}): string {
    return Object.entries(given)
      .map(([name, value]) => `${name} ${this.#of(JSON.stringify([name, value]))}`)
      .toSorted()
      .join(', ');
  }

  #of(text: string): string {
    return `sha256:${createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 8)}`;
  }
}
