import { periodOf, zoneText } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Site } from '../../core/monitor.ts';
import type { PrintedDocument } from '../../core/printed.ts';
import type { ReportQuery } from '../../core/report.ts';
import type { StateStore } from '../../core/state.ts';
import { changedLimits } from './changed-limits.ts';
import { KeyFigureTally } from './report.ts';
import { reportTables } from './tables.ts';

/** Most alerts of a report. A month with a flood each day has fewer. */
const mostAlerts = 250_000;
/** Alerts that are read at once: a slice takes a few milliseconds of the main thread. */
const slice = 100;
export interface ReportSources {
  readonly state: Pick<StateStore, 'alerts' | 'audit' | 'maintenance' | 'saving'>;
  readonly site: Site;
  /** Clock of the site. */
  readonly clock: Clock;
  /** Lets other work of the process run. */
  readonly pause: () => Promise<void>;
}

/**
 * Makes the alarm report of a day, week or month. Reads alerts in slices with pauses between them, so that a long report delays
 * nothing else.
 * @throws ScadaError INPUT_INVALID for a date that does not exist or is in the future, or an unknown position
 */
export async function alarmReport({ state, site, clock, pause }: ReportSources, query: ReportQuery): Promise<PrintedDocument> {
  const now = clock.now();
  const { period, date = zoneText(site.timeZone).date(now), position } = query;
  const { from, to } = periodOf(period, date, site.timeZone);
  if (from > now) throw invalid(`${date} is in the future`, 'Give a date that is not after today.');
  const areas = areasOf(site, position);
  const span = { from, to: Math.min(to, now) };
  const isSaved = await state.saving.settled();
  const ids = await state.alerts.idsDuring(from, span.to, mostAlerts + 1);
  const tally = new KeyFigureTally(span);
  for (let start = 0; start < Math.min(ids.length, mostAlerts); start += slice) {
    const lives = await state.alerts.lives(ids.slice(start, Math.min(start + slice, mostAlerts)), span.to);
    for (const life of lives) if (areas === undefined || areas.includes(life.area)) tally.add(life);
    await pause();
  }
  const notes = [
    ...(span.to < to
      ? [`The ${period} has not ended: the figures cover the time until ${zoneText(site.timeZone).moment(span.to)}.`]
      : []),
    ...(ids.length > mostAlerts
      ? [`More than ${mostAlerts} alerts were open in the ${period}. Later ones are not counted.`]
      : []),
    ...(isSaved ? [] : ['Some changes are not saved yet and are not counted.']),
  ];
  const acts = { limits: await changedLimits(state.audit, span), maintenance: state.maintenance.during(from, span.to) };
  return {
    title: `Alarm report, ${period} of ${zoneText(site.timeZone).date(from)}${position === undefined ? '' : `, ${position}`}`,
    site: site.name,
    timeZone: site.timeZone,
    ...span,
    madeAt: now,
    notes,
    tables: reportTables(tally.figures(), acts, span),
  };
}

function areasOf(site: Site, position: string | undefined): readonly string[] | undefined {
  if (position === undefined) return undefined;
  const found = site.positions.find(({ name }) => name === position);
  if (found === undefined) throw invalid(`there is no position ${position}`, 'Give one that the configuration names.');
  return found.areas;
}

const invalid = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
