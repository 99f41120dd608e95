import { z } from 'zod';
import { type AlertChange, AlertChangeKind } from '../core/alert.ts';
import type { AlertDigest } from '../core/notifier.ts';
import { eventOf } from '../siem/index.ts';
import { isUrgent } from './receiver.ts';

/** What happened, for a person. */
const words: Readonly<Record<AlertChangeKind, string>> = {
  raised: 'Raised',
  updated: 'Updated',
  acknowledged: 'Acknowledged',
  returned: 'Back to normal',
  recurred: 'Raised again',
  cleared: 'Closed',
  judged: 'Judged',
  removed: 'Out of service',
  released: 'Back in service',
  shelved: 'Shelved',
  unshelved: 'No longer shelved',
  suppressed: 'Suppressed by design',
  unsuppressed: 'No longer suppressed',
  realarmed: 'Still not back to normal',
  escalated: 'Escalated',
  reset: 'Reset',
  commented: 'Commented',
  triaged: 'Triage changed',
};

/** Settings of notifiers that write to people. */
export const messageSettings = {
  kinds: z
    .array(z.enum(AlertChangeKind))
    .min(1)
    .default(['raised', 'recurred', 'realarmed', 'escalated', 'returned'])
    .describe('changes that are sent'),
};

/** A text for people about one change or a digest. */
export interface Message {
  /** One line. */
  readonly title: string;
  readonly sentences: readonly string[];
  /** Pairs of a name and a value, e.g. tags. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly link?: string | undefined;
  /** True if an alarm of priority 1 is in it. */
  readonly urgent: boolean;
}

/** Which changes a receiver gets, and the address for links. */
export interface MessageOptions {
  readonly kinds: readonly AlertChangeKind[];
  readonly minimumPriority: Parameters<typeof isUrgent>[1];
  readonly dashboard?: string | undefined;
}

const isWanted = ({ kind, alert }: AlertChange, { kinds, minimumPriority }: MessageOptions): boolean =>
  kinds.includes(kind) && isUrgent(alert.priority, minimumPriority);

const rankOf = (priority: AlertChange['alert']['priority']): string => (priority === 'A' ? 'anomaly' : `priority ${priority}`);

/** Message about a change; undefined if the receiver does not want it. */
export function messageOf(change: AlertChange, options: MessageOptions): Message | undefined {
  if (!isWanted(change, options)) return undefined;
  const { alert, title, sentence, clients, link, note, certainty } = eventOf(change, options.dashboard);
  const facts: readonly (readonly [string, string])[] = [
    ['Where', `${alert.area}, ${alert.equipment}`],
    ['Since', `${new Date(alert.since).toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['Tags', alert.tags.join(', ')],
    ['Client', clients.join(', ')],
    ['Certainty', certainty],
    ['Techniques', alert.techniques.map(({ id, name, certainty: seen }) => `${id} ${name} (${seen})`).join(', ')],
    ['Response', alert.response],
    ['Note', note ?? ''],
    ['Alert', `${alert.id}, ${alert.incident}`],
  ];
  return {
    title: `${words[change.kind]}, ${rankOf(alert.priority)}: ${title}`,
    sentences: [sentence],
    facts: facts.filter(([, value]) => value !== ''),
    link,
    urgent: alert.priority === 1,
  };
}

/** Message about a digest; undefined if the receiver wants none of its changes. */
export function digestMessageOf(digest: AlertDigest, options: MessageOptions): Message | undefined {
  const latest = digest.latest.filter((change) => isWanted(change, options));
  if (latest.length === 0) return undefined;
  const { changes, raised, omitted } = digest;
  const more = omitted === 0 ? [] : [`${omitted} further alerts are in the alarm list.`];
  return {
    title: `${raised} alerts raised, ${changes} changes`,
    sentences: [
      'Alerts are raised faster than single messages can be read, or this receiver was away.',
      ...latest.map(
        ({ kind, alert }) => `${words[kind]}, ${rankOf(alert.priority)}: ${alert.headline?.title ?? alert.title} (${alert.id})`,
      ),
      ...more,
    ],
    facts: [],
    ...(options.dashboard === undefined ? {} : { link: options.dashboard }),
    urgent: latest.some(({ alert }) => alert.priority === 1),
  };
}
