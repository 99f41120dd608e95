import { type Actor, type Alert, defaultShelvingMs } from '../core/alert.ts';
import type { ReducingAct } from '../core/approvals.ts';
import type { Clock } from '../core/clock.ts';
import { hidingBounds, isUnbounded } from '../core/protection.ts';
import type { MaintenanceControl, MaintenancePlace, MaintenancePlan } from '../core/maintenance.ts';
import type { TagTable } from '../core/tag.ts';
import { isAt } from './places.ts';

export interface ProtectionOptions {
  readonly tags: TagTable;
  readonly devices: readonly string[];
  /** Longest time for which an operator may hide something alone, ms; one shift if absent. */
  readonly shiftMs?: number | undefined;
  /** True if the bounds count for every role. */
  readonly secondPerson: boolean;
  readonly clock: Clock;
  readonly maintenance: Pick<MaintenanceControl, 'during' | 'open' | 'planned'>;
  readonly alerts: { open(): readonly Alert[]; get(id: string): Alert | undefined };
}

/** What hides a part of the plant, with the role that has done it. */
interface Hidden {
  readonly place: MaintenancePlace;
  readonly by: string;
  readonly approvedBy?: string | undefined;
}

const monitor = 'monitor';

/** Decides which acts that hide alerts need the approval of another person. @see hidingBounds */
export class Protection {
  readonly #options: ProtectionOptions;
  readonly #shiftMs: number;

  constructor(options: ProtectionOptions) {
    this.#options = options;
    this.#shiftMs = options.shiftMs ?? defaultShelvingMs;
  }

  /** True if a person of this role may not perform the act alone. */
  exceeds(act: ReducingAct, { role }: Pick<Actor, 'role'>): boolean {
    if (!this.#isBound(role)) return false;
    switch (act.kind) {
      case 'shelve':
        return this.#exceedsShelving(act.ids, act.minutes * 60_000);
      case 'maintain':
        return this.#exceedsMaintenance({ place: act.place, lastsMs: act.minutes * 60_000 });
      case 'plan':
        return this.#exceedsMaintenance(act);
      default:
        return this.#options.secondPerson;
    }
  }

  /** True for a role whose acts without approval count. The windows of a scenario of the lab are of the monitor. */
  #isBound = (role: string): boolean => role !== monitor && (this.#options.secondPerson || !isUnbounded(role));

  #counts = ({ by, approvedBy }: Pick<Hidden, 'by' | 'approvedBy'>): boolean => approvedBy === undefined && this.#isBound(by);

  #exceedsShelving(ids: readonly string[], lastsMs: number): boolean {
    const { alerts, clock } = this.#options;
    const { shifts, shiftsInAll, shelvedAtOnce } = hidingBounds;
    if (lastsMs > shifts * this.#shiftMs) return true;
    const others = alerts
      .open()
      .filter(({ id, shelf }) => shelf !== undefined && !ids.includes(id) && this.#counts({ ...shelf, by: shelf.by.role }));
    if (others.length + ids.length > shelvedAtOnce) return true;
    return ids.some((id) => {
      const { shelvedMs = 0, shelf } = alerts.get(id) ?? {};
      // the rest of the shelving that it replaces
      const rest = shelf === undefined || shelf.approvedBy !== undefined ? 0 : Math.max(0, shelf.until - clock.now());
      return shelvedMs - rest + lastsMs > shiftsInAll * this.#shiftMs;
    });
  }

  #exceedsMaintenance(asked: Pick<MaintenancePlan, 'place' | 'lastsMs' | 'repeat'>): boolean {
    const { maintenance, clock } = this.#options;
    const { shifts, shiftsInAll, withinMs } = hidingBounds;
    if (asked.lastsMs > shifts * this.#shiftMs) return true;
    const plans = maintenance.planned().filter(this.#counts);
    const places = [...maintenance.open().filter(this.#counts), ...plans, asked].map(({ place }) => place);
    if (this.#isLarge(places)) return true;
    const since = clock.now() - withinMs;
    const spent = maintenance
      .during(since)
      .filter((one) => this.#counts(one) && this.#meet(one.place, asked.place))
      .map(({ from, to }) => to - Math.max(from, since));
    const ahead = [...plans.filter(({ place }) => this.#meet(place, asked.place)), asked].map(lastsWithin);
    return [...spent, ...ahead].reduce((sum, ms) => sum + ms, 0) > shiftsInAll * this.#shiftMs;
  }

  /** True if places are more than the share of the plant that may be out of service at once. One equipment or device may always be. */
  #isLarge(places: readonly MaintenancePlace[]): boolean {
    const { tags, devices } = this.#options;
    const names = new Set(places.map(({ kind, id }) => `${kind} ${id}`));
    if (names.size === 1 && places[0]?.kind !== 'area') return false;
    const out = tags.tags.filter((tag) => places.some((place) => isAt(tag, place))).length;
    const devicesOut = devices.filter((name) => names.has(`device ${name}`)).length;
    const { shareAtOnce } = hidingBounds;
    return out > shareAtOnce * tags.tags.length || devicesOut > shareAtOnce * devices.length;
  }

  /** True if two places are one, or have a tag in common. */
  #meet(a: MaintenancePlace, b: MaintenancePlace): boolean {
    if (a.kind === b.kind && a.id === b.id) return true;
    return this.#options.tags.tags.some((tag) => isAt(tag, a) && isAt(tag, b));
  }
}

/** Time that a plan hides its place within a week, ms. */
const lastsWithin = ({ lastsMs, repeat }: Pick<MaintenancePlan, 'lastsMs' | 'repeat'>): number =>
  lastsMs * (repeat === 'day' ? hidingBounds.withinMs / 86_400_000 : 1);
