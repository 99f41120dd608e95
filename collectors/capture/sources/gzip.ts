import { createGunzip } from 'node:zlib';
import { mostUnpackedBytes } from '../../../src/core/unpacking.ts';
import { invalidCapture } from '../file/record.ts';

/** Small input steps bound the memory for the output, which can be a thousand times as long. */
const stepBytes = 8_192;

/**
 * Decompresses gzip (RFC 1952) chunk by chunk. Output before the damage is delivered before the error is thrown.
 * @throws ScadaError INPUT_INVALID with the offset in the compressed file, at the latest after `mostBytes` of output
 */
export async function* unpacked(
  packed: AsyncIterable<Buffer>,
  name: string,
  mostBytes = mostUnpackedBytes,
): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip({ chunkSize: 65_536 });
  let ready: Buffer[] = [];
  let flaw: Error | undefined;
  let wake = (): void => {};
  let bytes = 0;
  gunzip.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    ready.push(chunk);
  });
  gunzip.on('error', (error: Error) => {
    flaw = error;
    wake();
  });
  const taken = (): Buffer[] => {
    const now = ready;
    ready = [];
    return now;
  };
  let offset = 0;
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += stepBytes) {
        const step = chunk.subarray(at, at + stepBytes);
        await new Promise<void>((resolve) => {
          wake = resolve;
          gunzip.write(step, () => resolve());
        });
        yield* taken();
        if (flaw !== undefined) throw invalidCapture('config', name, offset, `the gzip data are damaged: ${flaw.message}`, flaw);
        if (bytes > mostBytes) throw invalidCapture('config', name, offset, `it unpacks to more than ${mostBytes} bytes`);
        offset += step.length;
      }
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
      gunzip.once('end', () => resolve());
      gunzip.end();
    });
    yield* taken();
    if (flaw !== undefined) throw invalidCapture('config', name, offset, `the gzip data are cut off: ${flaw.message}`, flaw);
  } finally {
    gunzip.destroy();
  }
}
