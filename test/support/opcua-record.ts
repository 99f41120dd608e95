import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { askedBy, ChunkReader, opensInClear } from './opcua-wire.ts';

/**
 * Services that the clients of a C peer requested, from its record: received bytes (`interop/record.h`), and messages of secure
 * channels in clear (`interop/opcua/clear.h`).
 * @throws if it received secured messages and none was recorded in clear
 */
export async function recordedServices(path: string): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  const readers = new Map<string, ChunkReader>();
  /** Connections whose channel is secured. */
  const secured = new Set<string>();
  let closed = 0;
  let cleared = 0;
  // without a client there is no record
  const text = existsSync(path) ? await readFile(path, 'latin1') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const [what = '', stream = '', hex = ''] = line.split(' ');
    const bytes = Buffer.from(hex, 'hex');
    const key = `${what === 'clear' ? 'channel' : 'connection'} ${stream}`;
    if (what === 'new') secured.delete(key);
    if (what === 'new' || !readers.has(key)) readers.set(key, new ChunkReader());
    const reader = readers.get(key) as ChunkReader;
    const chunks = what === 'clear' ? [reader.chunk(bytes)] : reader.feed(bytes);
    for (const chunk of chunks) {
      if (chunk.kind === 'OPN' && !opensInClear(chunk)) secured.add(key);
      if (what === 'clear') cleared++;
      if (chunk.kind === 'MSG' && secured.has(key)) {
        closed++;
        continue;
      }
      const service = askedBy(chunk);
      if (service !== undefined) asked.add(service);
    }
  }
  if (closed > 0 && cleared === 0) throw new Error(`${path} has ${closed} secured messages, and none in clear`);
  return asked;
}
