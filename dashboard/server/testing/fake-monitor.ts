import type { ConfigurationControl } from '../../../src/core/changed-configuration.ts';
import type { ReferenceControl } from '../../../src/core/reference.ts';
import { type Clock, VirtualClock } from '../../../src/core/clock.ts';
import type { FeedStatus } from '../../../src/core/feed.ts';
import type { HistoryRange, Series } from '../../../src/core/historian.ts';
import type { BudgetStatus, MonitorView } from '../../../src/core/monitor.ts';
import type { Mimic } from '../../../src/core/mimic.ts';
import type { MinorFinding } from '../../../src/core/minor.ts';
import type { PrintedDocument } from '../../../src/core/printed.ts';
import type { ReportQuery } from '../../../src/core/report.ts';
import type { PartStatus } from '../../../src/core/supervisor.ts';
import { type Tag, TagTable } from '../../../src/core/tag.ts';
import type { FoundPackets } from '../../../src/core/packets.ts';
import type { Traffic } from '../../../src/core/traffic.ts';
import type { DetectionLimitStatus } from '../../../src/core/detection-limits.ts';
import type { UnwatchedStatus } from '../../../src/core/unwatched.ts';
import { Annotations } from '../../../src/alerts/annotations.ts';
import type { AlarmRecords } from '../../../src/alerts/records/records.ts';
import { keepIn } from '../../../test/support/keep-in.ts';
import { memoryRecords } from '../../../test/support/memory-records.ts';
import { FakeAlerts } from './fake-alerts.ts';
import type { FakeLab } from './fake-lab.ts';
import { Shift } from '../../../src/alerts/report/shift.ts';
import { FakeAudit } from './fake-accounts.ts';
import { FakeAnnotationStore, FakeMaintenance, FakeShiftStore } from './fake-operation.ts';
import { aTag, FakeValues, plantStart } from './fake-values.ts';

/** Monitor whose state a test sets. */
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
  readonly shiftAudit = new FakeAudit();
  readonly shift: Shift;
  readonly alarmRecords: AlarmRecords;
  readonly annotations: Annotations;
  mimics: readonly Mimic[] = [];
  minorFindings: readonly MinorFinding[] = [];
  readonly minor = {
    open: () => this.minorFindings.filter(({ endedAt }) => endedAt === undefined),
    ended: () => this.minorFindings.filter(({ endedAt }) => endedAt !== undefined),
  };
  /** Set to changed settings that wait for a confirmation. */
  configuration: ConfigurationControl | undefined;
  /** Set to a reference set, if there is one. */
  reference: ReferenceControl | undefined;
  readonly lab: FakeLab | undefined;
  /** Set to delay or refuse historian queries. */
  onHistory: (range: HistoryRange, signal: AbortSignal) => Promise<Series[]> = async () => [];

  /** Set to delay or refuse reports. */
  onReport: (query: ReportQuery) => Promise<PrintedDocument> = async ({ period }) => ({
    title: `Alarm report, ${period}`,
    site: 'Toy works',
    timeZone: 'UTC',
    from: plantStart,
    to: plantStart + 86_400_000,
    madeAt: plantStart,
    notes: [],
    tables: [
      {
        title: 'Rates',
        note: '',
        columns: [
          { title: 'Class', kind: 'text' },
          { title: 'Median', kind: 'duration' },
        ],
        rows: [['Alarms', Number.NaN]],
        empty: '',
      },
    ],
  });

  constructor(options: { readonly tags?: readonly Tag[]; readonly alerts?: FakeAlerts; readonly lab?: FakeLab } = {}) {
    const tags = options.tags ?? [aTag('LT-1'), aTag('LT-2', { area: 'filters' }), aTag('MODE', { kind: 'text' })];
    this.tags = new TagTable(tags);
    this.latest = new FakeValues(tags.length);
    this.alerts = options.alerts ?? new FakeAlerts();
    this.lab = options.lab;
    this.shift = new Shift({
      store: new FakeShiftStore(),
      audit: this.shiftAudit,
      site: this.site,
      clock: this.clock,
      alerts: () => this.alerts.open(),
      maintenance: () => this.maintenance.open(),
    });
    this.alarmRecords = memoryRecords(this.tags, this.clock);
    const annotations = new FakeAnnotationStore();
    const keep = keepIn({ annotations, audit: this.shiftAudit });
    this.annotations = new Annotations({ store: annotations, keep, clock: this.clock });
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
    const reason = 'learned from 1 d; needs about 3 d';
    const other = {
      detector: 'shift',
      channel: 'LT-2',
      tags: ['LT-2'],
      cause: 'unlearned' as const,
      reason: 'unlearned by engineer',
    };
    return { channels: 12, wider: 0, unwatched: [{ ...short, reason, watchedFrom: plantStart }, other] };
  }

  detectionLimits(): DetectionLimitStatus {
    const offset = { kind: 'offset' as const, detected: true, size: 0.04, withinMs: 600_000, starts: 3 };
    return {
      text: 'Measured by faults in 12 h of normal operation that were not learned.',
      measuredAt: plantStart,
      tags: [{ tag: 'LT-1', limits: [offset, { kind: 'stuck', detected: true, withinMs: 90_000, starts: 3 }] }],
      without: [{ tag: 'LT-2', reason: 'no standard fault was detected' }],
    };
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

  assets() {
    const changes = [{ at: plantStart, text: 'The certificate has changed.' }];
    const assets = this.devices().map(({ name, type, address, state, tags, identity }) => ({
      name,
      type,
      address,
      state,
      tags,
      identity,
      changes,
      connection: { units: '1', access: 'read only' },
    }));
    const ends = { client: '10.0.0.9', server: '10.0.0.2', port: 502, protocol: 'modbus', device: 'plc-1' };
    const counts = {
      units: [1],
      operations: ['FC3'],
      packets: 2,
      bytes: 120,
      writes: 0,
      firstAt: plantStart,
      lastAt: plantStart,
    };
    return { assets, conversations: [{ ...ends, ...counts }], unlisted: 0 };
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

  async report(query: ReportQuery): Promise<PrintedDocument> {
    return this.onReport(query);
  }

  feedStates: readonly FeedStatus[] = [];

  feeds(): readonly FeedStatus[] {
    return this.feedStates;
  }

  /** Set to records of the network. */
  recorded: Traffic = { records: [], more: false };

  async traffic(): Promise<Traffic> {
    return this.recorded;
  }

  /** Set to stored packets. */
  stored: FoundPackets = { file: undefined, damaged: [] };

  async packets(): Promise<FoundPackets> {
    return this.stored;
  }

  async history(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    return this.onHistory(range, signal);
  }
}
