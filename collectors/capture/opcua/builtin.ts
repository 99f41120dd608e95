import type { Read, Reader } from './reader.ts';

/** Readers of the built-in types that are not plain numbers (OPC 10000-6, 5.2.2). */

export const u8: Read<number> = (from) => from.u8();
export const u32: Read<number> = (from) => from.u32();
export const f64: Read<number> = (from) => from.f64();
export const flag: Read<boolean> = (from) => from.u8() !== 0;
export const time: Read<number> = (from) => from.time();
export const text: Read<string> = (from) => from.text();
export const bytes: Read<Buffer> = (from) => from.bytes();
/** Skips bytes that are never kept: passwords, tokens, nonces. */
export const secret: Read<undefined> = (from) => {
  from.bytes();
  return undefined;
};

export function guid(from: Reader): string {
  const raw = from.raw(16);
  if (raw.length < 16) return '';
  const ordered = Buffer.from(raw);
  ordered.subarray(0, 4).reverse();
  ordered.subarray(4, 6).reverse();
  ordered.subarray(6, 8).reverse();
  const hex = ordered.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function identifier(from: Reader, encoding: number): readonly [namespace: number, identifier: string] {
  switch (encoding) {
    case 0:
      return [0, `i=${from.u8()}`];
    case 1:
      return [from.u8(), `i=${from.u16()}`];
    case 2:
      return [from.u16(), `i=${from.u32()}`];
    case 3:
      return [from.u16(), `s=${from.text()}`];
    case 4:
      return [from.u16(), `g=${guid(from)}`];
    case 5:
      return [from.u16(), `b=${from.bytes().toString('base64')}`];
    default:
      from.fail();
      return [0, 'i=0'];
  }
}

/** A NodeId in its text form: `i=85`, `ns=2;s=CL.AT01`. */
export function nodeId(from: Reader): string {
  const [namespace, id] = identifier(from, from.u8());
  return namespace === 0 ? id : `ns=${namespace};${id}`;
}

/** An ExpandedNodeId in its text form: that of the NodeId, or `svr=1;nsu=urn:x;i=5` with a server or a URI. */
export function expandedNodeId(from: Reader): string {
  const encoding = from.u8();
  const [namespace, id] = identifier(from, encoding & 0x3f);
  const uri = (encoding & 0x80) === 0 ? '' : from.text();
  const server = (encoding & 0x40) === 0 ? 0 : from.u32();
  const place = uri !== '' ? `nsu=${uri};` : namespace === 0 ? '' : `ns=${namespace};`;
  return `${server === 0 ? '' : `svr=${server};`}${place}${id}`;
}

/** A QualifiedName as in browse paths: `2:Pump`, and only the name in namespace 0. */
export function qualifiedName(from: Reader): string {
  const namespace = from.u16();
  const name = from.text();
  return namespace === 0 ? name : `${namespace}:${name}`;
}

/** Text of a LocalizedText; its locale is not needed. */
export function localizedText(from: Reader): string {
  const mask = from.u8();
  if (mask > 3) from.fail();
  if ((mask & 1) !== 0) from.text();
  return (mask & 2) === 0 ? '' : from.text();
}

/** A structure of any type: its body has a length, so that it can be skipped. */
export interface ExtensionObject {
  /** NodeId of its encoding. */
  readonly type: string;
  /** Empty if there is no body, or an XML one. */
  readonly body: Buffer;
}

export function extensionObject(from: Reader): ExtensionObject {
  const type = nodeId(from);
  const encoding = from.u8();
  if (encoding > 2) from.fail();
  const body = encoding === 0 ? Buffer.alloc(0) : from.bytes();
  return { type, body: encoding === 1 ? body : body.subarray(0, 0) };
}

/** Diagnostic details of a failure beyond its StatusCode; indices refer to the string table of the response. */
export interface DiagnosticInfo {
  readonly info: string;
  readonly innerStatus: number | undefined;
  readonly inner: DiagnosticInfo | undefined;
}

export function diagnosticInfo(from: Reader): DiagnosticInfo {
  const mask = from.u8();
  if (mask > 0x7f) from.fail();
  for (const index of [1, 2, 8, 4]) if ((mask & index) !== 0) from.i32();
  const info = (mask & 0x10) === 0 ? '' : from.text();
  const innerStatus = (mask & 0x20) === 0 ? undefined : from.u32();
  const inner = (mask & 0x40) === 0 ? undefined : from.inside(diagnosticInfo);
  return { info, innerStatus, inner };
}
