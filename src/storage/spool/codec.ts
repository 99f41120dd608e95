import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';

/** JSON header before the columns. */
interface Head {
  readonly device: string;
  readonly length: number;
  /** Names of the batch's tags: an index into the run's table is invalid after a restart with another configuration. */
  readonly names: readonly string[];
  readonly texts: readonly (readonly [row: number, text: string])[];
}

/** Bytes of one row: source time, receive time and value 8 each, index into `names` and quality 4 each. */
const rowBytes = 32;

/** A batch as bytes for any later run: length of the header, header, columns, little-endian. */
export function encodeBatch(batch: Batch, tags: TagTable): Uint8Array {
  const places = new Map<number, number>();
  const names: string[] = [];
  const tagColumn = Uint32Array.from(batch.tag, (tag) => {
    const known = places.get(tag);
    if (known !== undefined) return known;
    const place = names.push(tags.at(tag).name) - 1;
    places.set(tag, place);
    return place;
  });
  const head: Head = { device: batch.device, length: batch.length, names, texts: [...batch.texts] };
  const text = Buffer.from(JSON.stringify(head));
  const bytes = Buffer.allocUnsafe(4 + text.length + batch.length * rowBytes);
  let at = bytes.writeUInt32LE(text.length, 0);
  at += text.copy(bytes, at);
  for (const column of [batch.sourceTime, batch.receiveTime, batch.value, tagColumn, batch.quality]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

/** The batch with this run's indices. Samples of tags that are no longer configured are omitted and counted. */
export function decodeBatch(bytes: Uint8Array, tags: TagTable): { readonly batch: Batch; readonly unknown: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headEnd = 4 + view.getUint32(0, true);
  const head = JSON.parse(Buffer.from(bytes.subarray(4, headEnd)).toString()) as Head;
  const { device, length, names } = head;
  const texts = new Map(head.texts);
  const indices = names.map((name) => tags.indexOf(name));
  const builder = new BatchBuilder(device, length);
  for (let row = 0; row < length; row++) {
    const wide = headEnd + row * 8;
    const narrow = headEnd + length * 24 + row * 4;
    const tag = indices[view.getUint32(narrow, true)];
    if (tag === undefined) continue;
    const source = view.getFloat64(wide, true);
    const received = view.getFloat64(wide + length * 8, true);
    const value = view.getFloat64(wide + length * 16, true);
    const quality = view.getUint32(narrow + length * 4, true);
    const text = texts.get(row);
    if (text === undefined) builder.add(tag, value, quality, source, received);
    else builder.addText(tag, text, value, quality, source, received);
  }
  return { batch: builder.publish(), unknown: length - builder.length };
}
