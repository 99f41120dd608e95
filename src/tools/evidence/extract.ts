import { pipeline } from 'node:stream/promises';
import { evidenceLines } from './file.ts';
import { writeNewFile } from './new-file.ts';
import { isPacketsLine, readPacketsLine } from './packets.ts';

/**
 * Writes the raw packets of an evidence file to a new pcapng file.
 * @throws ScadaError INPUT_INVALID if the evidence is damaged or altered, or the new file exists or cannot be written
 */
export async function extractPackets(file: string, out: string, signal: AbortSignal): Promise<void> {
  async function* contents(): AsyncGenerator<Buffer> {
    for await (const line of evidenceLines(file, signal)) {
      const part = isPacketsLine(line) ? readPacketsLine(line) : undefined;
      if (part !== undefined) yield part.content;
    }
  }
  await writeNewFile(out, async (written) => await pipeline(contents(), written, { signal }));
}
