import type { AlertChange, AlertChangeKind } from '../../core/alert.ts';
import type { AlertDigest, Notifier } from '../../core/notifier.ts';
import { postJson } from '../../notifier-kit/http.ts';
import { isUrgent } from '../../notifier-kit/receiver.ts';
import { eventOf } from '../../siem/index.ts';
import type { PagerdutyConfig } from './config.ts';

const severities = { 1: 'critical', 2: 'error', 3: 'warning', A: 'info' } as const;
/** Longest summary that the Events API takes, characters. */
const longestSummary = 1_024;

/** What a change does to the incident at PagerDuty. Other changes do not concern a person on call. */
const actions: Partial<Readonly<Record<AlertChangeKind, 'trigger' | 'acknowledge' | 'resolve'>>> = {
  raised: 'trigger',
  recurred: 'trigger',
  realarmed: 'trigger',
  escalated: 'trigger',
  released: 'trigger',
  unshelved: 'trigger',
  unsuppressed: 'trigger',
  acknowledged: 'acknowledge',
  returned: 'resolve',
  cleared: 'resolve',
  shelved: 'resolve',
  suppressed: 'resolve',
  removed: 'resolve',
};

/** Sends alarms to a person on call by PagerDuty Events API v2. The id of the alert joins the events of its life. */
export class Pagerduty implements Notifier {
  readonly #config: PagerdutyConfig;

  constructor(config: PagerdutyConfig) {
    this.#config = config;
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    const action = actions[change.kind];
    const { dashboard, routingKey, minimumPriority } = this.#config;
    if (action === undefined || !isUrgent(change.alert.priority, minimumPriority)) return;
    const { alert, title, sentence, clients, certainty, link } = eventOf(change, dashboard);
    const body = {
      routing_key: routingKey,
      event_action: action,
      dedup_key: alert.id,
      payload: {
        summary: `${title}. ${sentence}`.slice(0, longestSummary),
        source: alert.device ?? alert.area,
        severity: severities[alert.priority],
        timestamp: new Date(alert.raisedAt).toISOString(),
        component: alert.equipment,
        group: alert.area,
        class: alert.network === true ? 'network' : 'process',
        custom_details: {
          incident: alert.incident,
          since: new Date(alert.since).toISOString(),
          tags: alert.tags,
          techniques: alert.techniques.map(({ id, version }) => `${id} (v${version})`),
          clients,
          certainty,
          response: alert.response,
        },
      },
      client: 'scadawatch',
      ...(link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'Incident' }] }),
    };
    await postJson({ ...this.#config, type: 'pagerduty' }, JSON.stringify(body), {}, signal);
  }

  /** PagerDuty groups by itself: it gets the last change of each alert of the digest. */
  async notifyDigest({ latest }: AlertDigest, signal: AbortSignal): Promise<void> {
    for (const change of latest) await this.notify(change, signal);
  }
}
