import type { Alert, AlertChange } from '../core/alert.ts';
import type { StateSaving } from '../core/state.ts';
import { ChangeLog } from './log.ts';

/** Marks an epoch with published changes that were not on disk. */
const unsavedMark = '+unsaved-';

/** Time for which changes stay available to a returning reader, ms. */
const reachableMs = 86_400_000;

/** Publishes changes when they are on disk; while the store fails or is temporary, at once and marked as not saved. */
export class Publication {
  readonly log: ChangeLog;
  readonly #saving: StateSaving;
  /** Changes that are not published yet begin at `#next`. */
  #waiting: AlertChange[] = [];
  #next = 0;
  /** Sequence of the last change of each alert that is not on disk, in the order of the sequences. */
  readonly #notSaved = new Map<string, number>();
  #epoch: string;

  /** @param recent the last changes of earlier runs, oldest first */
  constructor(saving: StateSaving, epoch: string, sequence: number, recent: readonly AlertChange[]) {
    this.#saving = saving;
    this.#epoch = epoch;
    this.log = new ChangeLog(sequence, recent);
    saving.subscribe(() => this.#publish());
  }

  /** See `AlertFeed`. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Takes the next change, which has been handed to the store. */
  take(change: AlertChange): void {
    this.#notSaved.delete(change.alert.id);
    this.#notSaved.set(change.alert.id, change.sequence);
    this.#waiting.push(change);
    this.#publish();
  }

  /** Published changes after a sequence. @returns undefined for a reader that missed more than a day: it needs a snapshot */
  after(sequence: number, limit: number, now: number): readonly AlertChange[] | undefined {
    if (sequence > this.log.sequence) return undefined;
    const found = this.log.after(sequence, limit);
    return found?.[0] !== undefined && now - found[0].time > reachableMs ? undefined : found;
  }

  /** True while a change of the alert waits because the store fails. */
  isBlocked(id: string): boolean {
    return this.#notSaved.has(id) && this.#saving.status().state === 'failing';
  }

  /** The alerts, with those marked whose last change is not on disk. */
  marked(alerts: readonly Alert[]): readonly Alert[] {
    if (this.#notSaved.size === 0) return alerts;
    return alerts.map((alert) => {
      const notSaved = this.#notSaved.get(alert.id);
      return notSaved === undefined ? alert : { ...alert, notSaved };
    });
  }

  #publish(): void {
    const { savedSequence } = this.#saving;
    for (const [id, sequence] of this.#notSaved) {
      if (sequence > savedSequence) break;
      this.#notSaved.delete(id);
    }
    const areAllSaved = this.#saving.status().state === 'ok';
    for (let next = this.#waiting[this.#next]; next !== undefined; next = this.#waiting[this.#next]) {
      const isSaved = next.sequence <= savedSequence;
      if (!isSaved && areAllSaved) return;
      // a restart could reuse the numbers of unsaved changes: readers must not continue by number then
      if (!isSaved && !this.#epoch.includes(unsavedMark)) this.#epoch += `${unsavedMark}${next.sequence}-${next.time}`;
      this.#next++;
      this.log.publish(next);
    }
    this.#waiting = [];
    this.#next = 0;
  }
}
