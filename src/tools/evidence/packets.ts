import { createHash } from 'node:crypto';
import { decodeJson, encodeJson } from '../../core/json.ts';
import type { PacketFile } from '../../core/packets.ts';
import { packetsOf } from '../../storage/packets/index.ts';
import { type PacketsLine, packetsSchema, type Summary } from './format.ts';

/** A part of the raw packets. */
export type PacketPart = Omit<PacketFile, 'more'>;

const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** A part as one line of evidence. */
export function encodePacketsLine({ content, packets, from, to }: PacketPart): string {
  const format = 'pcapng';
  const line: PacketsLine = {
    kind: 'packets',
    format,
    from,
    to,
    packets,
    sha256: sha256Of(content),
    content: content.toString('base64'),
  };
  return encodeJson(line);
}

/** True for a line that `encodePacketsLine` has written, which then need not be decoded to find out. */
export const isPacketsLine = (line: string): boolean => line.startsWith('{"kind":"packets"');

/** Reads a line with packets; undefined if its content does not have the stated hash, number or times. */
export function readPacketsLine(text: string): PacketPart | undefined {
  const line = packetsSchema.safeParse(decodedOf(text));
  if (!line.success) return undefined;
  const { from, to, packets, sha256 } = line.data;
  const content = Buffer.from(line.data.content, 'base64');
  const times = [...packetsOf(content)].map(({ time }) => time);
  const isWhole = times.length === packets && times[0] === from && times.at(-1) === to;
  return isWhole && sha256Of(content) === sha256 ? { content, packets, from, to } : undefined;
}

function decodedOf(text: string): unknown {
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

/** Counts the packets of a file. */
export class PacketCounter {
  readonly #hash = createHash('sha256');
  #count = 0;
  #bytes = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  add({ content, packets, from, to }: PacketPart): void {
    this.#hash.update(content);
    this.#count += packets;
    this.#bytes += content.length;
    this.#first = Math.min(this.#first, from);
    this.#last = Math.max(this.#last, to);
  }

  /** Undefined without packets. */
  summary(): Summary['packets'] {
    if (this.#count === 0) return undefined;
    const sha256 = this.#hash.copy().digest('hex');
    return { count: this.#count, bytes: this.#bytes, first: this.#first, last: this.#last, sha256 };
  }
}
