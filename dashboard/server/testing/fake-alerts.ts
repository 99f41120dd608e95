import type {
  Actor,
  Alert,
  AlertChange,
  AlertChangeKind,
  AlertState,
  ShelfRequest,
  Triage,
  VerdictWord,
} from '../../../src/core/alert.ts';
import type { AlertFeed, SimilarAlert } from '../../../src/core/monitor.ts';
import type { ChangePage } from '../../../src/core/state.ts';
import { plantStart } from './fake-values.ts';

/** Alert feed in memory that keeps its last `kept` changes. */
export class FakeAlerts implements AlertFeed {
  readonly epoch: string;
  readonly kept: number;
  sequence = 0;
  savedSequence = Infinity;
  readonly #savedListeners = new Set<() => void>();
  readonly acts: { readonly id: string; readonly by: Actor; readonly note: string | undefined }[] = [];
  readonly #alerts = new Map<string, Alert>();
  readonly #changes: AlertChange[] = [];
  readonly #listeners = new Set<(change: AlertChange) => void>();

  constructor(epoch = 'epoch-1', kept = 50) {
    this.epoch = epoch;
    this.kept = kept;
  }

  change(
    id: string,
    state: AlertState,
    kind: AlertChangeKind = 'updated',
    more: Partial<Alert> = {},
    by: Actor = { role: 'monitor', session: 'monitor' },
  ): AlertChange {
    const alert = { ...anAlert(id, state), ...more };
    const change: AlertChange = {
      sequence: ++this.sequence,
      time: plantStart,
      kind,
      by,
      alert,
    };
    this.#alerts.set(id, alert);
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
    return change;
  }

  open(): readonly Alert[] {
    return [...this.#alerts.values()].filter(({ state }) => state !== 'A');
  }

  get(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  async read(id: string): Promise<Alert | undefined> {
    return this.get(id);
  }

  changesAfter(sequence: number, limit: number): readonly AlertChange[] | undefined {
    if (sequence > this.sequence || sequence < this.sequence - this.kept) return undefined;
    return this.#changes.slice(sequence, sequence + limit);
  }

  changesOf(id: string, { before = Infinity, limit }: ChangePage): readonly AlertChange[] {
    return this.#changes.filter(({ alert, sequence }) => alert.id === id && sequence < before).slice(-limit);
  }

  actsOf(incident: string, { before = Infinity, limit }: ChangePage): readonly AlertChange[] {
    return this.#changes
      .filter(({ alert, kind, sequence }) => alert.incident === incident && kind !== 'updated' && sequence < before)
      .slice(-limit);
  }

  find({ incident, limit }: { readonly incident?: string | undefined; readonly limit: number }): readonly Alert[] {
    return [...this.#alerts.values()].filter((alert) => incident === undefined || alert.incident === incident).slice(0, limit);
  }

  /** Marks the changes up to a sequence number as stored on disk. */
  save(sequence: number): void {
    this.savedSequence = sequence;
    for (const listener of this.#savedListeners) listener();
  }

  onSaved(listener: () => void): () => void {
    this.#savedListeners.add(listener);
    return () => this.#savedListeners.delete(listener);
  }

  subscribe(listener: (change: AlertChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  acknowledge(id: string, by: Actor, note?: string): void {
    this.acts.push({ id, by, note });
    this.change(id, 'C', 'acknowledged');
  }

  shelve(id: string, { until, once, reason }: ShelfRequest, by: Actor): boolean {
    this.acts.push({ id: `${id} shelve${once === true ? ' once' : ''} ${(until - plantStart) / 60_000}`, by, note: reason });
    if (this.get(id)?.state === 'A') return false;
    this.change(id, 'G', 'shelved');
    return true;
  }

  unshelve(id: string, by: Actor): boolean {
    this.acts.push({ id: `${id} unshelve`, by, note: undefined });
    return this.get(id)?.state === 'G';
  }

  reset(id: string, by: Actor, note?: string): boolean {
    this.acts.push({ id: `${id} reset`, by, note });
    return this.get(id)?.state === 'F';
  }

  judge(id: string, word: VerdictWord, by: Actor, note?: string): void {
    this.acts.push({ id: `${id} ${word}`, by, note });
  }

  async judgeIncident(incident: string, word: VerdictWord, by: Actor, note?: string): Promise<readonly string[]> {
    const members = [...this.#alerts.values()].filter((alert) => alert.incident === incident);
    if (members.length === 0) throw new RangeError(incident);
    this.acts.push({ id: `${incident} ${word}`, by, note });
    return members.map(({ id }) => id);
  }

  comment(incident: string, by: Actor, note: string): void {
    if (![...this.#alerts.values()].some((alert) => alert.incident === incident)) throw new RangeError(incident);
    this.acts.push({ id: `${incident} comment`, by, note });
  }

  triage(incident: string, { state, assignee }: Pick<Triage, 'state' | 'assignee'>, by: Actor): void {
    if (![...this.#alerts.values()].some((alert) => alert.incident === incident)) throw new RangeError(incident);
    this.acts.push({ id: `${incident} ${state} ${assignee?.user ?? 'nobody'}`, by, note: undefined });
  }

  async similarTo(id: string): Promise<readonly SimilarAlert[]> {
    return [...this.#alerts.values()].filter((alert) => alert.id !== id).map((alert) => ({ alert, alike: ['same tag LT-1'] }));
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

/** An alert for tests. */
export function anAlert(id: string, state: AlertState): Alert {
  return {
    id,
    incident: 'INC-1',
    priority: 2,
    state,
    title: `Alert ${id}`,
    area: 'intake',
    equipment: 'tank-1',
    tags: ['LT-1'],
    since: plantStart,
    raisedAt: plantStart,
    changedAt: plantStart,
    findings: [],
    explanation: {
      sentence: 'LT-1 rises.',
      title: 'LT-1 rises',
      contributions: [{ tag: 'LT-1', share: 1, unit: 'm', measured: 4, expected: Number.NaN }],
      normalIf: 'LT-1 were below 3 m',
      techniques: [],
    },
    techniques: [],
    response: 'Look at the inlet valve.',
  };
}
