import type { Clock } from '../core/clock.ts';
import type { MinorChange, MinorEnd, MinorFinding, MinorUpdate } from '../core/minor.ts';
import type { MinorFeed } from '../core/monitor.ts';
import type { MinorStore } from '../core/state.ts';

/** Bounds of minor findings: most open ones, time and size of the stored ones. */
export const minorBounds = { open: 500, days: 30, bytes: 50_000_000 } as const;
const dayMs = 86_400_000;
/** Saves after which old ones are removed, and bytes reserved for them. */
const savesPerTrim = 200;
const reservedBytes = 1_000_000;
/** Most characters of a stored sentence, title or tag list; longer ones are cut. */
const mostCharacters = 400;
const mostTags = 5;
/** Time in which restarted detectors confirm an open minor finding, ms of stream time. */
const graceMs = 300_000;

/** Open minor findings in memory, ended ones in the store. They raise no alerts. */
export class MinorFindings implements MinorFeed {
  readonly #store: MinorStore;
  readonly #clock: Clock;
  readonly #open = new Map<string, MinorFinding>();
  /** Ids that the present detectors have not confirmed. */
  readonly #unconfirmed = new Set<string>();
  /** Monotonic time, ms. */
  #restartedAt: number;
  #saves = 0;
  #begun = 0;

  constructor({ store, clock }: { readonly store: MinorStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
    this.#restartedAt = clock.monotonic();
    for (const finding of store.open()) this.#open.set(finding.id, finding);
    this.restarted();
  }

  /** Number that has begun since the start. */
  get begun(): number {
    return this.#begun;
  }

  open(): readonly MinorFinding[] {
    return [...this.#open.values()].toSorted((a, b) => b.score - a.score || a.since - b.since);
  }

  ended: MinorFeed['ended'] = (query) => this.#store.ended(query);

  /** Applies changes of the detectors. */
  take(changes: readonly MinorChange[]): void {
    for (const change of changes) {
      if (change.change === 'begin') this.#begin(shortened(change.finding));
      else if (change.change === 'end') this.#end(change.update, change.end);
      else this.#update(change.update);
    }
  }

  /** Records that the detectors were replaced: they must confirm the minor findings that continue. */
  restarted(): void {
    this.#restartedAt = this.#clock.monotonic();
    for (const id of this.#open.keys()) this.#unconfirmed.add(id);
  }

  /** Advances stream time: ends minor findings that were not confirmed after a restart. */
  tick(): void {
    const now = this.#clock.now();
    if (this.#unconfirmed.size === 0 || this.#clock.monotonic() - this.#restartedAt < graceMs) return;
    for (const id of this.#unconfirmed) this.#close(this.#open.get(id), now, 'restarted');
    this.#unconfirmed.clear();
  }

  #begin(finding: MinorFinding): void {
    for (const old of this.#open.values())
      if (old.detector === finding.detector && old.channel === finding.channel) this.#close(old, finding.updatedAt, 'restarted');
    if (this.#open.size >= minorBounds.open) {
      const weakest = [...this.#open.values()].reduce((least, one) => (one.score < least.score ? one : least));
      if (weakest.score >= finding.score) return;
      this.#close(weakest, finding.updatedAt, 'displaced');
    }
    this.#begun++;
    this.#open.set(finding.id, finding);
    this.#save(finding);
  }

  #update({ id, updatedAt, score, peak, words }: MinorUpdate): MinorFinding | undefined {
    this.#unconfirmed.delete(id);
    const finding = this.#open.get(id);
    if (finding === undefined) return undefined;
    const updated = shortened({ ...finding, updatedAt, score, peak, ...words });
    this.#open.set(id, updated);
    return updated;
  }

  #end(update: MinorUpdate, end: MinorEnd): void {
    this.#close(this.#update(update), update.updatedAt, end);
  }

  #close(finding: MinorFinding | undefined, endedAt: number, end: MinorEnd): void {
    if (finding === undefined) return;
    this.#open.delete(finding.id);
    this.#unconfirmed.delete(finding.id);
    this.#save({ ...finding, updatedAt: endedAt, endedAt, end });
  }

  #save(finding: MinorFinding): void {
    this.#store.save(finding);
    if (this.#saves++ % savesPerTrim !== 0) return;
    const { days, bytes } = minorBounds;
    this.#store.trim({ before: this.#clock.now() - days * dayMs, bytes: bytes - reservedBytes });
  }
}

const cut = (text: string): string => (text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`);

/** A minor finding of bounded size. */
function shortened(finding: MinorFinding): MinorFinding {
  const { tags, title, sentence } = finding;
  return { ...finding, tags: tags.slice(0, mostTags), title: cut(title), sentence: cut(sentence) };
}
