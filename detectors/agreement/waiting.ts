import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import type { Reading } from './ledger.ts';

/** Most waiting readings of a tag, of all clients: the oldest are dropped. */
const mostWaiting = 64;

/** Readings that wait for the next poll of their tag. */
export class WaitingReadings {
  readonly #of = new Map<number, Reading[]>();

  add(reading: Reading): void {
    const all = this.#of.get(reading.tag) ?? [];
    this.#of.set(reading.tag, all);
    all.push(reading);
    if (all.length > mostWaiting) all.shift();
  }

  /** Drops the readings of a tag. */
  lose(tag: number): void {
    this.#of.delete(tag);
  }

  /** Passes on the readings of a tag. @param done true if a reading waits no longer */
  settle(tag: number, done: (reading: Reading) => boolean): void {
    const left = this.#of.get(tag)?.filter((reading) => !done(reading)) ?? [];
    if (left.length === 0) this.#of.delete(tag);
    else this.#of.set(tag, left);
  }

  save(): unknown {
    const all = [...this.#of.values()].flat();
    const rows = all.map(({ channel, tag, time, value }) => Float64Array.of(channel, tag, time, value));
    return { clients: all.map(({ client }) => client), rows };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { clients, rows } = isRecord(saved) ? saved : {};
    if (!Array.isArray(clients) || !Array.isArray(rows)) throw mismatch('the waiting readings of agreement are missing');
    this.#of.clear();
    (rows as Float64Array[]).forEach(([channel = 0, tag = 0, time = 0, value = 0], i) =>
      this.add({ channel, tag, client: String(clients[i]), time, value }),
    );
  }
}
