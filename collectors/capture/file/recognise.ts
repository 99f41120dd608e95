import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const gzipMagic = 0x1f8b;
/** First four bytes of pcapng, and of pcap in either byte order with micro- or nanoseconds. */
const captureMagic: ReadonlySet<number> = new Set([0x0a0d0d0a, 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1]);

/** True for the usual name of a capture. */
export const isCaptureName = (file: string): boolean => /\.(pcap|pcapng|cap)(\.gz)?$/i.test(file);

/** True if a file, plain or gzipped, begins as a capture of packets does. A file that cannot be read is none. */
export async function isCapture(path: string): Promise<boolean> {
  try {
    const head = await beginning(path, false);
    if (head.length < 4) return false;
    if (head.readUInt16BE(0) !== gzipMagic) return captureMagic.has(head.readUInt32BE(0));
    const inside = await beginning(path, true);
    return inside.length >= 4 && captureMagic.has(inside.readUInt32BE(0));
  } catch {
    // the reader of the whole file reports what is wrong with it
    return false;
  }
}

async function beginning(path: string, zipped: boolean): Promise<Buffer> {
  const file = createReadStream(path);
  const bytes = zipped ? file.pipe(createGunzip()) : file;
  try {
    let head = Buffer.alloc(0);
    for await (const chunk of bytes) {
      head = Buffer.concat([head, chunk as Buffer]);
      if (head.length >= 4) break;
    }
    return head;
  } finally {
    file.destroy();
  }
}
