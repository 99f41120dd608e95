import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Subjects of findings about a device's posture; each device has a channel of each. */
export const kinds = ['identity', 'change', 'certificate', 'clock', 'restart', 'mirrored'] as const;
export type Kind = (typeof kinds)[number];

/** Finding of one channel. A plain object: it is part of the running state. */
export interface Case {
  readonly since: number;
  /** Time of the last report, ms UTC. */
  readonly last: number;
  readonly score: number;
  /** A subject, a field, or a condition. */
  readonly subject: string;
  /** Sentence without its full stop. */
  readonly text: string;
  readonly techniques: readonly string[];
  /** True for a condition that lasts until it is reported as over, false for an instant event. */
  readonly lasts: boolean;
  /** Number of reports. */
  readonly events: number;
}

/** The open cases by channel key: the most severe one within the hold-off, the latest of equals. */
export class Cases {
  readonly #open = new Map<string, Case>();
  readonly #holdMs: number;

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  of(key: string): Case | undefined {
    return this.#open.get(key);
  }

  /** @returns the present score of the channel */
  add(key: string, next: Omit<Case, 'since' | 'last' | 'events'>, time: number): number {
    this.scoreAt(key, time);
    const known = this.#open.get(key);
    const since = known?.since ?? time;
    const events = (known?.events ?? 0) + 1;
    const lead = known !== undefined && known.score > next.score ? known : next;
    this.#open.set(key, { ...lead, since, last: time, events });
    return lead.score;
  }

  /** Ends a lasting condition. */
  end(key: string): void {
    this.#open.delete(key);
  }

  /** Score of a channel at a later time. */
  scoreAt(key: string, time: number): number {
    const known = this.#open.get(key);
    if (known === undefined) return 0;
    if (known.lasts || time - known.last <= this.#holdMs) return known.score;
    this.#open.delete(key);
    return 0;
  }

  save(): unknown {
    return structuredClone([...this.#open]);
  }

  load(saved: unknown): void {
    if (!Array.isArray(saved)) throw mismatch('the open cases of posture are missing');
    this.#open.clear();
    for (const [key, entry] of structuredClone(saved) as [string, Case][]) {
      if (!isRecord(entry)) throw mismatch('an open case of posture is no object');
      this.#open.set(key, entry);
    }
  }
}
