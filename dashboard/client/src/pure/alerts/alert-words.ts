import {
  hasReturned,
  isHidden,
  joiningWords,
  needsAcknowledgement,
  type Alert,
  type AlertState,
  type VerdictWord,
} from '../../../../../src/core/alert.ts';
import type { Contribution, Explanation, MeasuredBand } from '../../../../../src/core/finding.ts';
import type { Area } from '../../../../../src/core/monitor.ts';
import { deviceText, isSelf, selfName } from '../../../../../src/core/self-device.ts';
import { shared } from '../../text.ts';
import { formatAge, formatNumber, significantDecimals } from '../format.ts';
import type { Route } from '../route.ts';

/** Name of each alert state. */
export const stateWords: Readonly<Record<AlertState, string>> = shared.label.alertState;

/** State of an alert, with a mark while its last change is not on disk. */
export const stateText = ({ state, notSaved }: Pick<Alert, 'state' | 'notSaved'>): string =>
  notSaved === undefined ? stateWords[state] : shared.note.notSaved(stateWords[state]);

/** The same with the remaining time of a shelved alert, or the role that an alert is escalated to. */
export function stateTextAt(alert: Pick<Alert, 'state' | 'notSaved' | 'shelf' | 'escalated'>, now: number): string {
  if (alert.escalated !== undefined && needsAcknowledgement(alert.state))
    return shared.note.escalated(stateText(alert), alert.escalated.to);
  if (alert.state !== 'G' || alert.shelf === undefined) return stateText(alert);
  return shared.note.left(stateText(alert), formatAge(alert.shelf.until - now));
}

/** Reason for which an alert is hidden, as shown to operators; undefined if there is none. */
export const hidingReason = ({ state, shelf, suppressed }: Pick<Alert, 'state' | 'shelf' | 'suppressed'>): string | undefined =>
  state === 'H' ? suppressed?.cause : shelf?.reason;

/** Name of each verdict. */
export const verdictWords: Readonly<Record<VerdictWord, string>> = shared.label.verdict;

/** The normal band; undefined for states. */
export const bandOf = ({ band, contributions }: Explanation): MeasuredBand | undefined =>
  contributions.some(({ tag, states }) => tag === band?.tag && states !== undefined) ? undefined : band;

/** The normal band if it is one of the tag's value, not of its fluctuation, so that a trend can show it. */
export function valueBandOf(explanation: Explanation): MeasuredBand | undefined {
  const band = bandOf(explanation);
  return band?.of === undefined ? band : undefined;
}

/** The part of an explanation with the expected value of a tag. */
export const expectedPart = ({ contributions }: Explanation, tag: string): Contribution | undefined =>
  contributions.find((part) => part.tag === tag && part.of === undefined && Number.isFinite(part.expected));

/** The part with the expected value of a tag among alerts whose condition is still present; undefined if none has one. */
export const expectedOf = (alerts: readonly Pick<Alert, 'explanation' | 'state'>[], tag: string): Contribution | undefined =>
  alerts
    .filter(({ state }) => !hasReturned(state))
    .map(({ explanation }) => expectedPart(explanation, tag))
    .find((part) => part !== undefined);

/** A figure with the decimals of its tag, or with three significant digits if it is not the tag's value or too small for them. */
function figureText(value: number, decimals: number, of: string | undefined): string {
  const size = Math.abs(value);
  const isSmall = size < 0.5 * 10 ** -decimals;
  if (size === 0 || !(of !== undefined || isSmall)) return formatNumber(value, decimals);
  return formatNumber(value, Math.max(decimals, significantDecimals(value)));
}

/** Measured and expected value of a tag, in figures or in the names of its states. */
export function partText({ measured, expected, unit, of, states }: Contribution, decimals: number): string {
  const figure = (value: number): string => `${figureText(value, decimals, of)} ${unit}`.trim();
  const was = states?.measured ?? `${of === undefined ? '' : `${of} `}${figure(measured)}`;
  const wanted = states === undefined ? (Number.isFinite(expected) ? figure(expected) : undefined) : states.expected;
  // a write can leave a state as it was
  return wanted === undefined || (states !== undefined && wanted === was) ? was : shared.note.expected(was, wanted);
}

/** Measured value and normal band: `CW.LT01 · 4.20 m, expected 2.00 to 3.50`. */
export function bandText({ tag, unit, of, measured, low, high }: MeasuredBand, decimals: number): string {
  const figure = (value: number): string => figureText(value, decimals, of);
  const value = `${of === undefined ? '' : `${of} `}${figure(measured)}${unit === '' ? '' : ` ${unit}`}`;
  return `${tag} · ${shared.note.expectedRange(value, figure(low), figure(high))}`;
}

/** The violated end of the normal band, e.g. `2.90`; empty if the finding has none. */
export function limitText(alert: Alert, decimals: number): string {
  const band = valueBandOf(alert.explanation);
  if (band === undefined) return '';
  const bound = band.measured < band.low ? band.low : band.measured > band.high ? band.high : Number.NaN;
  return Number.isFinite(bound) ? formatNumber(bound, decimals) : '';
}

/** Time at which the condition of an alert ended; undefined while it is present. */
export function returnTime({
  state,
  returnedAt,
  changedAt,
}: Pick<Alert, 'state' | 'returnedAt' | 'changedAt'>): number | undefined {
  if (hasReturned(state)) return returnedAt ?? changedAt;
  return isHidden(state) ? returnedAt : undefined;
}

/** Duration of the condition of an alert, until now or until its end. */
export const lastedText = (alert: Alert, now: number): string => formatAge((returnTime(alert) ?? now) - alert.since);

/** `158 times since 17:40`, for the finding that recurred most often; empty if none recurred. */
export function repeatsText({ findings }: Pick<Alert, 'findings'>, timeText: (time: number) => string): string {
  const [most] = findings.toSorted((a, b) => (b.times ?? 1) - (a.times ?? 1));
  return most?.times === undefined ? '' : shared.note.repeats(most.times, timeText(most.since));
}

/** `joined by supply: SUP → LA`; empty for the first alert of an incident. */
export const joinedText = ({ joined }: Pick<Alert, 'joined'>): string =>
  joined === undefined ? '' : shared.note.joined(joiningWords[joined.rule], joined.text);

/** The first sentence of the response. */
export const firstThing = (alert: Alert): string => /^[^.\n]*/.exec(alert.response)?.[0] ?? '';

/** Name of the area of an alert, or of the device for an alert about a device. */
export const placeOf = (alert: Alert, areas: readonly Area[]): string =>
  areas.find((area) => area.id === alert.area)?.name ??
  (alert.area === '' ? deviceText(isSelf(alert.device) ? selfName : (alert.device ?? '')) : alert.area);

/** The page to open first: the unit display of its area, or the events for an alert about a device. */
export const displayOf = (alert: Alert): Route =>
  alert.area === '' ? { page: 'system', tab: 'events' } : { page: 'unit', area: alert.area };

/** The text that a filter searches. */
export const alertText = (alert: Alert): string =>
  [
    alert.id,
    alert.incident,
    alert.headline?.title ?? '',
    alert.title,
    alert.area,
    alert.equipment,
    alert.device ?? '',
    ...alert.tags,
  ]
    .join(' ')
    .toLowerCase();
