import { closeSync, openSync, writeFileSync } from 'node:fs';
import { pcapHeader, pcapRecord } from '../../../../simulators/servers/tap/frames.ts';
import { writing } from './csv-file.ts';

/** Bytes that are written at once. */
const blockSize = 1 << 18;
/** Largest file, bytes. Some tools for captures read no larger ones. */
export const mostFileBytes = 2 ** 31 - 1;

/** Writes a capture file (pcap, Ethernet, microseconds) packet by packet, up to a largest size. */
export class PacketFile {
  readonly #path: string;
  readonly #handle: number;
  readonly #most: number;
  #waiting: Buffer[];
  #waitingBytes: number;
  #bytes: number;
  #packets = 0;
  #missingFrom: number | undefined;

  /**
   * @param most largest size, bytes
   * @throws ScadaError INPUT_INVALID if the file cannot be written, also if it exists
   */
  constructor(path: string, most = mostFileBytes) {
    this.#path = path;
    this.#most = most;
    this.#handle = writing(path, () => openSync(path, 'wx'));
    this.#waiting = [pcapHeader()];
    this.#waitingBytes = this.#bytes = this.#waiting[0]?.length ?? 0;
  }

  get packets(): number {
    return this.#packets;
  }

  /** Time of the first packet that is missing because the file has its largest size, ms UTC; undefined if none is. */
  get missingFrom(): number | undefined {
    return this.#missingFrom;
  }

  /**
   * Adds a packet. Once one has no room, it and all later ones are missing.
   * @param time ms UTC
   * @throws ScadaError INPUT_INVALID if the disk is full
   */
  add(time: number, frame: Buffer): void {
    if (this.#missingFrom !== undefined) return;
    const record = pcapRecord(time, frame);
    if (this.#bytes + record.length > this.#most) {
      this.#missingFrom = time;
      return;
    }
    this.#packets++;
    this.#bytes += record.length;
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    if (this.#waitingBytes >= blockSize) this.#flush();
  }

  /** @throws ScadaError INPUT_INVALID if the disk is full */
  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#handle);
    }
  }

  #flush(): void {
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    writing(this.#path, () => writeFileSync(this.#handle, block));
  }
}
