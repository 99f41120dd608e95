import { z } from 'zod';
import { type AlertChange, AlertChangeKind } from '../core/alert.ts';
import { formatDuration } from '../core/format.ts';
import type { AlertDigest, Canary } from '../core/notifier.ts';
import { deviceOf } from '../core/self-device.ts';
import { mapTexts, oneLine } from '../core/texts.ts';
import { eventOf } from '../siem/index.ts';
import { plainText } from './plain-text.ts';
import { isUrgent } from './receiver.ts';
import { fillTemplate, template } from './template.ts';

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
  template: z
    .strictObject({
      title: template('title, e.g. {area}: {title}').optional(),
      text: template('text below the title, with placeholders in braces').optional(),
    })
    .optional()
    .describe('own texts of messages about one alert; see docs/notifications.md for the placeholders'),
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

/**
 * A message in the form of one receiver. Each text in it passes here, also that of a field that is added later. The link is ours.
 * @param escape replaces what the receiver reads as markup
 */
export function inForm({ link, ...texts }: Message, escape: (text: string) => string = (text) => text): Message {
  return { ...mapTexts(texts, (text) => escape(plainText(text))), ...(link === undefined ? {} : { link }) };
}

/** Which changes a receiver gets, their texts, and the address for links. */
export interface MessageOptions {
  readonly kinds: readonly AlertChangeKind[];
  readonly minimumPriority: Parameters<typeof isUrgent>[1];
  readonly dashboard?: string | undefined;
  readonly template?: { readonly title?: string | undefined; readonly text?: string | undefined } | undefined;
}

/** True if the settings of a receiver include the change. */
export const isWanted = (
  { kind, alert }: AlertChange,
  { kinds, minimumPriority }: Pick<MessageOptions, 'kinds' | 'minimumPriority'>,
): boolean => kinds.includes(kind) && isUrgent(alert.priority, minimumPriority);

const rankOf = (priority: AlertChange['alert']['priority']): string => (priority === 'A' ? 'anomaly' : `priority ${priority}`);

/** Message about a change; undefined if the receiver does not want it. */
export function messageOf(change: AlertChange, options: MessageOptions): Message | undefined {
  if (!isWanted(change, options)) return undefined;
  const { alert, title, sentence, clients, link, note, certainty, areas, device, place } = eventOf(change, options.dashboard);
  // a value that fills a template must not begin another line; the steps of a response are lines of their own
  const values = mapTexts(
    {
      change: words[change.kind],
      priority: rankOf(alert.priority),
      title,
      sentence,
      area: areas.join(', '),
      equipment: alert.equipment,
      since: `${new Date(alert.since).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
      tags: alert.tags.join(', '),
      clients: clients.join(', '),
      certainty,
      techniques: alert.techniques.map(({ id, name, certainty: seen }) => `${id} ${name} (${seen})`).join(', '),
      note: note ?? '',
      alert: alert.id,
      incident: alert.incident,
      link: link ?? '',
    },
    oneLine,
  );
  const steps = alert.response.split('\n').map(oneLine);
  const facts: readonly (readonly [string, string])[] = [
    [
      'Where',
      [place?.site, values.area, values.equipment, deviceOf({ device })].filter((part) => (part ?? '') !== '').join(', '),
    ],
    ['Since', values.since],
    ['Tags', values.tags],
    ['Client', values.clients],
    ['Certainty', certainty],
    ['Techniques', values.techniques],
    ['Response', steps.join('; ')],
    ['Note', values.note],
    ['Alert', `${values.alert}, ${values.incident}`],
  ];
  const own = options.template;
  const filled = { ...values, response: steps.join('\n') };
  return {
    // a title is one line, e.g. the subject of a mail
    title: fillTemplate(own?.title ?? '{change}, {priority}: {title}', filled).replaceAll(/\s+/g, ' '),
    ...(own?.text === undefined
      ? { sentences: [sentence], facts: facts.filter(([, value]) => value !== '') }
      : { sentences: fillTemplate(own.text, filled).split('\n'), facts: [] }),
    link,
    urgent: alert.priority === 1,
  };
}

/** Message that lists the alerts of a digest; undefined if the receiver wants none of them. */
export function digestMessageOf(digest: AlertDigest, options: MessageOptions): Message | undefined {
  const { part, waiting, latest: all } = digest;
  const isDue = (change: AlertChange): boolean =>
    waiting === true ? isUrgent(change.alert.priority, options.minimumPriority) : isWanted(change, options);
  const latest = all.filter(isDue);
  if (latest.length === 0) return undefined;
  return {
    title: `${titleOf(digest, latest.length)}${part === undefined ? '' : ` (part ${part.number} of ${part.of})`}`,
    sentences: [reasonOf(digest), ...latest.map((change) => lineOf(change, waiting === true))],
    facts: [],
    ...(options.dashboard === undefined ? {} : { link: options.dashboard }),
    urgent: latest.some(({ alert }) => alert.priority === 1),
  };
}

function titleOf({ waiting, updates, group, raised, changes }: AlertDigest, count: number): string {
  const alerts = count === 1 ? '1 alert' : `${count} alerts`;
  if (waiting === true) return `${alerts} not acknowledged`;
  if (updates === true) return `${alerts} updated`;
  return group === undefined ? `${raised} alerts raised, ${changes} changes` : `${alerts} of ${group}`;
}

function reasonOf({ waiting, updates, group }: AlertDigest): string {
  if (waiting === true) return 'Nobody has acknowledged these alerts.';
  if (updates === true) return 'These alerts have changed since their last message. None has become more urgent.';
  if (group !== undefined) return `These alerts belong to ${group}.`;
  return 'Alerts are raised faster than single messages can be read, or this receiver was away.';
}

function lineOf({ kind, time, alert }: AlertChange, waits: boolean): string {
  const waited = formatDuration(Math.max(0, time - (alert.annunciatedAt ?? alert.raisedAt)));
  const what = waits ? `Not acknowledged for ${waited}` : words[kind];
  return `${what}, ${rankOf(alert.priority)}: ${alert.headline?.title ?? alert.title} (${alert.id})`;
}

/** Message that proves that alerts arrive. */
export const canaryMessageOf = ({ id }: Canary): Message => ({
  title: 'Canary: alerts arrive',
  sentences: ['scadawatch sends this message to prove that alerts arrive. Nothing has happened in the plant.'],
  facts: [['Canary', id]],
  urgent: false,
});
