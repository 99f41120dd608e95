import type { Technique } from '../core/alert.ts';
import { type DamagedPackets, damageText } from '../core/packets.ts';
import type { Span } from '../core/traffic.ts';
import { isGlobalAddress } from './addresses.ts';
import { type Case, type CaseAlert, isRefuted } from './case.ts';
import { type CaseEvidence, evidenceLimits, packetMediaType, samplesCsv } from './case-evidence.ts';
import type { SecurityEvent } from './event.ts';
import { siteUuid, uuidOf } from './uuid.ts';
import {
  addressObject,
  addressPattern,
  artifactObject,
  attackNotice,
  attackPattern,
  constantAt,
  specification,
  type StixObject,
  timestamp,
  tlpMarking,
  trafficObject,
} from './stix-objects.ts';

/** A STIX 2.1 bundle. */
export interface StixBundle {
  readonly type: 'bundle';
  readonly id: string;
  readonly objects: readonly StixObject[];
}

const patternLanguage = 'stix';

/** Confidence from 0 to 100: low, medium and high of the scale of STIX 2.1, appendix A. */
const confidences: Readonly<Record<SecurityEvent['confidence'], number>> = { low: 15, medium: 50, high: 85 };

/**
 * The case as a STIX 2.1 bundle. Equal cases have equal bundles: every id follows from the site and the case, so that a later export
 * updates the objects of an earlier one. What a person has judged to be no attack is revoked.
 * @param evidence records that become artifacts of the bundle
 */
export function stixBundle(of: Case, { packets, damagedPackets = [], samples = [] }: Partial<CaseEvidence> = {}): StixBundle {
  const builder = new BundleBuilder(of);
  for (const alert of of.alerts) builder.addAlert(alert);
  if (packets !== undefined) builder.attach('packets', packetMediaType, packets.content, packets);
  if (damagedPackets.length > 0) builder.addDamage(damagedPackets);
  const times = samples.flatMap(({ time }) => [...time]);
  if (times.length > 0) {
    const span = { from: Math.min(...times), to: Math.max(...times) };
    builder.attach('samples', 'text/csv', Buffer.from(samplesCsv(samples)), span);
  }
  return builder.build();
}

class BundleBuilder {
  readonly #case: Case;
  readonly #site: string;
  readonly #marking: StixObject;
  readonly #identity: string;
  readonly #incident: string;
  readonly #objects = new Map<string, StixObject>();

  constructor(of: Case) {
    this.#case = of;
    this.#site = siteUuid(of.site);
    this.#marking = tlpMarking(of.tlp);
    this.#identity = `identity--${this.#site}`;
    this.#incident = this.#idOf('incident', of.id);
    this.#put(this.#marking);
    this.#put({
      type: 'identity',
      ...specification,
      id: this.#identity,
      created: constantAt,
      modified: constantAt,
      name: of.site,
      identity_class: 'organization',
      object_marking_refs: [this.#marking.id],
    });
    this.#put(this.#own('incident', of.id, of.alerts[0]?.alert.raisedAt ?? of.since, of.changedAt, incidentProperties(of)));
  }

  addAlert(one: CaseAlert): void {
    const { alert, clients } = one;
    const observed = this.#observe(one);
    for (const technique of alert.techniques) this.#addTechnique(one, technique, observed);
    if (observed === undefined) return;
    for (const client of clients.filter(isGlobalAddress)) this.#addIndicator(one, client, observed);
  }

  /** Adds a file as evidence of the incident. */
  attach(what: string, mediaType: string, content: Buffer, { from, to }: Span): void {
    const { id, alerts, changedAt } = this.#case;
    const artifact = artifactObject(mediaType, content);
    this.#put({ ...artifact, object_marking_refs: [this.#marking.id] });
    const raisedAt = alerts[0]?.alert.raisedAt ?? changedAt;
    const observation = this.#own('observed-data', `${id}/${what}`, raisedAt, changedAt, {
      first_observed: timestamp(from),
      last_observed: timestamp(to),
      number_observed: 1,
      object_refs: [artifact.id],
    });
    this.#put(observation);
    const relation = { relationship_type: 'related-to', source_ref: observation.id, target_ref: this.#incident };
    this.#put(this.#own('relationship', `evidence/${id}/${what}`, raisedAt, changedAt, relation));
  }

  /** States files of packets that are damaged. Other damage is another note, as an export does not change the case. */
  addDamage(damaged: readonly DamagedPackets[]): void {
    const { id, alerts, changedAt } = this.#case;
    const raisedAt = alerts[0]?.alert.raisedAt ?? changedAt;
    const listed = damaged.slice(0, evidenceLimits.damagedFiles).map(damageText);
    const others = damaged.length - listed.length;
    const content = [...listed, ...(others === 0 ? [] : [`another ${others} damaged files are not listed`])].join('\n');
    this.#put(
      this.#own('note', `damaged-packets/${id}/${content}`, raisedAt, changedAt, {
        abstract: 'Damaged files of packets',
        content,
        object_refs: [this.#incident],
      }),
    );
  }

  build(): StixBundle {
    const { id, notes, alerts, changedAt } = this.#case;
    const raisedAt = alerts[0]?.alert.raisedAt ?? changedAt;
    for (const { id: key, at, by, text } of notes) {
      const authors = [by.user === undefined ? by.role : `${by.role} ${by.user}`];
      this.#put(this.#own('note', key, at, at, { content: text, authors, object_refs: [this.#incident] }));
    }
    const object_refs = [...this.#objects.values()].filter(({ type }) => type !== 'marking-definition').map((one) => one.id);
    const isConfirmed = alerts.some(({ alert }) => alert.verdict?.word === 'true');
    const name = this.#case.title;
    this.#put(
      isConfirmed
        ? this.#own('report', id, raisedAt, changedAt, {
            name,
            report_types: ['observed-data'],
            published: timestamp(changedAt),
            object_refs,
          })
        : this.#own('grouping', id, raisedAt, changedAt, { name, context: 'suspicious-activity', object_refs }),
    );
    const version = uuidOf(this.#site, `bundle/${id}/${changedAt}`);
    return { type: 'bundle', id: `bundle--${version}`, objects: [...this.#objects.values()] };
  }

  /** Addresses and traffic of an alert; undefined if no address is known. */
  #observe({ alert, clients }: CaseAlert): string | undefined {
    const endpoint = alert.device === undefined ? undefined : this.#case.devices.get(alert.device);
    const server = endpoint === undefined ? undefined : addressObject(endpoint.address);
    const senders = clients.flatMap((client) => addressObject(client) ?? []);
    const traffic =
      server === undefined || endpoint === undefined ? [] : senders.map((client) => trafficObject(client, server, endpoint));
    const seen = [...(server === undefined ? [] : [server]), ...senders, ...traffic];
    if (seen.length === 0) return undefined;
    for (const one of seen) this.#put({ ...one, object_marking_refs: [this.#marking.id] });
    const { id, raisedAt, changedAt, since, returnedAt, findings } = alert;
    const observation = this.#own('observed-data', id, raisedAt, changedAt, {
      first_observed: timestamp(since),
      last_observed: timestamp(Math.max(since, returnedAt ?? changedAt)),
      number_observed: Math.max(
        1,
        findings.reduce((sum, { times = 1 }) => sum + times, 0),
      ),
      object_refs: seen.map((one) => one.id),
    });
    this.#put(observation);
    return observation.id;
  }

  /** A technique of an alert. Only one that was observed is a sighting; the others are related to the incident. */
  #addTechnique({ alert, confidence }: CaseAlert, technique: Technique, observed: string | undefined): void {
    const pattern = attackPattern(technique);
    this.#put(attackNotice);
    this.#put(pattern);
    const { id, raisedAt, changedAt, since, returnedAt, findings } = alert;
    const revoked = isRefuted(alert) ? { revoked: true } : {};
    if (technique.certainty === 'seen') {
      this.#put(
        this.#own('sighting', `${id}/${technique.id}`, raisedAt, changedAt, {
          ...revoked,
          sighting_of_ref: pattern.id,
          where_sighted_refs: [this.#identity],
          first_seen: timestamp(since),
          last_seen: timestamp(Math.max(since, returnedAt ?? changedAt)),
          count: Math.max(1, findings.length),
          confidence: confidences[confidence],
          ...(observed === undefined ? {} : { observed_data_refs: [observed] }),
        }),
      );
    }
    this.#relate('related-to', this.#incident, pattern.id, alert, {
      ...revoked,
      description:
        technique.certainty === 'seen' ? 'The technique was observed on the network.' : 'The effects are those of the technique.',
    });
  }

  /** A client whose address means the same outside of the site. */
  #addIndicator({ alert, title, confidence }: CaseAlert, client: string, observed: string): void {
    const address = addressObject(client);
    if (address === undefined) return;
    const { id, raisedAt, changedAt, since, techniques, verdict } = alert;
    const revoked = isRefuted(alert) ? { revoked: true } : {};
    const indicator = this.#own('indicator', `${id}/${client}`, raisedAt, changedAt, {
      ...revoked,
      name: title,
      indicator_types: [verdict?.word === 'true' ? 'malicious-activity' : 'anomalous-activity'],
      pattern: addressPattern(address),
      pattern_type: patternLanguage,
      valid_from: timestamp(since),
      confidence: confidences[confidence],
    });
    this.#put(indicator);
    this.#relate('based-on', indicator.id, observed, alert, revoked);
    for (const technique of techniques.filter(({ certainty }) => certainty === 'seen'))
      this.#relate('indicates', indicator.id, attackPattern(technique).id, alert, revoked);
  }

  #relate(kind: string, source: string, target: string, { raisedAt, changedAt }: CaseAlert['alert'], more: object): void {
    const properties = { relationship_type: kind, source_ref: source, target_ref: target, ...more };
    const made = this.#own('relationship', `${kind}/${source}/${target}`, raisedAt, changedAt, properties);
    // another alert of the incident may still hold
    const known = this.#objects.get(made.id);
    if (known === undefined || known['revoked'] === true) this.#put(made);
  }

  /** An object that this site has created. */
  #own(type: string, key: string, created: number, modified: number, properties: object): StixObject {
    return {
      type,
      ...specification,
      id: this.#idOf(type, key),
      created_by_ref: this.#identity,
      created: timestamp(created),
      modified: timestamp(Math.max(created, modified)),
      ...properties,
      object_marking_refs: [this.#marking.id],
    };
  }

  #idOf(type: string, key: string): string {
    return `${type}--${uuidOf(this.#site, `${type}/${key}`)}`;
  }

  #put(one: StixObject): void {
    this.#objects.set(one.id, one);
  }
}

function incidentProperties({ id, title, sentence, alerts, link }: Case): object {
  const lines = alerts.map(({ alert, certainty }) => `${alert.id}: ${alert.explanation.sentence} (${certainty})`);
  return {
    name: title,
    description: [sentence, ...lines].join('\n'),
    external_references: [{ source_name: 'scadawatch', external_id: id, ...(link === undefined ? {} : { url: link }) }],
  };
}
