import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import type { User } from '../../src/core/state.ts';
import { sameHash } from './secrets.ts';

/** A browser in which a user has signed in before. */
export interface Device {
  /** Random, created at its first sign-in. */
  readonly id: string;
  /** One mark per user that has signed in on the device, newest first. */
  readonly marks: readonly string[];
}

/** Lifetime of the cookie, from the last sign-in. */
export const deviceMaxAgeMs = 90 * 24 * 3_600_000;
/** Largest number of users of one device. */
const mostMarks = 16;
const markBytes = 12;

/**
 * Recognises browsers by a signed cookie `id.expiry.marks.signature` (OWASP, "Slow down online guessing attacks with device
 * cookies"). The cookie is no session: it only separates the allowance of failed sign-ins from that of unknown clients. A mark
 * is bound to the hash of the passphrase, so that a new passphrase makes all devices of its user unknown.
 */
export class KnownDevices {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, wallClock: Clock) {
    this.#key = key;
    this.#clock = wallClock;
  }

  /** The device of a valid cookie: signed by this server and not expired. */
  read(cookie: string | undefined): Device | undefined {
    const parts = cookie?.split('.') ?? [];
    const [id = '', expiry = '', marks = '', signature = ''] = parts;
    if (parts.length !== 4 || !sameHash(Buffer.from(signature, 'base64url'), this.#sign(`${id}.${expiry}.${marks}`)))
      return undefined;
    return Number(expiry) > this.#clock.now() ? { id, marks: marks.split('~') } : undefined;
  }

  isKnownTo(device: Device, user: User): boolean {
    const mark = Buffer.from(this.#mark(device.id, user));
    return device.marks.some((one) => sameHash(Buffer.from(one), mark));
  }

  /** The cookie of a device after a sign-in of `user`. */
  remember(device: Device | undefined, user: User): string {
    const id = device?.id ?? randomBytes(12).toString('base64url');
    const mark = this.#mark(id, user);
    const marks = [mark, ...(device?.marks ?? []).filter((one) => one !== mark)].slice(0, mostMarks).join('~');
    const signed = `${id}.${this.#clock.now() + deviceMaxAgeMs}.${marks}`;
    return `${signed}.${this.#sign(signed).toString('base64url')}`;
  }

  #mark(id: string, { name, passphraseHash }: User): string {
    const mac = createHmac('sha256', this.#key)
      .update(JSON.stringify(['user', id, name, passphraseHash]))
      .digest();
    return mac.subarray(0, markBytes).toString('base64url');
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#key).update(`device ${text}`).digest();
  }
}
