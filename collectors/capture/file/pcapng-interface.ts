const option = { end: 0, timeResolution: 9, timeOffset: 14, packetDrops: 4, interfaceDrops: 5, systemDrops: 7 } as const;

/** One interface of a section: how its packets are read, and how many it lost. */
export class PcapngInterface {
  readonly linkType: number;
  /** 0 for no limit. */
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

  /** Packets lost. Statistics and the packets' own counts tell of the same losses, so that the greater of both counts. */
  get dropped(): number {
    return Math.max(this.#atInterface + this.#inSystem, this.#beforePackets);
  }

  /** How its times are counted, for messages. */
  get timeBase(): string {
    return `interface with ${this.#ticksPerMs * 1_000} ticks in a second and an offset of ${this.#offsetMs / 1_000} s`;
  }

  /** ms UTC. A double is as fine as the format's nanoseconds at this size of a number: 0.25 µs. */
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

  /** Reads the options of an interface statistics block, whose counts are since the beginning. */
  count(bytes: Buffer, from: number, to: number, little: boolean): void {
    eachOption(bytes, from, to, little, (code, at, length) => {
      if (length < 8) return;
      if (code === option.interfaceDrops) this.#atInterface = uint64(bytes, at, little);
      else if (code === option.systemDrops) this.#inSystem = uint64(bytes, at, little);
    });
  }

  /** Reads the options of a packet, whose count is since the packet before it. */
  countBeforePacket(bytes: Buffer, from: number, to: number, little: boolean): void {
    eachOption(bytes, from, to, little, (code, at, length) => {
      if (code === option.packetDrops && length >= 8) this.#beforePackets += uint64(bytes, at, little);
    });
  }
}

const uint64 = (bytes: Buffer, at: number, little: boolean): number =>
  Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));

/** Calls with the place and length of each option; one that reaches beyond its block ends them. */
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
