import type { Alert, AlertChange, AlertChangeKind } from '../../core/alert.ts';
import type { Canary, Notifier } from '../../core/notifier.ts';
import { mapTexts } from '../../core/texts.ts';
import { postJson } from '../../notifier-kit/http.ts';
import { plainText, stepsInOneLine } from '../../notifier-kit/plain-text.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { deliveryId, eventOf, severityWordOf } from '../../siem/index.ts';
import { acknowledgedIncidents } from './acknowledgements.ts';
import type { PagerdutyConfig } from './config.ts';

/** Longest summary that the Events API takes, characters. */
const longestSummary = 1_024;

type Action = 'trigger' | 'acknowledge' | 'resolve';

/** What a change does to the incident at PagerDuty. Other changes do not concern a person on call. */
const actions: Partial<Readonly<Record<AlertChangeKind, Action>>> = {
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

/** Changes after an acknowledgement: of an acknowledged incident PagerDuty calls nobody again, so that it is ended, and a new one begins. */
const renewing: readonly AlertChangeKind[] = ['recurred', 'realarmed'];

/**
 * Sends alarms to a person on call by PagerDuty Events API v2. The id of the alert joins the events of its life. PagerDuty groups by
 * itself, so it gets every change also in a flood.
 */
export class Pagerduty extends ProgramNotifier<PagerdutyConfig> {
  /** Changes of a batch that failed later: PagerDuty limits the rate, and a whole batch may not fit into it. */
  readonly #sent = new Set<string>();

  override wants(change: AlertChange): boolean {
    return super.wants(change) && actions[change.kind] !== undefined;
  }

  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    for (const change of changes) {
      const id = deliveryId('alert', [change]);
      if (this.#sent.has(id)) continue;
      if (renewing.includes(change.kind)) await this.#post(change, 'resolve', signal);
      await this.#post(change, actions[change.kind], signal);
      this.#sent.add(id);
    }
    this.#sent.clear();
  }

  /** The end of an incident that does not exist, which PagerDuty ignores; if wanted, a change event, which calls nobody. */
  async canary({ id, time, isShown }: Canary, signal: AbortSignal): Promise<void> {
    const { url, routingKey } = this.config;
    if (isShown !== true) {
      const end = { routing_key: routingKey, event_action: 'resolve', dedup_key: 'scadawatch-canary' };
      return void (await postJson({ ...this.config, type: 'pagerduty' }, JSON.stringify(end), {}, signal));
    }
    const payload = {
      summary: 'Canary: alerts of scadawatch arrive',
      source: 'scadawatch',
      timestamp: new Date(time).toISOString(),
    };
    const body = { routing_key: routingKey, payload: { ...payload, custom_details: { canary: id } } };
    const target = { ...this.config, type: 'pagerduty', url: url.replace(/\/enqueue$/, '/change/enqueue') };
    await postJson(target, JSON.stringify(body), {}, signal);
  }

  async #post(change: AlertChange, action: Action | undefined, signal: AbortSignal): Promise<void> {
    if (action === undefined) return;
    const { dashboard, routingKey } = this.config;
    const { link, ...event } = eventOf(change, dashboard);
    // PagerDuty shows texts as they are, and makes links of addresses
    const { alert, title, sentence, clients, certainty, areas, device, place } = mapTexts(event, plainText);
    const where = device ?? areas[0] ?? place?.site ?? 'scadawatch';
    const body = {
      routing_key: routingKey,
      event_action: action,
      dedup_key: change.alert.id,
      payload: {
        summary: `${title}. ${sentence}`.slice(0, longestSummary),
        source: where,
        severity: severityWordOf[alert.priority],
        timestamp: new Date(alert.raisedAt).toISOString(),
        component: alert.equipment === '' ? where : alert.equipment,
        group: areas.join(' '),
        class: alert.network === true ? 'network' : 'process',
        custom_details: {
          incident: alert.incident,
          site: place?.site,
          since: new Date(alert.since).toISOString(),
          tags: alert.tags,
          techniques: alert.techniques.map(({ id, version }) => `${id} (v${version})`),
          clients,
          certainty,
          response: stepsInOneLine(change.alert.response),
        },
      },
      client: 'scadawatch',
      ...(link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'Incident' }] }),
    };
    await postJson({ ...this.config, type: 'pagerduty' }, JSON.stringify(body), {}, signal);
  }
}

/** Also takes acknowledgements from PagerDuty, if the configuration has the key for that. */
export function pagerdutyOf(config: PagerdutyConfig): Notifier {
  const { acknowledgements } = config;
  const notifier: Notifier = new Pagerduty(config);
  if (acknowledgements === undefined) return notifier;
  return Object.assign(notifier, {
    acknowledged: async (waiting: readonly Alert[], signal: AbortSignal) =>
      await acknowledgedIncidents({ ...config, ...acknowledgements }, waiting, signal),
  });
}
