import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Role } from '../../src/core/access.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { SecondFactor, User, UserStore } from '../../src/core/state.ts';
import { Sealer } from './sealed.ts';
import { sameHash, sha256 } from './secrets.ts';
import type { Session } from './sessions.ts';

/** RFC 6238 with the parameters that every authenticator app has. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Steps of 30 s before and after the present one that are accepted, for clocks that differ. */
const window = 1;
const keyBytes = 20;
/** Time for the set-up, ms. */
const pendingMs = 15 * 60_000;
/** Codes that replace a lost authenticator, each once, of 80 random bits. */
export const recoveryCodes = 10;
const recoveryBytes = 10;

/** How a second factor was proven: `none` if the user has none. */
export type Proof = 'none' | 'code' | 'recovery code';

/** Second factors of local accounts: time-based codes (TOTP, RFC 6238) and recovery codes. */
export class SecondFactors {
  readonly #users: UserStore;
  readonly #sealer: Sealer;
  readonly #clock: Clock;
  readonly #required: ReadonlySet<Role>;
  readonly #issuer: string;
  /** Keys that are shown and not confirmed yet. */
  readonly #pending = new WeakMap<Session, { readonly key: string; readonly endsAt: number }>();

  /** @param issuer name of the site in the authenticator app */
  constructor(users: UserStore, secret: Buffer, wallClock: Clock, required: readonly Role[], issuer: string) {
    this.#users = users;
    this.#sealer = new Sealer(secret, 'second factors');
    this.#clock = wallClock;
    this.#required = new Set(required);
    this.#issuer = issuer;
  }

  /** True if a sign-in may need a code, of whichever user. */
  get areUsed(): boolean {
    return this.#required.size > 0 || this.#users.list().some(({ secondFactor }) => secondFactor !== undefined);
  }

  isRequired(role: Role): boolean {
    return this.#required.has(role);
  }

  /** True if the user of a session must set up a second factor before anything else. Programs, displays and federated users have none. */
  isMissing({ user, role, provider, token }: Session): boolean {
    if (!this.#required.has(role) || provider !== undefined || token !== undefined) return false;
    const account = this.#users.find(user);
    return account !== undefined && account.secondFactor === undefined;
  }

  /** Creates a key for a session. It takes effect with `confirm`. */
  begin(session: Session): { readonly key: string; readonly uri: string } {
    const key = new Secret({ buffer: new Uint8Array(randomBytes(keyBytes)).buffer }).base32;
    this.#pending.set(session, { key, endsAt: this.#clock.now() + pendingMs });
    return { key, uri: this.#totp(key, session.user).toString() };
  }

  /** Stores the key of a session if the code fits it. Returns the recovery codes once; undefined if the code is wrong or late. */
  confirm(session: Session, code: string): readonly string[] | undefined {
    const pending = this.#pending.get(session);
    if (pending === undefined || pending.endsAt <= this.#clock.now()) return undefined;
    const step = this.#stepOf(pending.key, code);
    if (step === undefined) return undefined;
    this.#pending.delete(session);
    const codes = Array.from({ length: recoveryCodes }, () => recoveryCode());
    const secondFactor: SecondFactor = {
      key: this.#sealer.seal(pending.key),
      lastStep: step,
      recovery: codes.map((one) => hashOf(one)),
    };
    this.#users.change(session.user, { secondFactor });
    return codes;
  }

  /** True if a user has a second factor and this code fits it. The code stays usable. */
  fits({ secondFactor }: User, code: string): boolean {
    return secondFactor !== undefined && this.#use(secondFactor, code) !== undefined;
  }

  /** Checks a code of a user and marks it as used: each is accepted once. Undefined if it is wrong, missing or used before. */
  prove({ name, secondFactor }: User, code: string): Proof | undefined {
    if (secondFactor === undefined) return 'none';
    const used = this.#use(secondFactor, code);
    if (used === undefined) return undefined;
    this.#users.change(name, { secondFactor: used.after });
    return used.proof;
  }

  /** The second factor after the use of a code; undefined if the code does not fit. */
  #use(secondFactor: SecondFactor, code: string): { readonly proof: Proof; readonly after: SecondFactor } | undefined {
    const { key: sealed, lastStep, recovery } = secondFactor;
    if (/^\d{6}$/.test(code)) {
      const key = this.#sealer.open(sealed);
      const step = key === undefined ? undefined : this.#stepOf(key, code);
      if (step === undefined || step <= lastStep) return undefined;
      return { proof: 'code', after: { ...secondFactor, lastStep: step } };
    }
    const given = Buffer.from(hashOf(code), 'base64');
    const rest = recovery.filter((one) => !sameHash(Buffer.from(one, 'base64'), given));
    if (rest.length === recovery.length) return undefined;
    return { proof: 'recovery code', after: { ...secondFactor, recovery: rest } };
  }

  /** Number of the 30 s step whose code this is; undefined if it is none of the accepted ones. */
  #stepOf(key: string, code: string): number | undefined {
    if (!/^\d{6}$/.test(code)) return undefined;
    const timestamp = this.#clock.now();
    const delta = this.#totp(key).validate({ token: code, timestamp, window });
    return delta === null ? undefined : TOTP.counter({ period: form.period, timestamp }) + delta;
  }

  #totp(key: string, label = ''): TOTP {
    return new TOTP({ ...form, issuer: this.#issuer, label, secret: Secret.fromBase32(key) });
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A code of four groups of four letters and digits. */
function recoveryCode(): string {
  const bits = BigInt(`0x${randomBytes(recoveryBytes).toString('hex')}`);
  const letters = Array.from({ length: 16 }, (_, i) => alphabet[Number((bits >> BigInt(5 * i)) & 31n)] ?? '');
  return letters.join('').replace(/.{4}(?=.)/g, '$&-');
}

/** Codes have 80 random bits, so that a fast hash is enough. Case and hyphens do not matter. */
const hashOf = (code: string): string => sha256(code.toUpperCase().replace(/[^A-Z2-7]/g, '')).toString('base64');
