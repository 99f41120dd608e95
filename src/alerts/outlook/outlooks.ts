import type { Alert, Outlook } from '../../core/alert.ts';
import { formatDuration, formatNumber } from '../../core/format.ts';
import type { LatestValues } from '../../core/monitor.ts';
import { isGood } from '../../core/quality.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { nextLimit } from './limits.ts';
import { clearSlope, type Reading } from './trend.ts';

/** Time between two readings, ms. */
const sampleEveryMs = 15_000;
/** Time over which a trend is computed, and the shortest one, ms. */
const windowMs = 600_000;
const leastWindowMs = 300_000;
/** Longest time for which a trend is continued, ms. */
const furthestMs = 4 * 3_600_000;
/** Shortest time between two outlooks of one tag, ms. */
const outlookEveryMs = 300_000;
/** Change of the remaining time from which an outlook is stated again, as a share of it. */
const newsShare = 0.25;
/** Most alerts whose consequences are watched, most watched tags, and most outlooks that an alert lists. */
const mostAlerts = 50;
const mostTags = 200;
const mostOutlooks = 12;

/** Parts of an open alert by which its consequences are known. */
type Watched = Pick<Alert, 'id' | 'incident' | 'tags' | 'outlook'>;

/**
 * States when a consequence reaches an alarm limit: "Tank 1 level below 2.5 m in about 35 min". Only tags with limits that follow an open
 * alert are watched, and only a clear trend of the last ten minutes is continued. An outlook is a dated fact: it never changes a title.
 */
export class Outlooks {
  readonly #tags: TagTable;
  readonly #latest: Pick<LatestValues, 'value' | 'quality'>;
  readonly #readings = new Map<number, Reading[]>();
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(tags: TagTable, latest: Pick<LatestValues, 'value' | 'quality'>) {
    this.#tags = tags;
    this.#latest = latest;
  }

  /**
   * Reads the watched tags if a reading is due.
   * @param alerts open alerts, first-out first @param consequencesOf tags to which something may happen because of an alert
   * @returns the alerts that have a new outlook; a tag keeps the alert in which it first had one
   */
  advance<Of extends Watched>(
    alerts: readonly Of[],
    consequencesOf: (alert: Of) => ReadonlySet<string>,
    now: number,
  ): readonly { readonly alert: Of; readonly outlook: readonly Outlook[] }[] {
    if (now - this.#sampledAt < sampleEveryMs) return [];
    this.#sampledAt = now;
    const watched = this.#watched(alerts.slice(0, mostAlerts), consequencesOf);
    for (const tag of this.#readings.keys()) if (!watched.has(tag)) this.#readings.delete(tag);
    const found = [...watched].flatMap(([tag, alert]) => {
      const stated = this.#outlookOf(tag, alert, now);
      return stated === undefined ? [] : [{ alert, stated }];
    });
    return [...Map.groupBy(found, ({ alert }) => alert)].map(([alert, some]) => ({
      alert,
      outlook: [...(alert.outlook ?? []), ...some.map(({ stated }) => stated)].slice(-mostOutlooks),
    }));
  }

  /** Tags with limits, each with the alert that has its outlook, or the first one of which it is a consequence. */
  #watched<Of extends Watched>(
    alerts: readonly Of[],
    consequencesOf: (alert: Of) => ReadonlySet<string>,
  ): ReadonlyMap<number, Of> {
    const stated = alerts.flatMap((alert) => (alert.outlook ?? []).map(({ tag }) => ({ tag, alert })));
    const possible = alerts.flatMap((alert) => [...consequencesOf(alert)].map((tag) => ({ tag, alert })));
    const watched = new Map<number, Of>();
    for (const { tag, alert } of [...stated, ...possible]) {
      const index = this.#tags.indexOf(tag);
      if (index === undefined || watched.has(index) || watched.size >= mostTags) continue;
      const { kind, limits } = this.#tags.at(index);
      if (limits !== undefined && kind === 'analog') watched.set(index, alert);
    }
    return watched;
  }

  #outlookOf(index: number, { outlook = [] }: Watched, now: number): Outlook | undefined {
    const tag = this.#tags.at(index);
    const readings = this.#read(index, now);
    const last = outlook.findLast((one) => one.tag === tag.name);
    if (last !== undefined && now - last.at < outlookEveryMs) return undefined;
    const reached = reachOf(tag, readings);
    if (reached === undefined)
      return last?.expectedAt === undefined || !isSpanned(readings) ? undefined : over(tag, readings, now);
    const { inMs, text } = reached;
    const expected = (last?.expectedAt ?? Number.NaN) - now;
    if (Math.abs(expected - inMs) <= newsShare * Math.max(inMs, expected)) return undefined;
    return { at: now, tag: tag.name, expectedAt: now + inMs, text };
  }

  #read(index: number, now: number): readonly Reading[] {
    const kept = (this.#readings.get(index) ?? []).filter(({ time }) => now - time <= windowMs);
    const [value, quality] = [this.#latest.value[index], this.#latest.quality[index]];
    if (value !== undefined && quality !== undefined && isGood(quality) && Number.isFinite(value))
      kept.push({ time: now, value });
    this.#readings.set(index, kept);
    return kept;
  }
}

const spanOf = (readings: readonly Reading[]): number => (readings.at(-1)?.time ?? 0) - (readings[0]?.time ?? 0);
const isSpanned = (readings: readonly Reading[]): boolean => spanOf(readings) >= leastWindowMs;
const called = ({ description, name }: Tag): string => (description === '' ? name : description);
const measured = (value: number, { decimals, unit }: Tag): string =>
  `${formatNumber(value, decimals)}${unit === '' ? '' : ` ${unit}`}`;

/** When a clear trend reaches the next limit. */
function reachOf(tag: Tag, readings: readonly Reading[]): { readonly inMs: number; readonly text: string } | undefined {
  const value = readings.at(-1)?.value;
  const slope = isSpanned(readings) ? slowerSlope(readings) : undefined;
  if (value === undefined || slope === undefined) return undefined;
  const limit = nextLimit(value, slope, tag.limits ?? {});
  if (limit === undefined) return undefined;
  const inMs = (limit.value - value) / slope;
  if (inMs > furthestMs) return undefined;
  const span = formatDuration(spanOf(readings), '', 1);
  const text = `${called(tag)} ${limit.side} ${measured(limit.value, tag)} in ${about(inMs)}, by its trend of the last ${span}`;
  return { inMs, text };
}

/** Slope of a trend, or that of its second half if it is slowing down. */
function slowerSlope(readings: readonly Reading[]): number | undefined {
  const whole = clearSlope(readings);
  const recent = clearSlope(readings.slice(readings.length >> 1));
  if (whole === undefined || recent === undefined || whole * recent <= 0) return undefined;
  return Math.abs(recent) < Math.abs(whole) ? recent : whole;
}

/** The outlook that a limit is no longer reached. */
const over = (tag: Tag, readings: readonly Reading[], now: number): Outlook => ({
  at: now,
  tag: tag.name,
  text: `${called(tag)} has no clear trend to a limit any more, at ${measured(readings.at(-1)?.value ?? Number.NaN, tag)}`,
});

/** `about 25 min`: to one minute below ten, to five below an hour, then to ten. */
function about(ms: number): string {
  const minutes = ms / 60_000;
  const step = minutes < 10 ? 1 : minutes < 60 ? 5 : 10;
  return `about ${formatDuration(Math.max(1, step * Math.round(minutes / step)) * 60_000)}`;
}
