import type { WireEnds, WireProtocol } from '../../../src/core/wire.ts';

/** Represents all conversations beyond the number that is reported individually in a period. */
export const elsewhere: WireEnds = { client: '*', server: '*', port: 0, protocol: 'other' };

const keys = new WeakMap<WireEnds, string>();

/** A TCP connection is one conversation, before and after its protocol is known. */
const carrier: Readonly<Partial<Record<WireProtocol, WireProtocol>>> = { modbus: 'tcp', opcua: 'tcp' };

/** Key of a pair of ends; equal for equal ends. */
export function keyOf(ends: WireEnds): string {
  const known = keys.get(ends);
  if (known !== undefined) return known;
  const key = `${ends.client}>${ends.server}:${ends.port}/${carrier[ends.protocol] ?? ends.protocol}`;
  keys.set(ends, key);
  return key;
}
