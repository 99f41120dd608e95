import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Json } from '../../core/detector.ts';
import type { ReferenceSet } from '../../core/reference.ts';

/** Signs stored reference sets with a key derived from the secret of the data directory. */
export class ReferenceSignature {
  readonly #key: Buffer;

  constructor(secret: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'reference set', 32));
  }

  /** The set as it is stored. */
  sign(set: ReferenceSet): Json {
    return { ...plain(set), signature: this.#of(set) };
  }

  /** The stored set; undefined if its content does not match its signature. */
  verified(content: unknown): ReferenceSet | undefined {
    if (!isStored(content)) return undefined;
    const { signature, ...set } = content;
    const [stated, own] = [Buffer.from(signature, 'hex'), Buffer.from(this.#of(set), 'hex')];
    return stated.length === own.length && timingSafeEqual(stated, own) ? set : undefined;
  }

  #of(set: ReferenceSet): string {
    return createHmac('sha256', this.#key).update(canonical(set)).digest('hex');
  }
}

/** Text that is signed: everything that is stored, in a fixed order. */
function canonical({ version, at, by, reason, values }: ReferenceSet): string {
  const lines = values.map(({ tag, value, low = null, high = null }) => [tag, value, low, high]);
  return JSON.stringify([version, at, by.role, by.user ?? null, reason, lines]);
}

/** Without fields that are undefined, and without the session of the actor, which ends. */
const plain = ({ version, at, by, reason, values }: ReferenceSet) => ({
  version,
  at,
  by: { role: by.role, ...(by.user === undefined ? {} : { user: by.user }) },
  reason,
  values: values.map(({ tag, value, low, high }) => ({
    tag,
    value,
    ...(low === undefined || high === undefined ? {} : { low, high }),
  })),
});

function isStored(content: unknown): content is ReferenceSet & { readonly signature: string } {
  if (typeof content !== 'object' || content === null) return false;
  const { version, at, by, reason, values, signature } = content as Partial<Record<keyof ReferenceSet | 'signature', unknown>>;
  if (typeof version !== 'number' || typeof at !== 'number' || typeof reason !== 'string' || typeof signature !== 'string')
    return false;
  if (typeof by !== 'object' || by === null || !('role' in by) || !Array.isArray(values)) return false;
  return values.every((one: unknown) => typeof one === 'object' && one !== null && 'tag' in one && 'value' in one);
}
