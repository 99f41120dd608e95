import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PacketFile, PacketQuery } from '../../core/packets.ts';
import type { Span } from '../../core/traffic.ts';
import { heldFolder, packetFiles, segmentMs } from './files.ts';
import { fileOf, packetsOf, type StoredPacket } from './pcapng.ts';

/** Longest span of a file, with a tolerance for packets that are out of order, ms. */
const mostMs = 2 * segmentMs;
/** Bytes of packets that are compared in memory, as a multiple of the largest file. */
const mostCompared = 2;

/**
 * Stored packets of some spans as one file; undefined if there are none. Reads a ring also while it is written.
 * @param dir folder of the ring
 */
export async function readPackets(
  dir: string,
  { spans, mostBytes }: PacketQuery,
  signal: AbortSignal,
): Promise<PacketFile | undefined> {
  const found: StoredPacket[] = [];
  let bytes = 0;
  for (const { name, folder } of await filesOf(dir, spans)) {
    signal.throwIfAborted();
    if (bytes > mostCompared * mostBytes) break;
    for (const packet of packetsOf(await contentOf(join(folder, name), join(dir, heldFolder, name)))) {
      if (!spans.some((span) => packet.time >= span.from && packet.time < span.to)) continue;
      found.push(packet);
      bytes += packet.block.length;
    }
  }
  const chosen = nearest(found, spans, mostBytes).toSorted((a, b) => a.time - b.time);
  const [first] = chosen;
  if (first === undefined) return undefined;
  return {
    content: fileOf(chosen),
    packets: chosen.length,
    from: first.time,
    to: chosen.at(-1)?.time ?? first.time,
    more: chosen.length < found.length,
  };
}

/** Files that may have packets of the spans, those nearest to the middle of a span first. */
async function filesOf(
  dir: string,
  spans: readonly Span[],
): Promise<readonly { readonly name: string; readonly folder: string }[]> {
  const folders = [join(dir, heldFolder), dir];
  const all = await Promise.all(
    folders.map(async (folder) => (await packetFiles.in(folder)).map((file) => ({ ...file, folder }))),
  );
  return all
    .flat()
    .filter(({ from }) => spans.some((span) => from < span.to && from + mostMs > span.from))
    .map((file) => ({ ...file, at: distance(file.from, spans, segmentMs) }))
    .toSorted((a, b) => a.at - b.at);
}

/** Time between the middle of the nearest span and a moment, or a period of some length, ms. */
const distance = (begin: number, spans: readonly Span[], lengthMs = 0): number =>
  Math.min(...spans.map(({ from, to }) => Math.max(begin - (from + to) / 2, (from + to) / 2 - begin - lengthMs, 0)));

/** A file that is held meanwhile has moved; one that is deleted meanwhile is empty. */
async function contentOf(...paths: readonly string[]): Promise<Buffer> {
  for (const path of paths) {
    try {
      return await readFile(path);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    }
  }
  return Buffer.alloc(0);
}

/** The packets nearest to the middle of a span, up to a number of bytes. */
function nearest(found: readonly StoredPacket[], spans: readonly Span[], mostBytes: number): StoredPacket[] {
  let left = mostBytes;
  if (found.reduce((sum, { block }) => sum + block.length, 0) <= left) return [...found];
  const sorted = found.map((packet) => ({ packet, at: distance(packet.time, spans) })).toSorted((a, b) => a.at - b.at);
  return sorted.flatMap(({ packet }) => {
    left -= packet.block.length;
    return left < 0 ? [] : [packet];
  });
}
