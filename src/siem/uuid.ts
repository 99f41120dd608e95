import { createHash } from 'node:crypto';

/**
 * UUID of version 5 (RFC 9562): the same name in the same namespace always has the same UUID.
 * @param namespace a UUID
 */
export function uuidOf(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Namespace of all UUIDs that scadawatch derives. A change gives every exported object another id. */
const ownNamespace = '8a7de2f0-4b0c-4f57-9d0e-6c3b5a1f27d4';

/** UUID of an object that every installation shares, e.g. a technique. */
export const sharedUuid = (name: string): string => uuidOf(ownNamespace, name);

/** UUID of a site: namespace of the ids of its objects. */
export const siteUuid = (site: string): string => uuidOf(ownNamespace, `site/${site.normalize('NFC')}`);
