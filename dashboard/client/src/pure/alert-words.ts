import { hasReturned, isHidden, type Alert, type AlertState, type VerdictWord } from '../../../../src/core/alert.ts';
import type { Contribution, Explanation, MeasuredBand } from '../../../../src/core/finding.ts';
import type { Area } from '../../../../src/core/monitor.ts';
import { formatNumber, formatSpan } from './format.ts';
import type { Route } from './route.ts';

/** What a row says of an alert's state. */
export const stateWords: Readonly<Record<AlertState, string>> = {
  A: 'Cleared',
  B: 'New',
  C: 'Acknowledged',
  D: 'Back to normal',
  E: 'Reset needed',
  F: 'Reset needed',
  G: 'Shelved',
  H: 'Suppressed',
  I: 'Out of service',
};

/** State of an alert, and that its last change is not on disk yet. */
export const stateText = ({ state, notSaved }: Pick<Alert, 'state' | 'notSaved'>): string =>
  notSaved === undefined ? stateWords[state] : `${stateWords[state]}, not saved`;

/** What a person found an alert to be. */
export const verdictWords: Readonly<Record<VerdictWord, string>> = {
  true: 'True',
  false: 'False',
  expected: 'Expected',
};

/** The tag that an alert speaks of now; undefined for one about a device. */
export const mainTag = (alert: Pick<Alert, 'explanation' | 'tags'>): string | undefined =>
  alert.explanation.band?.tag ?? alert.explanation.contributions[0]?.tag ?? alert.tags[0];

/** The band of normal running; states have none that could be read. */
export const bandOf = ({ band, contributions }: Explanation): MeasuredBand | undefined =>
  contributions.some(({ tag, states }) => tag === band?.tag && states !== undefined) ? undefined : band;

/** The same if it is a band of the tag's value, which can be drawn beside it: not one of its fluctuation. */
export function valueBandOf(explanation: Explanation): MeasuredBand | undefined {
  const band = bandOf(explanation);
  return band?.of === undefined ? band : undefined;
}

/** The part of an explanation that says what the value of a tag was expected to be. */
export const expectedPart = ({ contributions }: Explanation, tag: string): Contribution | undefined =>
  contributions.find((part) => part.tag === tag && part.of === undefined && Number.isFinite(part.expected));

/** What the value of a tag is expected to be by the alerts that are not over yet; undefined where they expect nothing of it. */
export const expectedOf = (alerts: readonly Pick<Alert, 'explanation' | 'state'>[], tag: string): Contribution | undefined =>
  alerts
    .filter(({ state }) => !hasReturned(state))
    .map(({ explanation }) => expectedPart(explanation, tag))
    .find((part) => part !== undefined);

/** A figure with the decimals of its tag; more where it is not the tag's value, or would be nothing. */
function figureText(value: number, decimals: number, of: string | undefined): string {
  const size = Math.abs(value);
  const isSmall = size < 0.5 * 10 ** -decimals;
  if (size === 0 || !(of !== undefined || isSmall)) return formatNumber(value, decimals);
  return formatNumber(value, Math.min(9, Math.max(decimals, 2 - Math.floor(Math.log10(size)))));
}

/** What was measured of a tag and what was expected, in figures or in the words of its states. */
export function partText({ measured, expected, unit, of, states }: Contribution, decimals: number): string {
  const figure = (value: number): string => `${figureText(value, decimals, of)} ${unit}`.trim();
  const was = states?.measured ?? `${of === undefined ? '' : `${of} `}${figure(measured)}`;
  const told = states === undefined ? (Number.isFinite(expected) ? figure(expected) : undefined) : states.expected;
  return told === undefined ? was : `${was}, expected ${told}`;
}

/** What was measured against the band of normal running: `CW.LT01 · 4.20 m, expected 2.00 to 3.50`. */
export function bandText({ tag, unit, of, measured, low, high }: MeasuredBand, decimals: number): string {
  const [value, from, to] = [measured, low, high].map((one) => figureText(one, decimals, of));
  return `${tag} · ${of === undefined ? '' : `${of} `}${value}${unit === '' ? '' : ` ${unit}`}, expected ${from} to ${to}`;
}

/** The bound of the normal band that was left: `2.90`, or nothing where the finding knows none. */
export function limitText(alert: Alert, decimals: number): string {
  const band = valueBandOf(alert.explanation);
  if (band === undefined) return '';
  const bound = band.measured < band.low ? band.low : band.measured > band.high ? band.high : Number.NaN;
  return Number.isFinite(bound) ? formatNumber(bound, decimals) : '';
}

/** When the condition of an alert went; undefined while it is there. */
export function returnTime({
  state,
  returnedAt,
  changedAt,
}: Pick<Alert, 'state' | 'returnedAt' | 'changedAt'>): number | undefined {
  if (hasReturned(state)) return returnedAt ?? changedAt;
  return isHidden(state) ? returnedAt : undefined;
}

/** How long the condition of an alert lasts, or lasted until it went. */
export const lastedText = (alert: Alert, now: number): string => formatSpan((returnTime(alert) ?? now) - alert.since);

/** `158 times since 17:40`, of the finding that came back most often; empty where none did. */
export function repeatsText({ findings }: Pick<Alert, 'findings'>, timeText: (time: number) => string): string {
  const [most] = findings.toSorted((a, b) => (b.times ?? 1) - (a.times ?? 1));
  return most?.times === undefined ? '' : `${most.times} times since ${timeText(most.since)}`;
}

/** The first sentence of the response. */
export const firstThing = (alert: Alert): string => /^[^.]*/.exec(alert.response)?.[0] ?? '';

/** Where it is, in a word or two: the area, or the device for what is about a device. */
export const placeOf = (alert: Alert, areas: readonly Area[]): string =>
  areas.find((area) => area.id === alert.area)?.name ?? (alert.area === '' ? (alert.device ?? '') : alert.area);

/** The page on which to look first: the display of its area, or what happened on devices for what is about a device. */
export const displayOf = (alert: Alert): Route =>
  alert.area === '' ? { page: 'system', tab: 'events' } : { page: 'unit', area: alert.area };

/** One text in which a filter looks. */
export const alertText = (alert: Alert): string =>
  [alert.id, alert.incident, alert.title, alert.area, alert.equipment, alert.device ?? '', ...alert.tags].join(' ').toLowerCase();
