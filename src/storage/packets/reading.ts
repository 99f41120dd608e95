import { join } from 'node:path';
import { type DamagedPackets, damageText, type FoundPackets, type PacketFile, type PacketQuery } from '../../core/packets.ts';
import type { Span } from '../../core/traffic.ts';
import { readFile } from '../../data-directory/files.ts';
import { heldFolder, packetFiles, segmentMs } from './files.ts';
import { fileOf } from './pcapng.ts';
import { type DamagedBytes, packetsOf, type StoredPacket } from './read-blocks.ts';

/** Longest span of a file, with a tolerance for packets that are out of order, ms. */
const mostMs = 2 * segmentMs;
/** Bytes of packets that are compared in memory, as a multiple of the largest file. */
const mostCompared = 2;

/**
 * Stored packets of some spans as one file, and what of them is damaged. Reads a ring also while it is written.
 * @param dir folder of the ring
 */
export async function readPackets(dir: string, { spans, mostBytes }: PacketQuery, signal: AbortSignal): Promise<FoundPackets> {
  const found: StoredPacket[] = [];
  const damaged: DamagedPackets[] = [];
  let bytes = 0;
  for (const { name, folder } of await filesOf(dir, spans)) {
    signal.throwIfAborted();
    if (bytes > mostCompared * mostBytes) break;
    const damages = new FileDamages(spans);
    for (const packet of packetsOf(await contentOf(join(folder, name), join(dir, heldFolder, name)), damages.note)) {
      if (!spans.some((span) => packet.time >= span.from && packet.time < span.to)) continue;
      found.push(packet);
      bytes += packet.block.length;
    }
    damaged.push(...damages.of(name));
  }
  const chosen = nearest(found, spans, mostBytes);
  const more = chosen.length < found.length;
  // tools for captures show it, also where the file has left its document
  const comments = [...(more ? ['Further packets are left out: these are the nearest.'] : []), ...damaged.map(damageText)];
  return { file: chosen.length === 0 ? undefined : fileWith(chosen, more, comments), damaged };
}

/**
 * All stored packets of a span, in parts. Each part is a whole file, and all of them in a row are one, too.
 * @param dir folder of the ring
 * @param partBytes size at which a part ends
 * @param onDamage called for each file with damaged bytes within the span, once it is read
 */
export async function* packetParts(
  dir: string,
  span: Span,
  partBytes: number,
  signal: AbortSignal,
  onDamage: (damaged: DamagedPackets) => void,
): AsyncGenerator<PacketFile, void, void> {
  const files = (await filesOf(dir, [span])).toSorted((a, b) => a.number - b.number);
  for (const { name, folder } of files) {
    signal.throwIfAborted();
    let part: StoredPacket[] = [];
    let bytes = 0;
    const damages = new FileDamages([span]);
    for (const packet of packetsOf(await contentOf(join(folder, name), join(dir, heldFolder, name)), damages.note)) {
      if (packet.time < span.from || packet.time >= span.to) continue;
      part.push(packet);
      bytes += packet.block.length;
      if (bytes < partBytes) continue;
      yield fileWith(part, false);
      part = [];
      bytes = 0;
    }
    if (part.length > 0) yield fileWith(part, false);
    for (const damaged of damages.of(name)) onDamage(damaged);
  }
}

/** True if packets of the span may be missing. */
const touches = ({ after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY }: DamagedBytes, span: Span): boolean =>
  after < span.to && before >= span.from;

/** Collects the damages of one file that concern some spans. */
class FileDamages {
  readonly #spans: readonly Span[];
  readonly #all: DamagedBytes[] = [];

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
  }

  readonly note = (damaged: DamagedBytes): void => {
    if (this.#spans.some((span) => touches(damaged, span))) this.#all.push(damaged);
  };

  /** The damages as one; none without damage. */
  of(file: string): readonly DamagedPackets[] {
    const [first] = this.#all;
    if (first === undefined) return [];
    const bytes = this.#all.reduce((sum, one) => sum + one.bytes, 0);
    return [{ file, bytes, after: first.after, before: this.#all.at(-1)?.before }];
  }
}

/** @param packets at least one */
function fileWith(packets: readonly StoredPacket[], more: boolean, comments: readonly string[] = []): PacketFile {
  const sorted = packets.toSorted((a, b) => a.time - b.time);
  const [from = Number.NaN, to = Number.NaN] = [sorted[0]?.time, sorted.at(-1)?.time];
  return { content: fileOf(sorted, comments), packets: sorted.length, from, to, more };
}

/** Files that may have packets of the spans, those nearest to the middle of a span first. */
async function filesOf(
  dir: string,
  spans: readonly Span[],
): Promise<readonly { readonly name: string; readonly number: number; readonly folder: string }[]> {
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
