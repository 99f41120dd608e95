import type { AlertChange } from '../../core/alert.ts';
import type { AlertDigest, Notifier } from '../../core/notifier.ts';
import { postJson } from '../../notifier-kit/http.ts';
import { isUrgent } from '../../notifier-kit/receiver.ts';
import { eventOf, type SecurityEvent } from '../../siem/index.ts';
import type { AlertmanagerConfig } from './config.ts';

/** Alertmanager resolves an alert at its end, so an open one ends far ahead. */
const openForMs = 365 * 86_400_000;

const severities = { 1: 'critical', 2: 'error', 3: 'warning', A: 'info' } as const;

/** Posts the state of alerts to Alertmanager, version 2 of its API. Alertmanager groups, routes, silences and repeats them. */
export class Alertmanager implements Notifier {
  readonly #config: AlertmanagerConfig;

  constructor(config: AlertmanagerConfig) {
    this.#config = config;
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.notifyAll([change], signal);
  }

  async notifyDigest({ latest }: AlertDigest, signal: AbortSignal): Promise<void> {
    await this.notifyAll(latest, signal);
  }

  async notifyAll(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { minimumPriority, dashboard, labels, headers, url } = this.#config;
    // an alert has one state: the last change of each states it
    const latest = new Map(changes.map((change) => [change.alert.id, change]));
    const alerts = [...latest.values()]
      .filter(({ alert }) => isUrgent(alert.priority, minimumPriority))
      .map((change) => alertOf(eventOf(change, dashboard), labels));
    if (alerts.length === 0) return;
    const target = { ...this.#config, type: 'alertmanager', url: `${url.replace(/\/$/, '')}/api/v2/alerts` };
    await postJson(target, JSON.stringify(alerts), headers, signal);
  }
}

function alertOf({ alert, title, sentence, lifecycle, time, link, clients, certainty }: SecurityEvent, labels: object) {
  const isOver = lifecycle === 'resolved' || lifecycle === 'suppressed';
  return {
    // labels identify an alert, so they must not change during its life
    labels: {
      ...labels,
      alertname: 'scadawatch',
      alert: alert.id,
      incident: alert.incident,
      area: alert.area,
      equipment: alert.equipment,
      severity: severities[alert.priority],
      priority: String(alert.priority),
    },
    annotations: {
      summary: title,
      description: sentence,
      tags: alert.tags.join(' '),
      techniques: alert.techniques.map(({ id, version }) => `${id} (v${version})`).join(' '),
      clients: clients.join(' '),
      certainty,
      ...(alert.response === '' ? {} : { response: alert.response }),
    },
    startsAt: new Date(alert.raisedAt).toISOString(),
    endsAt: new Date(isOver ? Math.max(time, alert.raisedAt) : time + openForMs).toISOString(),
    ...(link === undefined ? {} : { generatorURL: link }),
  };
}
