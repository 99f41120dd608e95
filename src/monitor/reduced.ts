import type { Alert } from '../core/alert.ts';
import type { ZoneText } from '../core/calendar.ts';
import { type ChangedConfiguration, changedText } from '../core/changed-configuration.ts';
import type { MaintenanceWindow } from '../core/maintenance.ts';
import { isWithdrawn, type ReferenceSet } from '../core/reference.ts';

/** One thing by which the protection of the plant is reduced now. */
export interface Reduced {
  /** The same for as long as it lasts. */
  readonly key: string;
  readonly text: string;
  /** True if it calls no operator again: a shelf within the bounds of one person. */
  readonly isQuiet: boolean;
}

/** Unconfirmed settings that the text names; the page of the configuration lists all. */
const mostSettings = 10;

export interface ReducingSources {
  /** Time zone of the site. */
  readonly zone: Pick<ZoneText, 'moment'>;
  /** Longest shelving of one person alone, ms. */
  readonly shiftMs: number;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly alerts: readonly Alert[];
  readonly configuration: ChangedConfiguration | undefined;
  readonly reference: ReferenceSet | undefined;
}

/** All that reduces the protection of the plant now: maintenance, shelved alerts, an unconfirmed configuration, a withdrawn reference set. */
export function reducedNow(sources: ReducingSources): readonly Reduced[] {
  const { zone, shiftMs, maintenance, alerts, configuration, reference } = sources;
  const until = (time: number, by: string, approvedBy: string | undefined): string =>
    `until ${zone.moment(time).slice(0, 16)} by role ${by}${approvedBy === undefined ? '' : `, approved by role ${approvedBy}`}`;
  return [
    ...maintenance.map(({ id, place, to, by, approvedBy, reason }) => ({
      key: `maintenance ${id}`,
      text: `${place.kind} ${place.id} is out of service ${until(to, by, approvedBy)}: ${reason}`,
      isQuiet: false,
    })),
    ...alerts.flatMap(({ id, shelf }) => {
      if (shelf === undefined) return [];
      const { at, by, approvedBy, reason } = shelf;
      const isQuiet = approvedBy === undefined && shelf.until - at <= shiftMs;
      const text = `${id} is shelved ${until(shelf.until, by.role, approvedBy)}: ${reason}`;
      return [{ key: `shelf ${id} ${at}`, text, isQuiet }];
    }),
    ...(configuration === undefined
      ? []
      : [
          {
            key: `configuration ${configuration.id}`,
            text: `changed settings of ${configuration.file} are not confirmed: ${changedText(configuration.settings, mostSettings)}`,
            // it has an alarm of its own
            isQuiet: true,
          },
        ]),
    ...(reference === undefined || !isWithdrawn(reference)
      ? []
      : [{ key: `reference ${reference.version}`, text: `the reference set is withdrawn: ${reference.reason}`, isQuiet: false }]),
  ];
}
