import { createHash } from 'node:crypto';
import packageFile from '../../package.json' with { type: 'json' };
import {
  type Actor,
  type Alert,
  type AlertChange,
  hasReturned,
  isHidden,
  isOpen,
  type Priority,
  type SentChange,
} from '../core/alert.ts';
import type { Certainty } from '../core/finding.ts';
import { formatEstimate } from '../core/format.ts';
import { byName, shownAlert } from '../core/shown.ts';
import { shownFinding } from '../core/shown-finding.ts';

/** Program that raises the events. */
export const product = { vendor: 'scadawatch', name: 'scadawatch', version: packageFile.version } as const;

/** Progress of an alert, as security tools divide it. */
export type Lifecycle = 'new' | 'acknowledged' | 'suppressed' | 'resolved';

/** Facts of one change of an alert, the same for every format. Users appear under their pseudonyms. */
export interface SecurityEvent extends Pick<SentChange, 'time' | 'kind' | 'note' | 'place'> {
  /** Equal for every attempt to send the change, also after a restart. */
  readonly id: string;
  readonly by: Actor;
  /** Its times are whole ms. */
  readonly alert: Alert;
  /** Ids of its areas: its own, or those of its tags. */
  readonly areas: readonly string[];
  /** Device that it concerns. */
  readonly device?: string | undefined;
  /** Title and first sentence as operators see them. */
  readonly title: string;
  readonly sentence: string;
  readonly lifecycle: Lifecycle;
  /** Types of the detectors, the leading one first. */
  readonly detectors: readonly string[];
  /** Addresses of the clients that acted on the network; empty if the network shows none. */
  readonly clients: readonly string[];
  /** Addresses of the clients that acted in its incident, if it has none of its own. */
  readonly incidentClients: readonly string[];
  readonly confidence: 'low' | 'medium' | 'high';
  /** True if a stated rule is violated; otherwise the event is compared with learned operation. */
  readonly stated: boolean;
  /** The certainty in words. */
  readonly certainty: string;
  /** Score of the leading finding; 1 or more is anomalous. NaN if a stated rule is violated, which has no degree. */
  readonly score: number;
  /** Address of the incident's page, if the dashboard's address is configured. */
  readonly link?: string | undefined;
}

/**
 * Facts of a change.
 * @param dashboard address of the dashboard
 */
export function eventOf(change: SentChange, dashboard?: string): SecurityEvent {
  const { time, kind, by, note, place } = change;
  const alert = inWholeMs(shownAlert(change.alert, byName));
  const leading = shownFinding(alert);
  const { findings, explanation } = alert;
  const clients = clientsOfAlert(alert);
  return {
    id: deliveryId('alert', [change]),
    time: Math.round(time),
    kind,
    by: byName(by),
    ...(note === undefined ? {} : { note }),
    ...(place === undefined ? {} : { place }),
    alert,
    areas: alert.area === '' ? (alert.areas ?? []) : [alert.area],
    device: alert.device ?? place?.device,
    title: alert.headline?.title ?? alert.title,
    sentence: explanation.sentence,
    lifecycle: lifecycleOf(alert),
    detectors: [...new Set([leading, ...findings].flatMap((finding) => finding?.detector ?? []))],
    clients,
    incidentClients: clients.length === 0 ? (change.incidentClients ?? []) : [],
    ...certaintyOf(leading?.certainty),
    score: leading?.certainty?.kind === 'stated' ? Number.NaN : (leading?.peak ?? Number.NaN),
    ...(dashboard === undefined
      ? {}
      : { link: `${dashboard.replace(/\/$/, '')}/#/incident/${encodeURIComponent(alert.incident)}` }),
  };
}

/** Formats of security tools have whole ms; a tap measures finer. */
const inWholeMs = (alert: Alert): Alert => ({
  ...alert,
  since: Math.round(alert.since),
  raisedAt: Math.round(alert.raisedAt),
  changedAt: Math.round(alert.changedAt),
  ...(alert.returnedAt === undefined ? {} : { returnedAt: Math.round(alert.returnedAt) }),
});

/** Id of a message about changes: equal for every attempt, also after a restart. */
export function deliveryId(type: string, changes: readonly AlertChange[]): string {
  const parts = changes.map(({ sequence, time, alert }) => `${sequence}/${time}/${alert.id}`);
  return createHash('sha256')
    .update([type, ...parts].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** Addresses of the clients that an alert names. */
export const clientsOfAlert = ({ explanation, findings }: Alert): readonly string[] => [
  ...new Set([explanation, ...findings.map((finding) => finding.explanation)].flatMap(clientsOf)),
];

/** Remark about clients that are those of the incident. */
export const inferred = 'inferred from the incident';

/** The writing clients of explanations of earlier versions, which name no clients. */
function clientsOf({ clients, writes = [] }: Alert['explanation']): readonly string[] {
  return clients ?? writes.map(({ client }) => client);
}

function lifecycleOf({ state, acknowledgedAt }: Alert): Lifecycle {
  if (isHidden(state)) return 'suppressed';
  if (!isOpen(state) || hasReturned(state)) return 'resolved';
  return acknowledgedAt === undefined ? 'new' : 'acknowledged';
}

const dayMs = 86_400_000;

function certaintyOf(certainty: Certainty | undefined): Pick<SecurityEvent, 'confidence' | 'certainty' | 'stated'> {
  switch (certainty?.kind) {
    case 'stated':
      return { confidence: 'high', certainty: 'a stated rule is violated', stated: true };
    case 'calibrated': {
      const { onceInDays, learnedDays, beyond } = certainty;
      const [every, learned] = [onceInDays, learnedDays].map((days) => formatEstimate(days * dayMs)) as [string, string];
      const often = beyond ? 'less than once' : 'about once';
      return {
        confidence: beyond ? 'high' : 'medium',
        certainty: `normal operation causes this ${often} in ${every}, estimated from ${learned} of data`,
        stated: false,
      };
    }
    default:
      return { confidence: 'low', certainty: 'the detector is still learning', stated: false };
  }
}

/** Severity from 0 to 10 (CEF) by priority. An anomaly is below every alarm. */
export const severityOf: Readonly<Record<Priority, number>> = { 1: 10, 2: 8, 3: 6, A: 4 };

/** Severity as a word, for tools of operations. */
export const severityWordOf: Readonly<Record<Priority, string>> = { 1: 'critical', 2: 'error', 3: 'warning', A: 'info' };
