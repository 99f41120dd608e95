import type { UnwatchedStatus } from '../../../src/core/unwatched.ts';
import type { Actor, Alert, AlertChange, AlertChangeKind, AlertState, VerdictWord } from '../../../src/core/alert.ts';
import { type Clock, VirtualClock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { HistoryRange, Series } from '../../../src/core/historian.ts';
import type { LabControl, LabStatus } from '../../../src/core/lab.ts';
import type { MaintenanceControl, MaintenancePlace, MaintenanceWindow } from '../../../src/core/maintenance.ts';
import type {
  AlertFeed,
  BaselineLine,
  BaselineReview,
  BudgetStatus,
  LatestValues,
  LineRef,
  MonitorView,
  SimilarAlert,
} from '../../../src/core/monitor.ts';
import type { AuditEntry, AuditLog, ChangePage, User, UserStore } from '../../../src/core/state.ts';
import type { PartStatus } from '../../../src/core/supervisor.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';

/** 2026-03-02 08:00 UTC */
export const plantStart = 1_772_438_400_000;

export const aTag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  description: `Level of ${name}`,
  short: name.slice(0, 9),
  area: 'intake',
  equipment: 'tank-1',
  device: 'plc-1',
  kind: 'analog',
  role: 'measurement',
  unit: 'm',
  decimals: 2,
  scanMs: 1000,
  address: { table: 'holding', address: 0 },
  ...more,
});

export class FakeValues implements LatestValues {
  readonly value: Float64Array;
  readonly quality: Uint32Array;
  readonly sourceTime: Float64Array;
  readonly receiveTime: Float64Array;
  readonly lastGood: Float64Array;
  readonly texts = new Map<number, string>();

  constructor(size: number) {
    const unset = (): Float64Array => new Float64Array(size).fill(Number.NaN);
    [this.value, this.sourceTime, this.receiveTime, this.lastGood] = [unset(), unset(), unset(), unset()];
    this.quality = new Uint32Array(size);
  }

  text(tag: number): string | undefined {
    return this.texts.get(tag);
  }

  put(tag: number, value: number, time: number, quality = 0): void {
    this.value[tag] = value;
    this.quality[tag] = quality;
    this.sourceTime[tag] = time - 5;
    this.receiveTime[tag] = time;
    if (quality === 0) this.lastGood[tag] = value;
  }
}

/** An alert stream in memory that remembers its last `kept` changes. */
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

  /** As if the disk had taken the changes up to a sequence, and no more. */
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

  judge(id: string, word: VerdictWord, by: Actor, note?: string): void {
    this.acts.push({ id: `${id} ${word}`, by, note });
  }

  similarTo(id: string): readonly SimilarAlert[] {
    return [...this.#alerts.values()].filter((alert) => alert.id !== id).map((alert) => ({ alert, alike: ['same tag LT-1'] }));
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

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

export class FakeLab implements LabControl {
  readonly acts: string[] = [];
  speed = 1;
  running: string | undefined;
  readonly #listeners = new Set<() => void>();
  readonly scenarios = [
    {
      id: 'overfill',
      plant: 'toy',
      kind: 'attack' as const,
      title: 'Overfill',
      description: 'The level is held.',
      techniques: ['T0832'],
      physicalResult: 'Overflow',
      difficulty: 1 as const,
      durationS: 600,
      steps: [],
      truth: [],
    },
  ];

  status(): LabStatus {
    return {
      plant: 'toy',
      seed: 7,
      pace: { plantMs: plantStart, wallMs: 0, speed: this.speed },
      events: [{ time: plantStart, lane: 'inject', text: 'secret inject' }],
      truth: { 'tank.level': 3.21 },
      speeds: [{ speed: 1 }, { speed: 10 }, { speed: 60, refused: 'This machine is busy.' }],
      ...(this.running === undefined
        ? {}
        : { running: { scenario: this.running, startedAt: plantStart, endsAt: plantStart + 1 } }),
    };
  }

  lagMs(): number {
    return 0;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async setSpeed(speed: number): Promise<void> {
    if (speed > 60) throw new ScadaError('fatal', 'LAB_REFUSED', `speed ${speed} is beyond 60`, { hint: 'Take 60 or less.' });
    this.speed = speed;
    this.#did(`speed ${speed}`);
  }

  async start(scenario: string): Promise<void> {
    this.running = scenario;
    this.#did(`start ${scenario}`);
  }

  async stop(): Promise<void> {
    this.running = undefined;
    this.#did('stop');
  }

  async reset(): Promise<void> {
    this.#did('reset');
  }

  #did(act: string): void {
    this.acts.push(act);
    for (const listener of this.#listeners) listener();
  }
}

export class FakeUsers implements UserStore {
  readonly #users = new Map<string, User>();
  list(): User[] {
    return [...this.#users.values()];
  }
  find(name: string): User | undefined {
    return this.#users.get(name);
  }
  add(user: User): void {
    if (this.#users.has(user.name)) throw new Error(`user ${user.name} exists`);
    this.#users.set(user.name, user);
  }
  change(name: string, changes: Partial<User>): void {
    const user = this.#users.get(name);
    if (user === undefined) throw new Error(`user ${name} is missing`);
    this.#users.set(name, { ...user, ...changes });
  }
  remove(name: string): void {
    this.#users.delete(name);
  }
}

export class FakeAudit implements AuditLog {
  readonly entries: AuditEntry[] = [];
  append(entry: AuditEntry): void {
    this.entries.push(entry);
  }
  read({ limit, action }: { readonly action?: string; readonly limit: number }): AuditEntry[] {
    return this.entries
      .filter((entry) => action === undefined || entry.action === action)
      .toReversed()
      .slice(0, limit);
  }
}

/** Maintenance windows in memory; there is one area, `intake`. */
export class FakeMaintenance implements MaintenanceControl {
  readonly acts: unknown[] = [];
  readonly windows: MaintenanceWindow[] = [];

  open(): readonly MaintenanceWindow[] {
    return this.windows;
  }

  begin(place: MaintenancePlace, to: number, by: Actor, reason: string): MaintenanceWindow {
    if (place.id !== 'intake')
      throw new ScadaError('config', 'INPUT_INVALID', `no ${place.kind} ${place.id}`, { hint: 'choose' });
    const window = { id: 'M1', place, from: plantStart, to, by: by.role, reason };
    this.windows.push(window);
    return window;
  }

  end(id: string, by: Actor): void {
    this.acts.push(['end', id, by.role]);
    this.windows.length = 0;
  }
}

/** A baseline of two lines that remembers what was decided about them. */
export class FakeBaseline implements BaselineReview {
  readonly acts: unknown[] = [];

  learned() {
    return { version: 3, at: plantStart, from: 'three days' };
  }

  lines(): readonly BaselineLine[] {
    const line = {
      detector: 'range',
      name: '',
      unit: 'm',
      figures: { low: 1, high: 2 },
      editable: ['low', 'high'],
      threshold: 1.3,
    };
    const approved = { by: 'engineer', at: plantStart };
    return [
      { ...line, channel: 'LT-1', tags: ['LT-1'] },
      { ...line, channel: 'LT-2', tags: ['LT-2'], approved },
    ];
  }

  async approve(lines: readonly LineRef[], by: Actor, reason?: string): Promise<void> {
    this.acts.push(['approve', lines.map(({ channel }) => channel), by.role, reason]);
  }

  async edit({ channel }: LineRef, figures: Readonly<Record<string, number>>, by: Actor, reason?: string): Promise<void> {
    if ((figures['low'] ?? 0) > 2) throw new ScadaError('config', 'INPUT_INVALID', 'low can not be above high');
    this.acts.push(['edit', channel, figures, by.role, reason]);
  }

  async unlearn({ channel }: LineRef, by: Actor, reason?: string): Promise<void> {
    if (channel === 'XX') throw new ScadaError('config', 'INPUT_INVALID', 'no line XX', { hint: 'look again' });
    this.acts.push(['unlearn', channel, by.role, reason]);
  }
}

/** A monitor that does what a test tells it to. */
export class FakeMonitor implements MonitorView {
  readonly site = {
    name: 'Toy works',
    timeZone: 'UTC',
    positions: [],
    areas: [{ id: 'intake', name: 'Intake', equipment: [{ id: 'tank-1', name: 'Tank 1', kind: 'tank' }], indicators: ['LT-1'] }],
  };
  partStates: readonly PartStatus[] = [];
  readonly tags: TagTable;
  readonly clock: Clock = new VirtualClock(plantStart);
  readonly latest: FakeValues;
  readonly alerts: FakeAlerts;
  readonly maintenance = new FakeMaintenance();
  readonly lab: FakeLab | undefined;
  /** Set to hold or refuse questions to the historian. */
  onHistory: (range: HistoryRange, signal: AbortSignal) => Promise<Series[]> = async () => [];

  constructor(options: { readonly tags?: readonly Tag[]; readonly alerts?: FakeAlerts; readonly lab?: FakeLab } = {}) {
    const tags = options.tags ?? [aTag('LT-1'), aTag('LT-2', { area: 'filters' }), aTag('MODE', { kind: 'text' })];
    this.tags = new TagTable(tags);
    this.latest = new FakeValues(tags.length);
    this.alerts = options.alerts ?? new FakeAlerts();
    this.lab = options.lab;
  }

  budgets(): readonly BudgetStatus[] {
    const achieved = [1, 7, 30].map((days) => ({ days, coveredDays: Math.min(days, 3), raised: 2, unjudged: 1 }));
    return [{ position: '', budgetPerDay: 2.4, promised: true, text: 'At most 2.4 alerts per day.', achieved }];
  }

  shadow() {
    return undefined;
  }

  unwatched(): UnwatchedStatus {
    const short = { detector: 'range', channel: 'LT-1', tags: ['LT-1'], cause: 'short' as const };
    const reason = 'learned from 1.0 days; needs about 2.5 days';
    const other = {
      detector: 'shift',
      channel: 'LT-2',
      tags: ['LT-2'],
      cause: 'unlearned' as const,
      reason: 'unlearned by engineer',
    };
    return { channels: 12, unwatched: [{ ...short, reason, watchedFrom: plantStart }, other] };
  }

  following() {
    const thresholds = [{ detector: 'range', channel: 'LT-1', since: plantStart, by: 0.04 }];
    return { mostPerDay: 0.02, most: 0.5, thresholds };
  }

  late = 0;

  lateMs(): number {
    return this.late;
  }

  devices() {
    const identity = {};
    return [
      {
        name: 'plc-1',
        type: 'modbus',
        address: '127.0.0.1:5020',
        state: 'up' as const,
        since: plantStart,
        reason: '',
        tags: 3,
        identity,
      },
    ];
  }

  band(tag: number) {
    return tag === 0 ? { low: 2, high: 3 } : undefined;
  }

  learning() {
    return { state: 'ready' as const, progress: 1, text: 'Baseline 1', budgetPerDay: 2.4, promise: 'kept' };
  }

  chain() {
    return [{ name: 'collector', perSecond: 3, lagMs: 20, lastErrorAt: Number.NaN }];
  }

  parts(): readonly PartStatus[] {
    return this.partStates;
  }

  journal() {
    return [{ number: 0, time: 1, lastTime: 2, count: 3, device: 'plc1', kind: 'device' as const, text: 'up: answers' }];
  }

  async history(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    return this.onHistory(range, signal);
  }
}
