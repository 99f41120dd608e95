import type { JournalEntry } from '../../core/monitor.ts';
import type { Event } from '../../core/observation.ts';
import { describeEvent } from './words.ts';

/** The same news again within this time is counted, not listed again, ms of stream time. */
const againMs = 60_000;

/** What happened lately on devices and on the wire: a ring, the oldest entry makes room for the newest. */
export class Journal {
  readonly #bound: number;
  readonly #entries: JournalEntry[] = [];
  /** Place of the last entry of each device and kind, by its number. */
  readonly #last = new Map<string, number>();
  #next = 0;

  /** @param bound entries that are kept */
  constructor(bound = 5_000) {
    this.#bound = bound;
  }

  take(event: Event): void {
    const said = describeEvent(event);
    if (said === undefined) return;
    const { device, text } = said;
    const key = `${device} ${event.type}`;
    const number = this.#last.get(key);
    const last = number === undefined ? undefined : this.#entries[number % this.#bound];
    if (last?.number === number && last !== undefined && last.text === text && event.time - last.lastTime < againMs) {
      this.#entries[last.number % this.#bound] = { ...last, lastTime: event.time, count: last.count + 1 };
      return;
    }
    const entry: JournalEntry = {
      number: this.#next++,
      time: event.time,
      lastTime: event.time,
      count: 1,
      device,
      kind: event.type,
      text,
    };
    this.#entries[entry.number % this.#bound] = entry;
    this.#last.set(key, entry.number);
  }

  /** Newest first. @param device of one device alone */
  read(limit: number, device?: string): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (let number = this.#next - 1; number >= Math.max(0, this.#next - this.#bound) && found.length < limit; number--) {
      const entry = this.#entries[number % this.#bound];
      if (entry !== undefined && (device === undefined || entry.device === device)) found.push(entry);
    }
    return found;
  }
}
