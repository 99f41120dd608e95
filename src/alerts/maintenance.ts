import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import { type ZoneText, zoneText } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { Located } from '../core/join.ts';
import { Lasting } from '../core/lasting.ts';
import type {
  MaintenanceControl,
  MaintenancePlace,
  MaintenancePlan,
  MaintenanceWindow,
  PlannedMaintenance,
} from '../core/maintenance.ts';
import { hidingBounds } from '../core/protection.ts';
import type { AuditEntry, AuditLog, KeepAct, MaintenanceStore } from '../core/state.ts';
import type { TagTable } from '../core/tag.ts';
import { beginsAround, longestRepeated } from './maintenance-plans.ts';
import { covers, isAt } from './places.ts';

/** Most plans. */
const mostPlans = 200;
/** Longest time until the stored plans are read again, ms: a slow disk may have stored one after its act was refused. */
const recheckMs = 60_000;
/** Latest first begin of a plan, ms from now. */
const latestMs = 400 * 86_400_000;

const monitor: Actor = { role: 'monitor', session: 'monitor' };

export interface MaintenanceOptions {
  readonly store: MaintenanceStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly keep: KeepAct;
  readonly tags: TagTable;
  readonly devices: readonly string[];
  readonly clock: Clock;
  /** IANA name of the site's time zone, by which plans repeat. */
  readonly timeZone: string;
  /** Called when a window has begun or ended, with the tags that are out of service from then on, and the event. */
  readonly onChange: (tags: readonly number[], text: string) => void;
}

/** Parts of the plant that are out of service now, and plans that take them out of service by the clock. */
export class Maintenance implements MaintenanceControl {
  readonly #options: MaintenanceOptions;
  readonly #zone: ZoneText;
  #open: readonly MaintenanceWindow[];
  readonly #lasting = new WeakMap<MaintenanceWindow, Lasting>();
  /** Plans that are being stored. */
  readonly #storing = new Set<MaintenancePlan>();
  /** Time at which the plans are read next, ms UTC: at the next begin at the latest. */
  #nextAt = -Infinity;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#zone = zoneText(options.timeZone);
    this.#open = options.store.during(options.clock.now(), Infinity);
  }

  open(): readonly MaintenanceWindow[] {
    const now = this.#options.clock.now();
    for (const window of this.#open.filter((one) => this.#isOver(one))) this.#close(window, monitor);
    if (now >= this.#nextAt) this.#beginPlanned(now);
    return this.#open;
  }

  #isOver(window: MaintenanceWindow): boolean {
    const known = this.#lasting.get(window) ?? new Lasting();
    this.#lasting.set(window, known);
    return known.isOver(window.from, window.to, this.#options.clock);
  }

  during(from: number): readonly MaintenanceWindow[] {
    return this.#options.store.during(from, Infinity);
  }

  begin(place: MaintenancePlace, to: number, by: Actor, reason: string, approvedBy?: string): MaintenanceWindow {
    const from = this.#options.clock.now();
    this.#checkPlace(place);
    if (!(to > from) || to - from > hidingBounds.longestMs)
      throw refused('maintenance lasts from a moment to 30 days', 'choose another end');
    this.open();
    return this.#add({ id: randomUUID(), place, from, to, by: by.role, ...approved(approvedBy), reason }, by);
  }

  planned(): readonly PlannedMaintenance[] {
    const now = this.#options.clock.now();
    return [...this.#options.store.plans(), ...this.#storing]
      .flatMap((plan) => {
        const { next } = beginsAround(plan, now, this.#zone);
        return next === undefined ? [] : [{ ...plan, next }];
      })
      .toSorted((a, b) => a.next - b.next);
  }

  async plan(
    { place, from, lastsMs, repeat, reason, approvedBy }: Parameters<MaintenanceControl['plan']>[0],
    by: Actor,
  ): Promise<MaintenancePlan> {
    const { store, keep, clock } = this.#options;
    const now = clock.now();
    this.#checkPlace(place);
    if (!(from >= now) || from > now + latestMs)
      throw refused('maintenance begins now or later, within 400 days', 'choose another begin');
    const most = repeat === undefined ? hidingBounds.longestMs : longestRepeated(repeat);
    if (!(lastsMs > 0 && lastsMs <= most))
      throw refused('maintenance must end before it begins again, and within 30 days', 'choose a shorter time');
    if (store.plans().length >= mostPlans) throw refused(`there are ${mostPlans} plans of maintenance`, 'remove some of them');
    const again = repeat === undefined ? {} : { repeat };
    const plan = { id: randomUUID(), place, from, lastsMs, ...again, by: by.role, ...approved(approvedBy), reason };
    this.#storing.add(plan);
    try {
      await keep(({ maintenance, audit }) => {
        maintenance.savePlan(plan);
        audit.append(this.#planEntry(plan, 'planned', by));
      });
    } finally {
      this.#storing.delete(plan);
    }
    this.#nextAt = -Infinity;
    this.open();
    return plan;
  }

  async cancel(id: string, by: Actor): Promise<void> {
    const { store, keep } = this.#options;
    const plan = store.plans().find((one) => one.id === id);
    if (plan === undefined) throw refused(`there is no plan ${id}`, 'reload the list');
    await keep(({ maintenance, audit }) => {
      maintenance.removePlan(id);
      audit.append(this.#planEntry(plan, 'cancelled', by));
    });
  }

  /** Opens the windows of plans that have begun. A window whose end is past is not opened: the monitor did not run then. */
  #beginPlanned(now: number): void {
    const { store } = this.#options;
    const nexts: number[] = [];
    for (const plan of store.plans()) {
      const { last, next } = beginsAround(plan, now, this.#zone);
      if (last !== undefined && last !== plan.openedAt) {
        const { place, by, approvedBy, reason, lastsMs } = plan;
        // stored first: a window that a user ends early must not begin again
        if (next === undefined) store.removePlan(plan.id);
        else store.savePlan({ ...plan, openedAt: last });
        if (last + lastsMs > now)
          this.#add({ id: randomUUID(), place, from: last, to: last + lastsMs, by, ...approved(approvedBy), reason }, monitor);
      }
      if (next !== undefined) nexts.push(next);
    }
    this.#nextAt = Math.min(...nexts, now + recheckMs);
  }

  #add(window: MaintenanceWindow, by: Actor): MaintenanceWindow {
    this.#options.store.add(window);
    this.#isOver(window);
    this.#open = [...this.#open, window].sort((a, b) => a.to - b.to);
    this.#report(window, 'began', by);
    return window;
  }

  #checkPlace(place: MaintenancePlace): void {
    const { tags, devices } = this.#options;
    const isKnown = place.kind === 'device' ? devices.includes(place.id) : tags.tags.some((tag) => isAt(tag, place));
    if (!isKnown) throw refused(`there is no ${place.kind} ${place.id}`, 'choose one that the configuration names');
  }

  end(id: string, by: Actor): void {
    const window = this.open().find((one) => one.id === id);
    if (window === undefined) throw refused(`no maintenance ${id} is open`, 'it may have run out by itself');
    this.#options.store.end(id, this.#options.clock.now());
    this.#close(window, by);
  }

  /** Tags that are out of service now. */
  tags(): number[] {
    return this.#options.tags.tags.flatMap((tag, index) => (this.#open.some(({ place }) => isAt(tag, place)) ? [index] : []));
  }

  /** True if all tags of a finding are out of service. */
  covers(finding: Located & { readonly tags: readonly string[] }): boolean {
    return covers(
      this.open().map(({ place }) => place),
      finding,
      this.#options.tags,
    );
  }

  #close(window: MaintenanceWindow, by: Actor): void {
    this.#open = this.#open.filter((one) => one !== window);
    this.#report(window, 'ended', by);
  }

  #planEntry({ place, from, repeat, reason }: MaintenancePlan, what: 'planned' | 'cancelled', by: Actor): AuditEntry {
    const time = this.#options.clock.now();
    const after = `from ${new Date(from).toISOString()}${repeat === undefined ? '' : `, each ${repeat}`}`;
    return { ...by, time, action: `maintenance.${what}`, object: `${place.kind} ${place.id}`, after, reason };
  }

  #report({ place, to, reason }: MaintenanceWindow, what: 'began' | 'ended', by: Actor): void {
    const { audit, clock, onChange } = this.#options;
    const until = `until ${new Date(to).toISOString()}`;
    const object = `${place.kind} ${place.id}`;
    audit.append({ ...by, time: clock.now(), action: `maintenance.${what}`, object, after: until, reason });
    onChange(this.tags(), `maintenance of ${object} ${what}${what === 'began' ? ` ${until}` : ''}: ${reason}`);
  }
}

const approved = (by: string | undefined): { readonly approvedBy?: string } => (by === undefined ? {} : { approvedBy: by });

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
