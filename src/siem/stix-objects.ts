import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { attackMatrix, techniqueById } from '../core/attack.ts';
import type { Technique } from '../core/alert.ts';
import type { Endpoint } from './case.ts';
import type { Tlp } from './tlp.ts';
import { sharedUuid, uuidOf } from './uuid.ts';

/** A STIX object: its type, its id and the properties that its type has. */
export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** Version of the specification. */
export const specification = { spec_version: '2.1' } as const;

/** ms UTC as a STIX timestamp. */
export const timestamp = (ms: number): string => new Date(ms).toISOString();

/** Extension of TLP 2.0 and its markings (OASIS common objects). STIX 2.1 itself has TLP 1.0 only. */
const tlpExtension = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';
const tlpMarkings: Readonly<Record<Tlp, string>> = {
  clear: '94868c89-83c2-464b-929b-a1a8aa3c8487',
  green: 'bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  amber: '55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'amber+strict': '939a9414-2ddd-4d32-a0cd-375ea402b003',
  red: 'e828b379-4e03-4974-9ac4-e53a884c97c1',
};

export const tlpMarking = (tlp: Tlp): StixObject => ({
  type: 'marking-definition',
  ...specification,
  id: `marking-definition--${tlpMarkings[tlp]}`,
  created: '2022-10-01T00:00:00.000Z',
  name: `TLP:${tlp.toUpperCase()}`,
  extensions: { [tlpExtension]: { extension_type: 'property-extension', tlp_2_0: tlp } },
});

/**
 * Time of objects that do not change. It is before the versions of techniques of MITRE, which therefore replace these at a receiver.
 */
export const constantAt = '2020-01-01T00:00:00.000Z';

/** Notice that accompanies names of techniques. */
export const attackNotice: StixObject = {
  type: 'marking-definition',
  ...specification,
  id: `marking-definition--${sharedUuid('attack-notice')}`,
  created: constantAt,
  definition_type: 'statement',
  definition: { statement: attackMatrix.notice },
};

/** A technique of ATT&CK for ICS, under the id of MITRE if that is known. */
export function attackPattern({ id, name }: Pick<Technique, 'id' | 'name'>): StixObject {
  const { stix, tactics = [] } = techniqueById(id) ?? {};
  return {
    type: 'attack-pattern',
    ...specification,
    id: stix ?? `attack-pattern--${sharedUuid(`attack-pattern/${id}`)}`,
    created: constantAt,
    modified: constantAt,
    name,
    ...(tactics.length === 0
      ? {}
      : { kill_chain_phases: tactics.map((tactic) => ({ kill_chain_name: 'mitre-ics-attack', phase_name: tactic })) }),
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: id,
        url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}`,
      },
    ],
    object_marking_refs: [attackNotice.id],
  };
}

/** Namespace of observables, whose ids follow from their values at every producer (STIX 2.1, 2.9). */
const observableNamespace = '00abedb4-aa42-466c-9c01-fed23315a9b7';

function observable(type: string, defining: Readonly<Record<string, unknown>>): StixObject {
  // canonical JSON (RFC 8785): sorted keys; the values are texts, whole numbers, lists of texts and hashes
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(defining).toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return { type, ...specification, id: `${type}--${uuidOf(observableNamespace, canonical)}`, ...defining };
}

/** An IP address; undefined for anything else. */
export function addressObject(address: string): StixObject | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : observable(`ipv${version}-addr`, { value: address });
}

/** Traffic from a client to a device, of which only the ends are known. */
export function trafficObject(client: StixObject, server: StixObject, { port }: Endpoint): StixObject {
  return observable('network-traffic', {
    protocols: [server.type.replace('-addr', ''), 'tcp'],
    src_ref: client.id,
    dst_ref: server.id,
    ...(port === undefined ? {} : { dst_port: port }),
  });
}

/** A file within the bundle. */
export function artifactObject(mediaType: string, content: Buffer): StixObject {
  const hashes = { 'SHA-256': createHash('sha256').update(content).digest('hex') };
  return { ...observable('artifact', { hashes, payload_bin: content.toString('base64') }), mime_type: mediaType };
}

/** Texts in patterns: apostrophes and backslashes are escaped. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Pattern that matches traffic of an address. */
export const addressPattern = ({ type, value }: StixObject): string => `[${type}:value = ${quoted(String(value))}]`;
