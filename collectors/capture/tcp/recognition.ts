import type { PacketStamp, Side, StreamDecoder, StreamProtocol } from '../decoder.ts';

/** So many bytes of one side are looked at before it is decided. */
const lookAhead = 256;
/** A connection that was there before the tap may be met in the midst of a message: so many segments may be its first. */
const triesInTheMidst = 8;

interface Kept {
  readonly from: Side;
  /** Undefined for a gap. */
  readonly bytes: Buffer | undefined;
  readonly missing: number;
  readonly at: PacketStamp;
}

/** Finds out by its first bytes which protocol a connection speaks, and keeps them for the decoder. */
export class Recognition {
  readonly #protocols: readonly StreamProtocol[];
  readonly #expected: (protocol: StreamProtocol) => boolean;
  readonly #kept: Kept[] = [];
  #heads: Record<Side, Buffer> = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  #tries: number;
  /** Undefined until it is decided. */
  verdict: StreamProtocol | 'none' | undefined;

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
    this.#again();
    if (--this.#tries === 0) this.verdict = 'none';
  }

  /** What comes after it is in the midst of something. */
  gap(from: Side, missing: number, at: PacketStamp): void {
    if (this.verdict === undefined) {
      this.#again();
      this.#tries = triesInTheMidst;
    } else this.#kept.push({ from, bytes: undefined, missing, at });
  }

  /** Gives the decoder what was kept for it. */
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
