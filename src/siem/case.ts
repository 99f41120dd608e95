import { isIP } from 'node:net';
import { type Actor, type Alert, type AlertChange, lastHeadline, takesOverVerdict, verdictOnIncident } from '../core/alert.ts';
import type { AlertFeed, DeviceStatus } from '../core/monitor.ts';
import { type Naming, shownAlert, shownChange } from '../core/shown.ts';
import { eventOf, type SecurityEvent } from './event.ts';
import type { Tlp } from './tlp.ts';

/** Most alerts and acts of a case. */
const mostAlerts = 500;
const mostActs = 1_000;

/** Address of a device as a client reaches it. */
export interface Endpoint {
  readonly address: string;
  /** Undefined if it is not known. */
  readonly port?: number | undefined;
}

/** An act of a person on a case that states something: a comment, a verdict or a change with a note. */
export interface CaseNote {
  /** Unique in the site. */
  readonly id: string;
  readonly at: number;
  readonly by: Actor;
  readonly text: string;
}

/** An alert of a case with its facts as security tools need them. */
export type CaseAlert = Pick<SecurityEvent, 'alert' | 'title' | 'clients' | 'confidence' | 'certainty'>;

/** An incident with its alerts and notes, as it leaves the site. Users appear as the naming of the export shows them. */
export interface Case {
  /** Id of the incident. */
  readonly id: string;
  /** Name of the site as receivers know it. The ids of exported objects follow from it. */
  readonly site: string;
  readonly tlp: Tlp;
  readonly title: string;
  readonly sentence: string;
  /** First anomalous sample and last change, ms UTC. */
  readonly since: number;
  readonly changedAt: number;
  /** The first raised one first. */
  readonly alerts: readonly CaseAlert[];
  /** Oldest first. */
  readonly notes: readonly CaseNote[];
  readonly devices: ReadonlyMap<string, Endpoint>;
  /** Address of its page. */
  readonly link?: string | undefined;
}

/** Properties of an export that do not come from the incident. */
export interface CaseFrame {
  readonly site: string;
  readonly tlp: Tlp;
  readonly devices?: ReadonlyMap<string, Endpoint> | undefined;
  /** Address of the dashboard. */
  readonly dashboard?: string | undefined;
}

/**
 * The case of some alerts of one incident, at least one.
 * @param acts changes of the alerts by people
 */
export function caseOf(alerts: readonly Alert[], acts: readonly AlertChange[], frame: CaseFrame): Case {
  const sorted = alerts.toSorted((a, b) => a.raisedAt - b.raisedAt);
  const events = sorted.map((alert) => eventOf(changeTo(alert), frame.dashboard));
  const [first] = events;
  if (first === undefined) throw new RangeError('a case has at least one alert');
  const headline = lastHeadline(sorted);
  const notes = acts.flatMap(noteOf);
  return {
    id: first.alert.incident,
    site: frame.site,
    tlp: frame.tlp,
    title: headline?.title ?? first.title,
    sentence: headline?.sentence ?? first.sentence,
    since: Math.min(...sorted.map(({ since }) => since)),
    changedAt: Math.max(...sorted.map(({ changedAt }) => changedAt), ...notes.map(({ at }) => at)),
    alerts: events.map(({ alert, clients, confidence, certainty }) => ({
      alert,
      title: alert.title,
      clients,
      confidence,
      certainty,
    })),
    notes,
    devices: frame.devices ?? new Map(),
    ...(first.link === undefined ? {} : { link: first.link }),
  };
}

/**
 * Reads an incident as a case.
 * @param naming shows or replaces the names of users
 * @returns undefined if the incident does not exist
 */
export async function readCase(
  store: Pick<AlertFeed, 'find' | 'actsOf'>,
  incident: string,
  frame: CaseFrame,
  naming: Naming,
): Promise<Case | undefined> {
  const found = await store.find({ incident, limit: mostAlerts });
  const alerts = found.map((alert) => shownAlert(alert, naming));
  if (alerts.length === 0) return undefined;
  const acts = await store.actsOf(incident, { limit: mostActs });
  return caseOf(
    alerts,
    acts.map((change) => shownChange(change, naming)),
    frame,
  );
}

/** Addresses of devices from their status: `10.0.0.5:502`, `opc.tcp://10.0.0.6:4840`. A name that is no IP address is left out. */
export function endpointsOf(devices: readonly Pick<DeviceStatus, 'name' | 'address'>[]): ReadonlyMap<string, Endpoint> {
  return new Map(
    devices.flatMap(({ name, address }) => {
      const endpoint = endpointOf(address);
      return endpoint === undefined ? [] : [[name, endpoint] as const];
    }),
  );
}

function endpointOf(text: string): Endpoint | undefined {
  const url = URL.parse(text.includes('://') ? text.replace(/^[\w.+-]+:/, 'http:') : `http://${text}`);
  const address = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (isIP(address) === 0) return undefined;
  return { address, ...(url?.port ? { port: Number(url.port) } : {}) };
}

/** True if a person has stated that a case or alert is no attack. */
export const isRefuted = ({ verdict }: Pick<Alert, 'verdict'>): boolean => verdict !== undefined && verdict.word !== 'true';

const changeTo = (alert: Alert): AlertChange => ({
  sequence: 0,
  time: alert.changedAt,
  kind: 'updated',
  by: { role: 'monitor' },
  alert,
});

function noteOf(change: AlertChange): readonly CaseNote[] {
  const { kind, note, alert, time, sequence, by } = change;
  if (by.role === 'monitor' || takesOverVerdict(change)) return [];
  const remark = note === undefined || note === '' ? '' : `: ${note}`;
  const ofIncident = verdictOnIncident(change);
  const object = ofIncident === undefined ? alert.id : alert.incident;
  const verdict = ofIncident ?? (kind === 'judged' ? alert.verdict : undefined);
  if (verdict === undefined && remark === '') return [];
  const text = verdict === undefined ? `${object}, ${kind}${remark}` : `${object}, verdict ${verdict.word}${remark}`;
  return [{ id: `${alert.id}/${sequence}`, at: time, by, text }];
}
