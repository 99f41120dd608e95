import { z } from 'zod';
import type { Alert } from '../../core/alert.ts';
import type { OutsideAcknowledgement } from '../../core/notifier.ts';
import { getJson, type HttpTarget } from '../../notifier-kit/http.ts';

/** Incidents of one answer (the most that the API gives), and answers of one request. */
const page = 100;
const mostPages = 5;

/** The parts of the answer of `GET /incidents` that are read. */
const answer = z.looseObject({
  more: z.boolean().default(false),
  incidents: z.array(
    z.looseObject({
      incident_key: z.string().nullish(),
      acknowledgements: z
        .array(z.looseObject({ at: z.string(), acknowledger: z.looseObject({ summary: z.string().nullish() }).nullish() }))
        .default([]),
    }),
  ),
});

/**
 * Alerts that somebody has acknowledged at PagerDuty (REST API v2) since they wait. An earlier acknowledgement does not cover what raised an
 * alert again. Only incidents of the service with the integration key count, since
 * another site may have alerts with the same ids.
 */
export async function acknowledgedIncidents(
  config: Omit<HttpTarget, 'type'> & { readonly token: string; readonly service: string },
  waiting: readonly Alert[],
  signal: AbortSignal,
): Promise<OutsideAcknowledgement[]> {
  const since = new Map(waiting.map(({ id, annunciatedAt, raisedAt }) => [id, annunciatedAt ?? raisedAt]));
  const headers = { authorization: `Token token=${config.token}`, accept: 'application/vnd.pagerduty+json;version=2' };
  const found: OutsideAcknowledgement[] = [];
  for (let offset = 0; offset < mostPages * page; offset += page) {
    const query = new URLSearchParams([
      ['statuses[]', 'acknowledged'],
      ['service_ids[]', config.service],
      ['limit', String(page)],
      ['offset', String(offset)],
    ]);
    const url = `${config.url.replace(/\/$/, '')}/incidents?${query.toString()}`;
    const { incidents, more } = answer.parse(await getJson({ ...config, type: 'pagerduty', url }, headers, signal));
    for (const { incident_key: key, acknowledgements } of incidents) {
      const last = acknowledgements.at(-1);
      const from = since.get(key ?? '');
      if (key === null || key === undefined || last === undefined || from === undefined) continue;
      if (Date.parse(last.at) >= from) found.push({ alert: key, by: last.acknowledger?.summary ?? '' });
    }
    if (!more) break;
  }
  return found;
}
