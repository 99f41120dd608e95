import { isIP } from 'node:net';

/** Addresses that share their first bits. */
export interface AddressRange {
  readonly version: 4 | 6;
  /** First address as a number; the bits after the prefix are 0. */
  readonly first: bigint;
  /** Number of common bits. */
  readonly prefix: number;
}

/** An address as a number. IPv4 addresses in IPv6 notation (`::ffff:10.0.0.1`) count as IPv4. Undefined for anything else. */
export function addressBits(text: string): { readonly version: 4 | 6; readonly bits: bigint } | undefined {
  const version = isIP(text);
  if (version === 4) return { version, bits: bitsOf(text.split('.').map(Number), 8) };
  if (version !== 6) return undefined;
  const bits = bitsOf(groupsOf(text.replace(/%.*$/, '')), 16);
  return bits >> 32n === 0xffffn ? { version: 4, bits: bits & 0xffff_ffffn } : { version: 6, bits };
}

/** An address or a block in CIDR notation; undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const [address = '', length, ...more] = text.trim().split('/');
  const parsed = addressBits(address);
  if (parsed === undefined || more.length > 0) return undefined;
  const { version, bits } = parsed;
  const width = version === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? width : Number(length);
  return prefix > width ? undefined : { version, first: masked(bits, version, prefix), prefix };
}

/** The first address of the block of a size that an address is in. */
export function masked(bits: bigint, version: 4 | 6, prefix: number): bigint {
  const free = BigInt((version === 4 ? 32 : 128) - prefix);
  return (bits >> free) << free;
}

/** True if the address is in the range. */
export function isInRange(text: string, { version, first, prefix }: AddressRange): boolean {
  const parsed = addressBits(text);
  return parsed?.version === version && masked(parsed.bits, version, prefix) === first;
}

/** The first address of a range as text. */
export function firstAddress({ version, first }: AddressRange): string {
  const size = version === 4 ? 8n : 16n;
  const parts = Array.from({ length: version === 4 ? 4 : 8 }, (_, i) => (first >> (size * BigInt(i))) & ((1n << size) - 1n));
  return parts
    .toReversed()
    .map((part) => part.toString(version === 4 ? 10 : 16))
    .join(version === 4 ? '.' : ':');
}

const bitsOf = (parts: readonly number[], size: number): bigint =>
  parts.reduce((bits, part) => (bits << BigInt(size)) | BigInt(part), 0n);

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':').flatMap(groupOf))) as [
    number[],
    number[],
  ];
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** A group, or the two of an IPv4 address at the end. */
function groupOf(text: string): readonly number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
