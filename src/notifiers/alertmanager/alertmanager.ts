import type { Alert, AlertChange, Priority } from '../../core/alert.ts';
import { canaryEveryMs } from '../../core/canary.ts';
import type { Canary, Notifier } from '../../core/notifier.ts';
import { mapTexts } from '../../core/texts.ts';
import { postJson } from '../../notifier-kit/http.ts';
import { plainText, stepsInOneLine } from '../../notifier-kit/plain-text.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { eventOf, type SecurityEvent, severityWordOf } from '../../siem/index.ts';
import { acknowledgedBySilence } from './acknowledgements.ts';
import { type AlertmanagerConfig, alertsUrl } from './config.ts';

/** Alertmanager resolves an alert at its end, so an open one ends far ahead. */
const openForMs = 365 * 86_400_000;

/** Intervals of canaries after which the alert of the last one ends. */
const canariesUntilEnd = 3;

const priorities: readonly Priority[] = [1, 2, 3, 'A'];

/** Posts the state of alerts to Alertmanager, version 2 of its API. Alertmanager groups, routes, silences and repeats them. */
export class Alertmanager extends ProgramNotifier<AlertmanagerConfig> {
  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const { dashboard, labels } = this.config;
    // an alert has one state: the last change of each states it
    const latest = new Map(changes.map((change) => [change.alert.id, change]));
    const alerts = [...latest.values()].flatMap((change) => alertsOf(eventOf(change, dashboard), labels));
    await this.#post(alerts, signal);
  }

  /** A list without alerts; if wanted, an alert of its own that ends if no canary follows, for a rule such as that of a watchdog. */
  async canary({ time, isShown }: Canary, signal: AbortSignal): Promise<void> {
    if (isShown !== true) return await this.#post([], signal);
    const endsAt = new Date(time + canariesUntilEnd * canaryEveryMs).toISOString();
    const labels = { ...this.config.labels, alertname: 'scadawatchCanary', severity: 'none' };
    await this.#post([{ labels, annotations: { summary: 'Alerts of scadawatch arrive' }, endsAt }], signal);
  }

  async #post(alerts: readonly object[], signal: AbortSignal): Promise<void> {
    const target = { ...this.config, type: 'alertmanager', url: alertsUrl(this.config) };
    await postJson(target, JSON.stringify(alerts), this.config.headers, signal);
  }
}

/** Also takes acknowledgements from silences, if the configuration wants that. */
export function alertmanagerOf(config: AlertmanagerConfig): Notifier {
  const notifier: Notifier = new Alertmanager(config);
  if (!config.acknowledgements) return notifier;
  return Object.assign(notifier, {
    acknowledged: async (waiting: readonly Alert[], signal: AbortSignal) => await acknowledgedBySilence(config, waiting, signal),
  });
}

/** What chats, mails and templates read as markup or as a mention, and characters that look like it. */
const lookAlikes: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '@': '＠',
  '`': 'ˋ',
  '*': '∗',
  '~': '∼',
  '[': '［',
  ']': '］',
  '{': '｛',
  '}': '｝',
};

/** Alertmanager passes texts on to receivers that it does not name here, and escapes nothing. */
const withoutMarkup = (text: string): string => text.replaceAll(/[<>@`*~[\]{}]/g, (found) => lookAlikes[found] ?? '');

/**
 * The alert, and its end under each other priority. Alertmanager knows an alert by its labels, so one whose priority has changed is another
 * alert to it, and the former one would stay. It reports no end of an alert that it does not know.
 */
function alertsOf({ link, ...event }: SecurityEvent, labels: object) {
  const { alert, title, sentence, lifecycle, time, clients, certainty } = mapTexts(event, (text) =>
    withoutMarkup(plainText(text)),
  );
  const isOver = lifecycle === 'resolved' || lifecycle === 'suppressed';
  const over = Math.max(time, alert.raisedAt);
  return priorities.map((priority) => ({
    labels: {
      ...labels,
      alertname: 'scadawatch',
      alert: alert.id,
      incident: alert.incident,
      area: alert.area,
      equipment: alert.equipment,
      severity: severityWordOf[priority],
      priority: String(priority),
    },
    annotations: {
      summary: title,
      description: sentence,
      tags: alert.tags.join(' '),
      techniques: alert.techniques.map(({ id, version }) => `${id} (v${version})`).join(' '),
      clients: clients.join(' '),
      certainty,
      ...(alert.response === '' ? {} : { response: withoutMarkup(stepsInOneLine(event.alert.response)) }),
    },
    startsAt: new Date(alert.raisedAt).toISOString(),
    endsAt: new Date(isOver || priority !== alert.priority ? over : time + openForMs).toISOString(),
    ...(link === undefined ? {} : { generatorURL: link }),
  }));
}
