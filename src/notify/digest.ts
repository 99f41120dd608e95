import type { AlertChange, Priority } from '../core/alert.ts';
import type { Grouping } from '../core/notification-settings.ts';
import type { AlertDigest } from '../core/notifier.ts';

const order: Readonly<Record<Priority, number>> = { 1: 0, 2: 1, 3: 2, A: 3 };

/** An alert of a digest: its last change, and the changes that it replaces. */
interface Entry {
  readonly change: AlertChange;
  readonly from: number;
  readonly changes: number;
  readonly raised: number;
  /** True if one of them is urgent. */
  readonly isUrgent: boolean;
  readonly hasAct: boolean;
}

/** Most urgent first. */
export const byUrgency = (a: AlertChange, b: AlertChange): number =>
  order[a.alert.priority] - order[b.alert.priority] || a.alert.raisedAt - b.alert.raisedAt || a.sequence - b.sequence;

/** Changes that call for a person because of something new, or because nobody has come. */
const calling: readonly AlertChange['kind'][] = ['raised', 'recurred', 'realarmed', 'escalated'];

/** True for an alarm of priority 1 that is raised, also again: it waits for nothing but the rate of the receiver. */
export const isUrgent = ({ kind, alert }: AlertChange): boolean => alert.priority === 1 && calling.includes(kind);

/** True for an act of a person, such as an acknowledgement: others must learn soon that somebody attends to the alert. */
export const isAct = ({ by }: AlertChange): boolean => by.role !== 'monitor';

/** Collects changes for one digest. */
export class DigestBuilder {
  readonly #entries = new Map<string, Entry>();

  /** Number of alerts. */
  get size(): number {
    return this.#entries.size;
  }

  /** True if the digest contains an alarm that must not wait. */
  get isUrgent(): boolean {
    return [...this.#entries.values()].some((entry) => entry.isUrgent);
  }

  /** True if the digest contains an act of a person. */
  get hasAct(): boolean {
    return [...this.#entries.values()].some(({ hasAct }) => hasAct);
  }

  /** Last change of each alert, in the order in which they came in first. */
  get changes(): readonly AlertChange[] {
    return [...this.#entries.values()].map(({ change }) => change);
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  add(change: AlertChange): void {
    const { id } = change.alert;
    const before = this.#entries.get(id);
    this.#entries.set(id, {
      change,
      from: before?.from ?? change.time,
      changes: (before?.changes ?? 0) + 1,
      raised: (before?.raised ?? 0) + (change.kind === 'raised' ? 1 : 0),
      isUrgent: before?.isUrgent === true || isUrgent(change),
      hasAct: before?.hasAct === true || isAct(change),
    });
  }

  /** Removes an alert that a message of its own now states. */
  remove(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * The messages that together list every alert. Groups are in the order of their first change.
   * @param size most alerts of one message
   * @param by what the alerts of one message share; without it, the digest has one group
   */
  build(size: number, by?: Grouping): readonly AlertDigest[] {
    const groups = Map.groupBy(this.#entries.values(), ({ change: { alert } }) => (by === undefined ? '' : alert[by]));
    return [...groups].flatMap(([group, entries]) => {
      const sorted = entries.toSorted((a, b) => byUrgency(a.change, b.change));
      const of = Math.ceil(sorted.length / size);
      return Array.from({ length: of }, (_, index) => ({
        ...digestOf(sorted.slice(index * size, (index + 1) * size)),
        ...(of === 1 ? {} : { part: { number: index + 1, of } }),
        ...(by === undefined ? {} : { group }),
      }));
    });
  }
}

function digestOf(entries: readonly Entry[]): AlertDigest {
  const sum = (field: 'changes' | 'raised'): number => entries.reduce((total, entry) => total + entry[field], 0);
  return {
    from: Math.min(...entries.map(({ from }) => from)),
    to: Math.max(...entries.map(({ change }) => change.time)),
    changes: sum('changes'),
    raised: sum('raised'),
    latest: entries.map(({ change }) => change),
    omitted: 0,
  };
}
