import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a random secret; passphrases are never hashed by this. */
export const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Compares two hashes in a time that does not depend on where they differ. */
export const sameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
