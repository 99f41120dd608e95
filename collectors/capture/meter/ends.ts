import type { WireEnds, WireProtocol } from '../../../src/core/wire.ts';

/**
 * Stands for all conversations that were too many to be told one by one within a reporting period.
 */
export const elsewhere: WireEnds = { client: '*', server: '*', port: 0, protocol: 'other' };

const keys = new WeakMap<WireEnds, string>();

/** What is carried by TCP is one conversation, before and after its protocol is known. */
const carrier: Readonly<Partial<Record<WireProtocol, WireProtocol>>> = { modbus: 'tcp', opcua: 'tcp' };

/** One text for each pair of ends, whatever object it came in. */
export function keyOf(ends: WireEnds): string {
  const known = keys.get(ends);
  if (known !== undefined) return known;
  const key = `${ends.client}>${ends.server}:${ends.port}/${carrier[ends.protocol] ?? ends.protocol}`;
  keys.set(ends, key);
  return key;
}
