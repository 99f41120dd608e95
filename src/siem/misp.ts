import { isIP } from 'node:net';
import type { Priority } from '../core/alert.ts';
import { isGlobalAddress } from './addresses.ts';
import { type Case, isRefuted } from './case.ts';
import { siteUuid, uuidOf } from './uuid.ts';

/** An attribute of an event. Numbers and times are texts in this format. */
export interface MispAttribute {
  readonly uuid: string;
  readonly type: string;
  readonly category: string;
  readonly value: string;
  readonly comment: string;
  /** True only for what other networks can search for. */
  readonly to_ids: boolean;
  readonly distribution: string;
  readonly timestamp: string;
}

/** An event of MISP (core format, draft 20). */
export interface MispEvent {
  readonly Event: {
    readonly uuid: string;
    readonly info: string;
    readonly date: string;
    readonly timestamp: string;
    readonly publish_timestamp: string;
    readonly published: boolean;
    readonly org_id: string;
    readonly orgc_id: string;
    readonly Orgc: { readonly id: string; readonly uuid: string; readonly name: string };
    readonly distribution: string;
    readonly threat_level_id: string;
    readonly analysis: string;
    readonly Attribute: readonly MispAttribute[];
    readonly Tag: readonly { readonly name: string }[];
  };
}

/** 1 high to 4 undefined. An anomaly has no level, because nobody has judged it yet. */
const threatLevels: Readonly<Record<Priority, string>> = { 1: '1', 2: '2', 3: '3', A: '4' };

/** Distribution 0: the receiving organisation only. An analyst changes it before publishing. */
const ownOrganisation = '0';

/**
 * The case as an event of MISP, not published. Equal cases have equal events: every UUID follows from the site and the case, so that a
 * later export updates an earlier one.
 */
export function mispEvent(of: Case): MispEvent {
  const site = siteUuid(of.site);
  const { alerts, id, title, since, changedAt, tlp } = of;
  const worst = alerts.map(({ alert }) => threatLevels[alert.priority]).toSorted()[0] ?? '4';
  const judged = alerts.flatMap(({ alert }) => alert.verdict ?? []);
  const isOver = judged.length > 0 || alerts.some(({ alert }) => alert.triage?.state === 'done');
  const isTaken = alerts.some(({ alert }) => alert.triage !== undefined || alert.acknowledgedAt !== undefined);
  const techniques = new Map(alerts.flatMap(({ alert }) => alert.techniques.map((one) => [one.id, one] as const)));
  return {
    Event: {
      uuid: uuidOf(site, `misp-event/${id}`),
      info: `${of.site}: ${title}`,
      date: new Date(since).toISOString().slice(0, 10),
      timestamp: seconds(changedAt),
      publish_timestamp: '0',
      published: false,
      org_id: '0',
      orgc_id: '0',
      Orgc: { id: '0', uuid: site, name: of.site },
      distribution: ownOrganisation,
      threat_level_id: alerts.length > 0 && alerts.every(({ alert }) => isRefuted(alert)) ? '4' : worst,
      analysis: isOver ? '2' : isTaken ? '1' : '0',
      Attribute: attributesOf(of, site),
      Tag: [
        { name: `tlp:${tlp}` },
        ...[...techniques.values()].map(({ id: technique, certainty }) => ({
          name: `scadawatch:mitre-ics-technique-${certainty}="${technique}"`,
        })),
      ],
    },
  };
}

const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

function attributesOf({ id, alerts, notes, devices, link }: Case, site: string): readonly MispAttribute[] {
  const found = new Map<string, MispAttribute>();
  const put = (category: string, type: string, value: string, at: number, more: Partial<MispAttribute> = {}): void => {
    const uuid = uuidOf(site, `misp-attribute/${id}/${type}/${value}`);
    if (found.has(uuid)) return;
    const base = { uuid, type, category, value, comment: '', to_ids: false, distribution: ownOrganisation };
    found.set(uuid, { ...base, timestamp: seconds(at), ...more });
  };
  for (const { alert, title, clients } of alerts) {
    const endpoint = alert.device === undefined ? undefined : devices.get(alert.device);
    for (const client of clients.filter((one) => isIP(one) !== 0)) {
      const isIndicator = isGlobalAddress(client) && !isRefuted(alert);
      put('Network activity', 'ip-src', client, alert.changedAt, { comment: title, to_ids: isIndicator });
    }
    if (endpoint !== undefined) {
      const [type, value] =
        endpoint.port === undefined
          ? (['ip-dst', endpoint.address] as const)
          : (['ip-dst|port', `${endpoint.address}|${endpoint.port}`] as const);
      put('Network activity', type, value, alert.changedAt, { comment: `device ${alert.device}` });
    }
    const sentence = alert.explanation.sentence;
    put('Internal reference', 'text', `${alert.id}: ${sentence}`, alert.changedAt);
  }
  for (const { at, by, text } of notes)
    put('Internal reference', 'comment', text, at, { comment: by.user === undefined ? by.role : `${by.role} ${by.user}` });
  if (link !== undefined) put('Internal reference', 'link', link, alerts[0]?.alert.raisedAt ?? 0);
  return [...found.values()];
}
