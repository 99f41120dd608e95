import type { PacketStamp, Side, StreamDecoder, StreamProtocol } from '../decoder.ts';
import { type ForeignProtocol, foreignProtocol } from './foreign.ts';

/** Number of bytes of one side that are examined before the decision. */
const lookAhead = 256;
/** Number of segments of a connection that are tried as a beginning if it was open before the capture. */
const triesInTheMidst = 8;

interface Kept {
  readonly from: Side;
  /** Undefined for a gap. */
  readonly bytes: Buffer | undefined;
  readonly missing: number;
  readonly at: PacketStamp;
}

/** Recognises the protocol of a connection by its first bytes, and keeps them for the decoder. */
export class Recognition {
  readonly #protocols: readonly StreamProtocol[];
  readonly #expected: (protocol: StreamProtocol) => boolean;
  readonly #kept: Kept[] = [];
  #heads: Record<Side, Buffer> = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  #tries: number;
  /** Undefined until it is decided. */
  verdict: StreamProtocol | 'none' | undefined;
  /** A protocol that is not decoded, if the connection or one of its tried segments begins with it. */
  foreign: ForeignProtocol | undefined;

  /** @param fromTheStart true if the connection was seen to open */
  constructor(protocols: readonly StreamProtocol[], expected: (protocol: StreamProtocol) => boolean, fromTheStart: boolean) {
    this.#protocols = protocols;
    this.#expected = expected;
    this.#tries = fromTheStart ? 1 : triesInTheMidst;
  }

  data(from: Side, bytes: Buffer, at: PacketStamp): void {
    if (this.verdict === 'none') return;
    this.#kept.push({ from, bytes: Buffer.from(bytes), missing: 0, at });
    if (this.verdict !== undefined) return;
    const head = Buffer.concat([this.#heads[from], bytes.subarray(0, lookAhead)]);
    this.#heads[from] = head;
    let undecided = false;
    for (const protocol of this.#protocols) {
      const answer = protocol.recognise(from, head, this.#expected(protocol));
      if (answer === 'yes') {
        this.verdict = protocol;
        return;
      }
      undecided ||= answer === 'more' && head.length < lookAhead;
    }
    if (undecided) return;
    this.foreign ??= foreignProtocol(head);
    this.#again();
    if (--this.#tries === 0) this.verdict = 'none';
  }

  /** Data after a gap begins in the middle of a message. */
  gap(from: Side, missing: number, at: PacketStamp): void {
    if (this.verdict === undefined) {
      this.#again();
      this.#tries = triesInTheMidst;
    } else this.#kept.push({ from, bytes: undefined, missing, at });
  }

  /** Passes the kept bytes to the decoder. */
  replay(decoder: StreamDecoder): void {
    for (const { from, bytes, missing, at } of this.#kept) {
      if (bytes === undefined) decoder.gap(from, missing, at);
      else decoder.data(from, bytes, at);
    }
  }

  #again(): void {
    this.#kept.length = 0;
    this.#heads = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  }
}
