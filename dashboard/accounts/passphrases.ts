import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { ScadaError } from '../../src/core/errors.ts';
import { FairQueue, type Lane } from './fair-queue.ts';

/** Cost of one guess: memory in KiB, passes over it, lanes. */
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

/** Bounds the memory that sign-in attempts can use, and the cores that guesses of unknown clients can keep busy. */
const queueLimits = { running: 2, runningUnknown: 1, waiting: 64, perLane: 8 };

export type Derive = (message: string, nonce: Buffer, cost: PassphraseCost, tagLength: number) => Promise<Buffer>;

/**
 * Hashes and verifies passphrases by argon2id (RFC 9106), stored as PHC strings. At most two are computed at a time, and one of
 * unknown clients, so that a known one does not wait for them. The others wait by client, and a client beyond the limit is refused.
 */
export class Passphrases {
  readonly #cost: PassphraseCost;
  readonly #derive: Derive;
  readonly #queue = new FairQueue(queueLimits);

  constructor(cost: PassphraseCost = defaultCost, derive: Derive = argon2id) {
    this.#cost = cost;
    this.#derive = derive;
  }

  /** PHC string of a passphrase. @throws ApiError `unavailable` when too many wait */
  async hash(passphrase: string, lane: Lane): Promise<string> {
    const salt = randomBytes(saltBytes);
    const tag = await this.#queue.run(lane, async () => this.#derive(passphrase, salt, this.#cost, tagBytes));
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
  }

  /** True if the hash is of the passphrase. Without a hash it takes the same time and is false. @throws ApiError `unavailable` when too many wait */
  async verify(passphrase: string, hash: string | undefined, lane: Lane): Promise<boolean> {
    if (hash === undefined) {
      // takes the same time as for an existing user, so that response times do not reveal which names exist
      await this.#queue.run(lane, async () => this.#derive(passphrase, randomBytes(saltBytes), this.#cost, tagBytes));
      return false;
    }
    const parts = phc.exec(hash);
    if (parts === null) throw new ScadaError('fatal', 'STATE_CORRUPT', 'the stored hash of a user is not an argon2id PHC string');
    const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
    const expected = Buffer.from(tag, 'base64');
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const nonce = Buffer.from(salt, 'base64');
    const derived = await this.#queue.run(lane, async () => this.#derive(passphrase, nonce, cost, expected.length));
    return timingSafeEqual(derived, expected);
  }
}

export const argon2id: Derive = async (passphrase, nonce, cost, tagLength) => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // NFKC, so that the same keys on another system give the same bytes (NIST SP 800-63B, 3.1.1.2)
  const message = passphrase.normalize('NFKC');
  argon2('argon2id', { message, nonce, ...cost, tagLength }, (error, key) => {
    if (error === null || error === undefined) resolve(key);
    else reject(error);
  });
  return promise;
};

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
