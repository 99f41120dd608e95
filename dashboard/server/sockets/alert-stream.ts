import type { Alert, AlertChange } from '../../../src/core/alert.ts';
import type { AlertFeed } from '../../../src/core/monitor.ts';
import { byRole, shownAlert, shownChange } from '../../../src/core/shown.ts';

/** Alerts or changes in one message: a page that reads slowly is looked at again between two of them. */
const perMessage = 100;

type State =
  | { readonly at: 'closed' }
  | { readonly at: 'snapshot'; readonly alerts: readonly Alert[]; readonly next: number; readonly sequence: number }
  /** `answers` until the answer to a resume has been sent, which is due even when nothing is missing. */
  | { readonly at: 'live'; readonly cursor: number; readonly answers: boolean };

const textOfChange = new WeakMap<AlertChange, string>();

/** A change goes to every page: it is written as text once. */
function textOf(change: AlertChange): string {
  const known = textOfChange.get(change);
  if (known !== undefined) return known;
  const text = JSON.stringify(shownChange(change, byRole));
  textOfChange.set(change, text);
  return text;
}

/**
 * The alerts of one page, without gaps. It keeps no queue of changes, only the number of the last one sent: the feed keeps
 * the changes, and where it no longer does the page gets a snapshot.
 */
export class AlertStream {
  readonly #feed: AlertFeed;
  /** What the page was last told of saving; undefined: all is saved. */
  #saved: number | undefined;
  #state: State = { at: 'closed' };

  constructor(feed: AlertFeed) {
    this.#feed = feed;
  }

  /** Goes on after what the page has seen, or starts with a snapshot. */
  resume(epoch: string | undefined, sequence: number | undefined): void {
    const isKnown =
      epoch === this.#feed.epoch &&
      sequence !== undefined &&
      sequence <= this.#feed.sequence &&
      this.#feed.changesAfter(sequence, 1) !== undefined;
    this.#state = isKnown ? { at: 'live', cursor: sequence, answers: true } : this.#takeSnapshot();
  }

  /** Sends what is due, as long as the page takes it. */
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
    this.#saved = saved;
    const epoch = JSON.stringify(this.#feed.epoch);
    const mark = saved === undefined ? '' : `"saved":${saved},`;
    return `{"type":"alert-changes","recovered":true,"epoch":${epoch},${mark}"changes":[${changes.map(textOf).join()}]}`;
  }

  /** Undefined where all up to a sequence is on disk. */
  #savedUpTo(sequence: number): number | undefined {
    return this.#feed.savedSequence >= sequence ? undefined : this.#feed.savedSequence;
  }

  #takeSnapshot(): State {
    return { at: 'snapshot', alerts: this.#feed.open(), next: 0, sequence: this.#feed.sequence };
  }
}
