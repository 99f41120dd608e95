import { type Alert, type AlertChange, type AlertChangeKind, isHidden } from '../core/alert.ts';
import type { NotificationSettings, RouteRule } from '../core/notification-settings.ts';
import { areHours, localMinutes } from './hours.ts';

/** Changes that hide an alert. */
const hiding: readonly AlertChangeKind[] = ['removed', 'shelved', 'suppressed'];
/** Changes that call for a person. Their own time counts for `hours`; other changes follow the alert. */
const announcing: readonly AlertChangeKind[] = [
  'raised',
  'recurred',
  'realarmed',
  'escalated',
  'released',
  'unshelved',
  'unsuppressed',
];

export const isAnnouncing = (kind: AlertChangeKind): boolean => announcing.includes(kind);

type Settings = Pick<NotificationSettings, 'escalatedTo' | 'route'>;

/** Decides which changes one destination receives. */
export class Route {
  readonly #settings: Settings;
  readonly #localOf: ReturnType<typeof localMinutes>;

  /** @param timeZone of the site */
  constructor(settings: Settings, timeZone: string) {
    this.#settings = settings;
    this.#localOf = localMinutes(timeZone);
  }

  /**
   * A hidden alert is not sent; its change to hidden is. A destination that was called within its hours also receives the end of the
   * alert, at any time.
   */
  covers({ alert, kind, time }: AlertChange): boolean {
    const { escalatedTo, route } = this.#settings;
    if (escalatedTo !== undefined && alert.escalated?.to !== escalatedTo) return false;
    if (isHidden(alert.state) && !hiding.includes(kind)) return false;
    if (route === undefined) return true;
    const calls = isAnnouncing(kind)
      ? [time]
      : [alert.raisedAt, alert.annunciatedAt, alert.escalated?.at].filter((at) => at !== undefined);
    return route.some((rule) => this.#applies(rule, alert, calls));
  }

  /** @param calls times at which the alert calls or called for a person, ms UTC */
  #applies({ priorities, areas, techniques, escalatedTo, hours }: RouteRule, alert: Alert, calls: readonly number[]): boolean {
    if (priorities !== undefined && !priorities.includes(alert.priority)) return false;
    if (areas !== undefined && !(alert.areas ?? [alert.area]).some((area) => areas.includes(area))) return false;
    if (techniques !== undefined && !alert.techniques.some((one) => techniques.some((id) => isTechnique(one, id)))) return false;
    if (escalatedTo !== undefined && (alert.escalated === undefined || !escalatedTo.includes(alert.escalated.to))) return false;
    return hours === undefined || calls.some((at) => areHours(hours, this.#localOf(at)));
  }
}

/** True if the id is that of the technique, of the technique above it, or its id before v19. */
const isTechnique = ({ id, idV18 }: AlertChange['alert']['techniques'][number], wanted: string): boolean =>
  id === wanted || idV18 === wanted || id.startsWith(`${wanted}.`);
