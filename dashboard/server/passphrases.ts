import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { ScadaError } from '../../src/core/errors.ts';
import { ApiError } from './api-error.ts';

/** What one guess costs: memory in KiB, passes over it, lanes. */
export interface PassphraseCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes. */
export const defaultCost: PassphraseCost = { memory: 65_536, passes: 3, parallelism: 4 };

const tagBytes = 32;
const saltBytes = 16;
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** More verifications at once would let anybody fill the memory by trying to log in. */
const running = 2;
const waiting = 16;

/**
 * Hashes and verifies passphrases by argon2id (RFC 9106), kept as PHC strings. At most two are computed at one time and
 * sixteen wait; beyond that the caller is told to come back.
 */
export class Passphrases {
  readonly #cost: PassphraseCost;
  readonly #queue: (() => void)[] = [];
  #running = 0;
  /** Verified against when there is no such user, so that the time to an answer does not tell. */
  #nobody: Promise<string> | undefined;

  constructor(cost: PassphraseCost = defaultCost) {
    this.#cost = cost;
  }

  /** PHC string of a passphrase. @throws ApiError `too-many` */
  async hash(passphrase: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const tag = await this.#derive(passphrase, salt, this.#cost, tagBytes);
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
  }

  /** True if the passphrase made the hash. Without a hash it takes as long and is false. @throws ApiError `too-many` */
  async verify(passphrase: string, hash: string | undefined): Promise<boolean> {
    this.#nobody ??= this.hash(randomBytes(saltBytes).toString('base64'));
    const nobody = await this.#nobody;
    const parts = phc.exec(hash ?? nobody);
    if (parts === null) throw new ScadaError('fatal', 'STATE_CORRUPT', 'the stored hash of a user is no argon2id PHC string');
    const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
    const expected = Buffer.from(tag, 'base64');
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const derived = await this.#derive(passphrase, Buffer.from(salt, 'base64'), cost, expected.length);
    return timingSafeEqual(derived, expected) && hash !== undefined;
  }

  async #derive(passphrase: string, nonce: Buffer, cost: PassphraseCost, tagLength: number): Promise<Buffer> {
    await this.#enter();
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      // NFKC, so that the same keys typed on another system make the same bytes (NIST SP 800-63B, 3.1.1.2)
      const message = passphrase.normalize('NFKC');
      argon2('argon2id', { message, nonce, ...cost, tagLength }, (error, key) => {
        if (error === null || error === undefined) resolve(key);
        else reject(error);
      });
      return await promise;
    } finally {
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running >= running) {
      if (this.#queue.length >= waiting) {
        throw new ApiError('too-many', 'Too many people are signing in at this moment.', { retryAfterMs: 2000 });
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#queue.push(resolve);
      await promise;
    }
    this.#running++;
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
