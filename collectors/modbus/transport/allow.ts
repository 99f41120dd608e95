import type { Writable } from 'node:stream';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Framing } from './framing.ts';

/**
 * True for requests that may be sent: reads of the four tables, the device identification, the server id.
 * @param from first byte of the PDU, and `to` the first one after it
 */
export function isRead(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  switch (bytes[from]) {
    case 1:
    case 2:
    case 3:
    case 4:
      return to - from === 5;
    case 17:
      return to - from === 1;
    case 43:
      return to - from === 4 && bytes[from + 1] === 14;
    default:
      return false;
  }
}

/**
 * Writes a request to the stream; the only place of this collector that does so. It checks the bytes that it sends, so that no
 * other code can change the state of a device.
 * @throws ScadaError INTERNAL for anything that is not a read
 */
export function sendRead(stream: Writable, frame: Buffer, { before, after }: Pick<Framing, 'before' | 'after'>): void {
  if (!isRead(frame, before, frame.length - after)) {
    throw new ScadaError('fatal', 'INTERNAL', `function ${frame[before]} was about to be sent: a monitor only reads`);
  }
  stream.write(frame);
}
