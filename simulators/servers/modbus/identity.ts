import { Exception, exceptionPdu } from './frames.ts';

/** Objects 0–6 of "Read Device Identification" (FC 43, MEI type 14; Modbus v1.1b3, 6.21), in the order of their ids. */
export interface Identity {
  readonly vendor: string;
  readonly productCode: string;
  readonly revision: string;
  readonly vendorUrl: string;
  readonly productName: string;
  readonly modelName: string;
  readonly application: string;
}

/** Identity of a simulated controller unless other objects are stated. */
export const identityOf = (controller: string): Identity => ({
  vendor: 'scadawatch',
  productCode: 'SIM',
  revision: '1.0',
  vendorUrl: '',
  productName: 'Simulated controller',
  modelName: controller,
  application: '',
});

const longestPdu = 253;
/** Last object of each stream: basic, regular, extended (which has no objects of its own here). */
const lastObject: Readonly<Record<number, number>> = { 1: 2, 2: 6, 3: 6 };

/** Answers FC 43/14: complete streams in parts of at most one PDU, or one object. */
export function answerIdentity(pdu: Buffer, identity: Identity): Buffer {
  const [functionCode = 43, mei, code, first] = pdu;
  if (mei !== 14) return exceptionPdu(functionCode, Exception.IllegalFunction);
  if (pdu.length !== 4 || code === undefined || first === undefined) return exceptionPdu(functionCode, Exception.IllegalValue);
  const texts = [
    identity.vendor,
    identity.productCode,
    identity.revision,
    identity.vendorUrl,
    identity.productName,
    identity.modelName,
    identity.application,
  ];
  const single = code === 4;
  const last = single ? first : lastObject[code];
  if (last === undefined) return exceptionPdu(functionCode, Exception.IllegalValue);
  if (single && first >= texts.length) return exceptionPdu(functionCode, Exception.IllegalAddress);
  // By the specification, a start beyond the end of a stream means its beginning.
  const begin = first > last ? 0 : first;
  const header = 7;
  let size = header;
  const objects: Buffer[] = [];
  let next = begin;
  for (; next <= last; next++) {
    const text = Buffer.from(texts[next] ?? '', 'latin1').subarray(0, longestPdu - header - 2);
    if (size + 2 + text.length > longestPdu) break;
    objects.push(Buffer.from([next, text.length]), text);
    size += 2 + text.length;
  }
  const more = next <= last;
  const conformity = 0x82;
  return Buffer.concat([
    Buffer.from([43, 14, code, conformity, more ? 0xff : 0, more ? next : 0, objects.length / 2]),
    ...objects,
  ]);
}

/** Answers FC 17 (6.13): the identity as text, then the run indicator. */
export function answerServerId(pdu: Buffer, { vendor, productCode, revision }: Identity): Buffer | Exception {
  if (pdu.length !== 1) return Exception.IllegalValue;
  const text = Buffer.from(`${vendor} ${productCode} ${revision}`, 'latin1').subarray(0, longestPdu - 3);
  return Buffer.concat([Buffer.from([17, text.length + 1]), text, Buffer.from([0xff])]);
}
