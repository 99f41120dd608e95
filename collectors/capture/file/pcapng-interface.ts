const option = { end: 0, timeResolution: 9, timeOffset: 14, packetDrops: 4, interfaceDrops: 5, systemDrops: 7 } as const;

/** One interface of a section: time resolution, snapshot length and lost packets. */
export class PcapngInterface {
  readonly linkType: number;
  /** Bytes; 0 means no limit. */
  readonly snapLength: number;
  #ticksPerMs = 1e3;
  #offsetMs = 0;
  #atInterface = 0;
  #inSystem = 0;
  #beforePackets = 0;

  constructor(linkType: number, snapLength: number) {
    this.linkType = linkType;
    this.snapLength = snapLength;
  }

  /** Packets lost. Statistics blocks and packet options count the same losses, so that the greater count is used. */
  get dropped(): number {
    return Math.max(this.#atInterface + this.#inSystem, this.#beforePackets);
  }

  /** Time unit and origin, for messages. */
  get timeBase(): string {
    return `interface with ${this.#ticksPerMs * 1_000} ticks in a second and an offset of ${this.#offsetMs / 1_000} s`;
  }

  /** ms UTC. At this magnitude a double has a resolution of 0.25 µs, coarser than the nanoseconds of the format. */
  time(high: number, low: number): number {
    return (high * 4_294_967_296 + low) / this.#ticksPerMs + this.#offsetMs;
  }

  describe(bytes: Buffer, from: number, to: number, little: boolean): void {
    eachOption(bytes, from, to, little, (code, at, length) => {
      if (code === option.timeResolution && length >= 1) {
        const resolution = bytes.readUInt8(at);
        this.#ticksPerMs = (resolution & 0x80) === 0 ? 10 ** resolution / 1000 : 2 ** (resolution & 0x7f) / 1000;
      } else if (code === option.timeOffset && length >= 8) {
        this.#offsetMs = Number(little ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at)) * 1000;
      }
    });
  }

  /** Reads the options of an interface statistics block. Its counts are cumulative. */
  count(bytes: Buffer, from: number, to: number, little: boolean): void {
    eachOption(bytes, from, to, little, (code, at, length) => {
      if (length < 8) return;
      if (code === option.interfaceDrops) this.#atInterface = uint64(bytes, at, little);
      else if (code === option.systemDrops) this.#inSystem = uint64(bytes, at, little);
    });
  }

  /** Reads the options of a packet. Its drop count covers the time since the previous packet. */
  countBeforePacket(bytes: Buffer, from: number, to: number, little: boolean): void {
    eachOption(bytes, from, to, little, (code, at, length) => {
      if (code === option.packetDrops && length >= 8) this.#beforePackets += uint64(bytes, at, little);
    });
  }
}

const uint64 = (bytes: Buffer, at: number, little: boolean): number =>
  Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));

/** Calls back with position and length of each option. An option that exceeds its block ends the iteration. */
function eachOption(
  bytes: Buffer,
  from: number,
  to: number,
  little: boolean,
  take: (code: number, at: number, length: number) => void,
): void {
  for (let at = from; at + 4 <= to; ) {
    const code = little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
    const length = little ? bytes.readUInt16LE(at + 2) : bytes.readUInt16BE(at + 2);
    if (code === option.end || at + 4 + length > to) return;
    take(code, at + 4, length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
}
