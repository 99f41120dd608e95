import { isIP } from 'node:net';
import { jsonLine } from './json-line.ts';
import { inferred, product, type SecurityEvent, severityOf } from './event.ts';

/** Version of the Elastic Common Schema. */
const version = '9.1.0';

const types: Readonly<Record<SecurityEvent['lifecycle'], string>> = {
  new: 'start',
  acknowledged: 'change',
  suppressed: 'change',
  resolved: 'end',
};

/** An event as JSON of the Elastic Common Schema. What the schema has no field for is under `scadawatch`. */
export function ecs(event: SecurityEvent): string {
  const { alert, by, link, note, place, areas, device } = event;
  const { techniques } = alert;
  const isInferred = event.incidentClients.length > 0;
  const clients = isInferred ? event.incidentClients : event.clients;
  const [client] = clients;
  return jsonLine({
    '@timestamp': new Date(event.time).toISOString(),
    ecs: { version },
    message: event.sentence,
    event: {
      kind: 'alert',
      category: [alert.network === true ? 'network' : 'host', 'intrusion_detection'],
      type: [types[event.lifecycle]],
      action: event.kind,
      id: event.id,
      start: new Date(alert.since).toISOString(),
      ...(alert.returnedAt === undefined ? {} : { end: new Date(alert.returnedAt).toISOString() }),
      created: new Date(alert.raisedAt).toISOString(),
      severity: severityOf[alert.priority],
      reason: event.certainty,
      provider: event.detectors[0],
      ...(link === undefined ? {} : { url: link }),
      ...(Number.isFinite(event.score) ? { risk_score: event.score } : {}),
    },
    observer: { vendor: product.vendor, product: product.name, version: product.version, type: 'ids' },
    rule: { name: event.title, id: event.detectors[0], category: alert.priority === 'A' ? 'anomaly' : 'alarm' },
    ...(client === undefined ? {} : { source: endpointOf(client) }),
    ...(place?.address === undefined
      ? {}
      : { destination: { ...endpointOf(place.address), ...(place.port === undefined ? {} : { port: place.port }) } }),
    ...(device === undefined ? {} : { host: { name: device } }),
    ...(place === undefined ? {} : { labels: { site: place.site } }),
    ...(by.user === undefined ? {} : { user: { name: by.user, roles: [by.role] } }),
    ...(clients.length === 0 ? {} : { related: relatedOf(clients) }),
    ...(techniques.length === 0
      ? {}
      : {
          threat: {
            framework: `MITRE ATT&CK for ICS v${techniques[0]?.version}`,
            technique: { id: techniques.map(({ id }) => id), name: techniques.map(({ name }) => name) },
          },
        }),
    tags: alert.tags,
    scadawatch: {
      alert: alert.id,
      incident: alert.incident,
      priority: String(alert.priority),
      state: alert.state,
      lifecycle: event.lifecycle,
      area: areas.join(' '),
      equipment: alert.equipment,
      confidence: event.confidence,
      detectors: event.detectors,
      techniques,
      writes: alert.explanation.writes ?? [],
      ...(isInferred ? { clients: inferred } : {}),
      response: alert.response,
      ...(note === undefined ? {} : { note }),
    },
  });
}

const endpointOf = (address: string) => ({ address, ...(isIP(address) === 0 ? {} : { ip: address }) });

/** Clients by kind: rules search for addresses in `related.ip`. */
function relatedOf(clients: readonly string[]) {
  const ip = clients.filter((client) => isIP(client) !== 0);
  const hosts = clients.filter((client) => isIP(client) === 0);
  return { ...(ip.length === 0 ? {} : { ip }), ...(hosts.length === 0 ? {} : { hosts }) };
}
