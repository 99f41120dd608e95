import type { Alert, AlertChange } from '../../src/core/alert.ts';
import { Lru } from '../../src/core/lru.ts';
import type { AlertFeed } from '../../src/core/monitor.ts';
import { byRole, shownAlert, shownChange } from '../../src/core/shown.ts';

/** Largest number of alerts or changes in one message; the speed of the page is checked between messages. */
const perMessage = 100;

type State =
  | { readonly at: 'closed' }
  | { readonly at: 'snapshot'; readonly alerts: readonly Alert[]; readonly next: number; readonly sequence: number }
  /** `answers` is true until the response to a resume has been sent, which is sent even if nothing is missing. */
  | { readonly at: 'live'; readonly cursor: number; readonly answers: boolean };

/** Texts that all pages read at about the same time: in a flood, one of each change would be more than the alerts themselves. */
const texts = new Lru<AlertChange, string>(10 * perMessage);

/** JSON text of a change, created once for all pages that are up to date. */
const textOf = (change: AlertChange): string => texts.obtain(change, () => JSON.stringify(shownChange(change, byRole)));

/**
 * Alert stream of one page, without gaps. It keeps only the number of the last change sent, no queue. If the feed no longer has
 * the next changes, the page gets a snapshot.
 */
export class AlertStream {
  readonly #feed: AlertFeed;
  /** Last reported number of saved changes; undefined if all are saved. */
  #saved: number | undefined;
  #state: State = { at: 'closed' };
  #sentType: 'alert-snapshot' | 'alert-changes' = 'alert-snapshot';

  constructor(feed: AlertFeed) {
    this.#feed = feed;
  }

  /** Type of the message that was sent last. */
  get sentType(): 'alert-snapshot' | 'alert-changes' {
    return this.#sentType;
  }

  /** Place after the message that was sent last; undefined within a snapshot, which must be complete to be continued. */
  get position(): { readonly epoch: string; readonly sequence: number } | undefined {
    return this.#state.at === 'live' ? { epoch: this.#feed.epoch, sequence: this.#state.cursor } : undefined;
  }

  /** Continues after the last change that the page has, or starts with a snapshot. */
  resume(epoch: string | undefined, sequence: number | undefined): void {
    const isKnown =
      epoch === this.#feed.epoch &&
      sequence !== undefined &&
      sequence <= this.#feed.sequence &&
      this.#feed.changesAfter(sequence, 1) !== undefined;
    this.#state = isKnown ? { at: 'live', cursor: sequence, answers: true } : this.#takeSnapshot();
  }

  /** Sends due messages while the page reads them. */
  pump(send: (text: string) => void, mayWrite: () => boolean): void {
    while (mayWrite()) {
      const text = this.#next();
      if (text === undefined) return;
      send(text);
    }
  }

  #next(): string | undefined {
    switch (this.#state.at) {
      case 'closed':
        return undefined;
      case 'snapshot':
        return this.#snapshotText(this.#state);
      case 'live':
        return this.#changesText(this.#state);
    }
  }

  #snapshotText({ alerts, next, sequence }: Extract<State, { at: 'snapshot' }>): string {
    const end = Math.min(alerts.length, next + perMessage);
    const last = end === alerts.length;
    this.#sentType = 'alert-snapshot';
    this.#state = last ? { at: 'live', cursor: sequence, answers: false } : { at: 'snapshot', alerts, next: end, sequence };
    this.#saved = this.#savedUpTo(sequence);
    return JSON.stringify({
      type: 'alert-snapshot',
      recovered: false,
      epoch: this.#feed.epoch,
      sequence,
      saved: this.#saved,
      first: next === 0,
      last,
      alerts: alerts.slice(next, end).map((alert) => shownAlert(alert, byRole)),
    });
  }

  #changesText({ cursor, answers }: Extract<State, { at: 'live' }>): string | undefined {
    const changes = cursor === this.#feed.sequence ? [] : this.#feed.changesAfter(cursor, perMessage);
    if (changes === undefined) {
      this.#state = this.#takeSnapshot();
      return this.#next();
    }
    const next = changes.at(-1)?.sequence ?? cursor;
    const saved = this.#savedUpTo(next);
    if (changes.length === 0 && !answers && saved === this.#saved) return undefined;
    this.#state = { at: 'live', cursor: next, answers: false };
    this.#sentType = 'alert-changes';
    this.#saved = saved;
    const epoch = JSON.stringify(this.#feed.epoch);
    const mark = saved === undefined ? '' : `"saved":${saved},`;
    return `{"type":"alert-changes","recovered":true,"epoch":${epoch},${mark}"changes":[${changes.map(textOf).join()}]}`;
  }

  /** Undefined if all changes up to a sequence number are on disk. */
  #savedUpTo(sequence: number): number | undefined {
    return this.#feed.savedSequence >= sequence ? undefined : this.#feed.savedSequence;
  }

  #takeSnapshot(): State {
    return { at: 'snapshot', alerts: this.#feed.open(), next: 0, sequence: this.#feed.sequence };
  }
}
