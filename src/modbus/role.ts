/** 1.3.6.1.4.1.50316.802.1 as DER has it: the role of a Modbus client (MODBUS/TCP Security Protocol Specification V2.1). */
const roleOid = Buffer.from('2b0601040183890c862201', 'hex');

const tags = { octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, extensions: 0xa3 } as const;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/**
 * The role in a certificate; undefined if it has none.
 * @param certificate X.509 in DER; the caller has verified it or owns it
 */
export function roleOf(certificate: Buffer): string | undefined {
  const [whole] = elements(certificate);
  const [signed] = elements(whole?.content);
  const [list] = elements(elements(signed?.content).find(({ tag }) => tag === tags.extensions)?.content);
  for (const extension of elements(list?.content)) {
    const parts = elements(extension.content);
    if (parts[0]?.tag !== tags.oid || !parts[0].content.equals(roleOid)) continue;
    const [role] = elements(parts.findLast(({ tag }) => tag === tags.octets)?.content);
    return role?.tag === tags.utf8 ? role.content.toString('utf8') : undefined;
  }
  return undefined;
}

/** Consecutive elements in `bytes` (ITU-T X.690, 8.1). An invalid element ends the list. */
function elements(bytes: Buffer = Buffer.alloc(0)): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const first = bytes.readUInt8(at + 1);
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (size > 4 || at + 2 + size > bytes.length) break;
    const length = size === 0 ? first & 0x7f : bytes.readUIntBE(at + 2, size);
    const begin = at + 2 + size;
    if (begin + length > bytes.length) break;
    found.push({ tag: bytes.readUInt8(at), content: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return found;
}
