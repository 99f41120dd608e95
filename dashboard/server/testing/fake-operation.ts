import { Approvals, type ApprovalsOptions } from '../../../src/alerts/approvals.ts';
import type { Actor, Alert } from '../../../src/core/alert.ts';
import type { ApprovalRequest } from '../../../src/core/approvals.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { DecidedEpisode } from '../../../src/core/episode-decision.ts';
import type { CalibrationReview, Episode, EpisodeList } from '../../../src/core/episodes.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { Handover, HandoverHeading, ShiftNote, Signature } from '../../../src/core/handover.ts';
import type { Annotation, AnnotationPage } from '../../../src/core/annotation.ts';
import type {
  MaintenanceControl,
  MaintenancePlace,
  MaintenancePlan,
  MaintenanceWindow,
  PlannedMaintenance,
} from '../../../src/core/maintenance.ts';
import type { LineRef } from '../../../src/core/line-ref.ts';
import type { BaselineLine, BaselineReview } from '../../../src/core/monitor.ts';
import type { AnnotationStore, AuditLog, ShiftStore } from '../../../src/core/state.ts';
import type { Learnable, ThresholdRaise } from '../../../src/core/threshold-raise.ts';
import { keepIn } from '../../../test/support/keep-in.ts';
import { plantStart } from './fake-values.ts';

/** Maintenance windows in memory; there is one area, `intake`. */
export class FakeMaintenance implements MaintenanceControl {
  readonly acts: unknown[] = [];
  readonly windows: MaintenanceWindow[] = [];

  open(): readonly MaintenanceWindow[] {
    return this.windows;
  }

  during(): readonly MaintenanceWindow[] {
    return this.windows;
  }

  begin(place: MaintenancePlace, to: number, by: Actor, reason: string, approvedBy?: string): MaintenanceWindow {
    if (place.id !== 'intake')
      throw new ScadaError('config', 'INPUT_INVALID', `no ${place.kind} ${place.id}`, { hint: 'choose' });
    const window = {
      id: 'M1',
      place,
      from: plantStart,
      to,
      by: by.role,
      ...(approvedBy === undefined ? {} : { approvedBy }),
      reason,
    };
    this.windows.push(window);
    return window;
  }

  end(id: string, by: Actor): void {
    this.acts.push(['end', id, by.role]);
    this.windows.length = 0;
  }

  readonly plans: PlannedMaintenance[] = [];

  planned(): readonly PlannedMaintenance[] {
    return this.plans;
  }

  async plan(plan: Parameters<MaintenanceControl['plan']>[0], by: Actor): Promise<MaintenancePlan> {
    const planned = { ...plan, id: 'P1', by: by.role, next: plan.from };
    this.plans.push(planned);
    return planned;
  }

  async cancel(id: string, by: Actor): Promise<void> {
    if (!this.plans.some((plan) => plan.id === id)) throw new ScadaError('config', 'INPUT_INVALID', `no plan ${id}`);
    this.acts.push(['cancel', id, by.role]);
    this.plans.length = 0;
  }
}

/** Requests for a second person in memory. */
export function memoryApprovals(
  audit: Pick<AuditLog, 'append'>,
  clock: Clock,
  required = false,
  stored: ApprovalRequest[] = [],
  more: Pick<ApprovalsOptions, 'configuration' | 'protection'> = {},
): Approvals {
  const store = {
    add: (request: ApprovalRequest) => void stored.push(request),
    remove: (id: string) =>
      void stored.splice(
        stored.findIndex((one) => one.id === id),
        1,
      ),
    list: () => [...stored],
  };
  return new Approvals({ store, audit, keep: keepIn({ approvals: store, audit }), clock, required, ...more });
}

/** Baseline of two entries that records the decisions about them. */
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
    if ((figures['low'] ?? 0) > 2) throw new ScadaError('config', 'INPUT_INVALID', 'low cannot be above high');
    this.acts.push(['edit', channel, figures, by.role, reason]);
  }

  learnable({ findings, latching }: Alert): Learnable {
    if (latching === true) return { raises: [], refused: 'it latches' };
    return { raises: findings.map(({ detector }) => ({ detector, channel: 'LT-1', tags: 1, from: 1.3, to: 2.6 })) };
  }

  async learn(alert: string, raises: readonly ThresholdRaise[], by: Actor, reason: string): Promise<void> {
    this.acts.push(['learn', alert, raises.map(({ to }) => to), by.role, reason]);
  }

  async lower({ channel }: LineRef, by: Actor, reason: string): Promise<void> {
    if (channel === 'XX') throw new ScadaError('config', 'INPUT_INVALID', 'no line XX', { hint: 'look again' });
    this.acts.push(['lower', channel, by.role, reason]);
  }

  async unlearn({ channel }: LineRef, by: Actor, reason?: string): Promise<void> {
    if (channel === 'XX') throw new ScadaError('config', 'INPUT_INVALID', 'no line XX', { hint: 'look again' });
    this.acts.push(['unlearn', channel, by.role, reason]);
  }
}

/** Review of a calibration with one episode, which records the decisions about it. */
export class FakeCalibrationReview implements CalibrationReview {
  readonly acts: unknown[] = [];
  readonly episode: Episode = {
    id: 'equipment:CW@1970-01-01T00:00:00.000Z',
    from: plantStart,
    to: plantStart + 60_000,
    area: 'clearwell',
    equipment: 'CW',
    tags: ['LT-1'],
    detectors: ['range'],
    sentence: 'Level is 9 m.',
    score: 4.5,
    lasting: true,
  };

  list(): EpisodeList {
    return { version: 3, promise: 'kept', episodes: [this.episode] };
  }

  async decide(decisions: readonly DecidedEpisode[], by: Actor): Promise<EpisodeList> {
    if (decisions.some(({ id }) => id !== this.episode.id)) throw new ScadaError('config', 'INPUT_INVALID', 'no such episode');
    this.acts.push(['decide', decisions, by.role]);
    return this.list();
  }

  file(): string {
    return 'format: 1\n';
  }

  read(file: string): readonly DecidedEpisode[] {
    return [{ id: this.episode.id, as: 'exclude', reason: `file of ${file.length}` }];
  }

  async apply(file: string, by: Actor): Promise<EpisodeList> {
    this.acts.push(['apply', file.length, by.role]);
    return this.list();
  }
}

/** Annotations in memory. */
export class FakeAnnotationStore implements AnnotationStore {
  readonly #all = new Map<string, Annotation>();

  add(annotation: Annotation): void {
    this.#all.set(annotation.id, annotation);
  }

  remove(id: string): void {
    this.#all.delete(id);
  }

  get(id: string): Annotation | undefined {
    return this.#all.get(id);
  }

  during(from: number, to: number): AnnotationPage {
    const annotations = [...this.#all.values()].filter(({ time }) => time >= from && time < to);
    return { annotations, total: annotations.length };
  }
}

/** Notes and handovers in memory. */
export class FakeShiftStore implements ShiftStore {
  readonly #notes: ShiftNote[] = [];
  readonly #handovers: Handover[] = [];

  addNote(note: ShiftNote): void {
    this.#notes.unshift(note);
  }

  notes(): ShiftNote[] {
    return [...this.#notes];
  }

  addHandover(handover: Handover): void {
    this.#handovers.unshift(handover);
  }

  takeOver(id: string, incoming: Signature): void {
    const index = this.#handovers.findIndex((one) => one.id === id);
    this.#handovers.splice(index, 1, { ...(this.#handovers[index] as Handover), incoming });
  }

  handovers(limit: number): HandoverHeading[] {
    return this.#handovers.slice(0, limit).map(({ id, outgoing, incoming }) => ({ id, outgoing, incoming }));
  }

  handover(id: string): Handover | undefined {
    return this.#handovers.find((one) => one.id === id);
  }
}
