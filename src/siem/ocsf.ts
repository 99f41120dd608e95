import { isIP } from 'node:net';
import type { Contribution } from '../core/finding.ts';
import { jsonLine } from './json-line.ts';
import { inferred, product, type SecurityEvent } from './event.ts';

/** Version of the Open Cybersecurity Schema Framework in which `anomaly_analyses` has this form. */
const version = '1.6.0';

const activities = {
  new: [1, 'Create'],
  acknowledged: [2, 'Update'],
  suppressed: [2, 'Update'],
  resolved: [3, 'Close'],
} as const;
const statuses = {
  new: [1, 'New'],
  acknowledged: [2, 'In Progress'],
  suppressed: [3, 'Suppressed'],
  resolved: [4, 'Resolved'],
} as const;
const severities = { 1: [5, 'Critical'], 2: [4, 'High'], 3: [3, 'Medium'], A: [2, 'Low'] } as const;
const confidences = { low: [1, 'Low'], medium: [2, 'Medium'], high: [3, 'High'] } as const;
/**
 * An event as JSON of the class Detection Finding (2004) of OCSF. `finding_info.uid` is the alert and stays the same for all its changes;
 * `metadata.uid` is the delivery.
 */
export function ocsf(event: SecurityEvent): string {
  const { alert, clients, incidentClients, detectors, link, note, place } = event;
  const [activityId, activity] = event.kind === 'raised' ? activities.new : notCreated(event.lifecycle);
  const [statusId, status] = statuses[event.lifecycle];
  const [severityId, severity] = severities[alert.priority];
  const [confidenceId, confidence] = confidences[event.confidence];
  return jsonLine({
    activity_id: activityId,
    activity_name: activity,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: 200_400 + activityId,
    type_name: `Detection Finding: ${activity}`,
    time: event.time,
    start_time: alert.since,
    ...(alert.returnedAt === undefined ? {} : { end_time: alert.returnedAt }),
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    confidence_id: confidenceId,
    confidence,
    is_alert: event.lifecycle === 'new',
    message: event.sentence,
    ...(note === undefined ? {} : { comment: note }),
    metadata: {
      version,
      uid: event.id,
      product: { name: product.name, vendor_name: product.vendor, version: product.version },
    },
    finding_info: {
      uid: alert.id,
      title: event.title,
      desc: event.sentence,
      types: detectors,
      created_time: alert.raisedAt,
      modified_time: alert.changedAt,
      first_seen_time: alert.since,
      ...(link === undefined ? {} : { src_url: link }),
      analytic: {
        name: detectors[0] ?? 'none',
        ...(event.stated ? { type_id: 1, type: 'Rule' } : { type_id: 3, type: 'Statistical' }),
      },
      attacks: attacksOf(event),
    },
    resources: [resourceOf(event)],
    evidences: [
      ...clients.map((client) => ({
        src_endpoint: endpointOf(client),
        ...(place?.address === undefined
          ? {}
          : { dst_endpoint: { ...endpointOf(place.address), ...(place.port === undefined ? {} : { port: place.port }) } }),
      })),
      ...incidentClients.map((client) => ({ src_endpoint: endpointOf(client), data: { remark: inferred } })),
      {
        data: {
          tags: alert.tags,
          writes: alert.explanation.writes ?? [],
          certainty: event.certainty,
          techniques: alert.techniques.map(({ id, version: matrix, certainty }) => ({ id, version: matrix, certainty })),
          ...(Number.isFinite(event.score) ? { score: event.score } : {}),
        },
      },
    ],
    ...analysesOf(event),
    ...(alert.response === '' ? {} : { remediation: { desc: alert.response } }),
    unmapped: { incident: alert.incident, priority: String(alert.priority), state: alert.state, kind: event.kind, by: event.by },
  });
}

/** Every change but the first one updates the finding or closes it. */
const notCreated = (lifecycle: SecurityEvent['lifecycle']) =>
  lifecycle === 'resolved' ? activities.resolved : activities.acknowledged;

/** A pseudonym of an address is a name. */
const endpointOf = (address: string) => (isIP(address) === 0 ? { name: address } : { ip: address });

/** The equipment, or the device of an alert that concerns none. */
function resourceOf({ alert, areas, device, place }: SecurityEvent) {
  const isDevice = alert.equipment === '';
  return {
    name: isDevice ? (device ?? 'site') : alert.equipment,
    type: isDevice ? (device === undefined ? 'site' : 'device') : 'equipment',
    ...(areas.length === 0 ? {} : { group: { name: areas.join(' ') } }),
    ...(device === undefined ? {} : { uid: device }),
    ...(place === undefined ? {} : { namespace: place.site }),
  };
}

/** A sub-technique is named with its technique; the version is that of the matrix for industrial control systems. */
const attacksOf = ({ alert }: SecurityEvent) =>
  alert.techniques.map(({ id, name, version: matrix }) => {
    const [technique = id, sub] = id.split('.');
    return {
      version: `${matrix}`,
      ...(sub === undefined
        ? { technique: { uid: id, name } }
        : { technique: { uid: technique }, sub_technique: { uid: id, name } }),
    };
  });

/** What was measured against what is normal, for each tag that contributes. */
function analysesOf({ alert: { explanation } }: SecurityEvent) {
  const { contributions, band } = explanation;
  if (contributions.length === 0) return {};
  const parameter = ({ tag, of }: Pick<Contribution, 'tag' | 'of'>): string => (of === undefined ? tag : `${tag} ${of}`);
  const observed = (value: number, unit: string, state?: string) => [
    // a float of 32 bits has seven digits
    { value: state ?? `${Number(value.toPrecision(6))} ${unit}`.trim() },
  ];
  const expected = contributions.filter(({ expected: value }) => Number.isFinite(value));
  const baselines = [
    ...expected.map(({ states, expected: value, unit, ...of }) => ({
      observation_parameter: parameter(of),
      observation_type: 'Deviation Analysis',
      observations: observed(value, unit, states?.expected),
    })),
    ...(band === undefined
      ? []
      : [
          {
            observation_parameter: `${parameter(band)} normal band`,
            observation_type: 'Distribution Analysis',
            observations: [{ value: `${band.low}–${band.high} ${band.unit}`.trim() }],
          },
        ]),
  ];
  return {
    anomaly_analyses: [
      {
        analysis_targets: contributions.map(({ tag }) => ({ name: tag, type: 'tag' })),
        anomalies: contributions.map(({ measured, states, unit, ...of }) => ({
          observation_parameter: parameter(of),
          observation_type: 'Deviation Analysis',
          observations: observed(measured, unit, states?.measured),
        })),
        ...(baselines.length === 0 ? {} : { baselines }),
      },
    ],
  };
}
