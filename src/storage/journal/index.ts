import type { JournalEntry } from '../../core/monitor.ts';
import type { Event } from '../../core/observation.ts';
import { describeEvent } from './words.ts';

/** Repetitions within this time are counted, not listed again, ms of stream time. */
const againMs = 60_000;

/**
 * Recent events of devices and of the network in a ring buffer. Repetitions, even alternating ones, are counted on one entry, so
 * that nobody can displace the other entries by repeated events.
 */
export class Journal {
  readonly #nameOf: (tag: number) => string;
  readonly #bound: number;
  readonly #entries: JournalEntry[] = [];
  /** Number of the last entry with the same text. */
  readonly #last = new Map<string, number>();
  #next = 0;

  /**
   * @param nameOf the name of a tag by its index
   * @param bound most kept entries
   */
  constructor(nameOf: (tag: number) => string, bound = 5_000) {
    this.#nameOf = nameOf;
    this.#bound = bound;
  }

  take(event: Event): void {
    const described = describeEvent(event, this.#nameOf);
    if (described === undefined) return;
    const { device, text } = described;
    const key = keyOf(device, event.type, text);
    const number = this.#last.get(key);
    const last = number === undefined ? undefined : this.#entries[number % this.#bound];
    if (last !== undefined && event.time - last.lastTime < againMs) {
      this.#entries[last.number % this.#bound] = { ...last, lastTime: event.time, count: last.count + 1 };
      return;
    }
    const entry = {
      number: this.#next++,
      time: event.time,
      lastTime: event.time,
      count: 1,
      device,
      kind: event.type,
      text,
    };
    const place = entry.number % this.#bound;
    this.#forget(this.#entries[place]);
    this.#entries[place] = entry;
    this.#last.set(key, entry.number);
  }

  /** The latest event first. @param device only this device */
  read(limit: number, device?: string): JournalEntry[] {
    return this.#entries
      .filter((entry) => device === undefined || entry.device === device)
      .toSorted((a, b) => b.lastTime - a.lastTime || b.number - a.number)
      .slice(0, limit);
  }

  #forget(entry: JournalEntry | undefined): void {
    if (entry === undefined) return;
    const key = keyOf(entry.device, entry.kind, entry.text);
    if (this.#last.get(key) === entry.number) this.#last.delete(key);
  }
}

const keyOf = (device: string, kind: string, text: string): string => `${device} ${kind} ${text}`;
