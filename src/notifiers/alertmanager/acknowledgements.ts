import { z } from 'zod';
import type { Alert } from '../../core/alert.ts';
import type { OutsideAcknowledgement } from '../../core/notifier.ts';
import { getJson } from '../../notifier-kit/http.ts';
import { type AlertmanagerConfig, alertsUrl, silenceUrl } from './config.ts';

/** Silences that are read for one request. */
const mostSilences = 50;

/** The parts of the answers that are read. */
const silencedAlerts = z.array(
  z.looseObject({ labels: z.record(z.string(), z.string()), status: z.looseObject({ silencedBy: z.array(z.string()) }) }),
);
const silence = z.looseObject({ createdBy: z.string(), updatedAt: z.string() });

/**
 * Alerts that a person has silenced in Alertmanager since they wait for an acknowledgement. A silence from before, such as for a
 * maintenance, is no acknowledgement: nobody has seen the alert.
 */
export async function acknowledgedBySilence(
  config: AlertmanagerConfig,
  waiting: readonly Alert[],
  signal: AbortSignal,
): Promise<OutsideAcknowledgement[]> {
  const read = async (url: string): Promise<unknown> =>
    await getJson({ ...config, type: 'alertmanager', url }, config.headers, signal);
  const own = Object.entries({ ...config.labels, alertname: 'scadawatch' });
  const query = new URLSearchParams([
    ['active', 'false'],
    ['inhibited', 'false'],
    ...own.map(([name, value]): [string, string] => ['filter', `${name}=${JSON.stringify(value)}`]),
  ]);
  const silenced = silencedAlerts.parse(await read(`${alertsUrl(config)}?${query.toString()}`));
  const since = new Map(waiting.map(({ id, annunciatedAt, raisedAt }) => [id, annunciatedAt ?? raisedAt]));
  const due = silenced.filter(({ labels }) => since.has(labels['alert'] ?? ''));
  const ids = [...new Set(due.flatMap(({ status }) => status.silencedBy))].slice(0, mostSilences);
  const silences = new Map<string, z.infer<typeof silence>>();
  for (const id of ids) silences.set(id, silence.parse(await read(silenceUrl(config, id))));
  return due.flatMap(({ labels, status }): OutsideAcknowledgement[] => {
    const alert = labels['alert'] ?? '';
    const by = status.silencedBy
      .flatMap((id) => silences.get(id) ?? [])
      .find(({ updatedAt }) => Date.parse(updatedAt) >= (since.get(alert) ?? Number.POSITIVE_INFINITY));
    return by === undefined ? [] : [{ alert, by: by.createdBy }];
  });
}
