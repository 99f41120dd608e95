import type { SecurityRecord } from '../core/security-record.ts';
import { cef } from './cef.ts';
import { ecs } from './ecs.ts';
import type { SecurityEvent } from './event.ts';
import { ocsf } from './ocsf.ts';
import { cefRecord } from './record-cef.ts';
import { ecsRecord } from './record-ecs.ts';
import { ocsfRecord } from './record-ocsf.ts';

export { caseDocument } from './case-document.ts';
export { actSpanOf, type CaseEvidence, evidenceLimits, packetQueryOf, samplesOf, trafficOf } from './case-evidence.ts';
export { isGlobalAddress } from './addresses.ts';
export { type Case, type CaseFrame, caseOf, endpointsOf, readCase } from './case.ts';
export { clientsOfAlert, deliveryId, eventOf, type SecurityEvent, severityWordOf } from './event.ts';
export { type MispEvent, mispEvent } from './misp.ts';
export { type StixBundle, stixBundle } from './stix-bundle.ts';
export { type Tlp, tlpLevels } from './tlp.ts';

/** Writes a record as one line in each format. */
export const recordFormats: Readonly<Record<'cef' | 'ocsf' | 'ecs', (record: SecurityRecord) => string>> = {
  cef: cefRecord,
  ocsf: ocsfRecord,
  ecs: ecsRecord,
};

/** Writes an event as one line in each format. */
export const formats: Readonly<Record<'cef' | 'ocsf' | 'ecs', (event: SecurityEvent) => string>> = { cef, ocsf, ecs };
