import { z } from 'zod';
import type { NotifierPlugin } from '../../core/notifier.ts';
import { type Message, messageSettings } from '../../notifier-kit/message.ts';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';
import { ChatRoom } from '../../notifier-kit/chat.ts';

const schema = z
  .strictObject({
    url: urlOf('address of the incoming webhook, as ${env:NAME}; it is a secret'),
    dashboard: dashboardLink,
    ...messageSettings,
    ...urlSettings,
    minimumPriority: urlSettings.minimumPriority.default(3),
  })
  .superRefine(checkUrl);

/** Longest text of a section, characters. */
const longest = 3_000;

/** Slack reads `&`, `<` and `>` as markup. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, longest) } });

/** A message of blocks, with the title as text for notifications. */
export function slackBody({ title, sentences, facts, link }: Message): string {
  const lines = facts.map(([name, value]) => `*${name}*: ${escaped(value)}`);
  return JSON.stringify({
    text: escaped(title),
    blocks: [
      section(`*${escaped(title)}*`),
      section(sentences.map(escaped).join('\n')),
      ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
      ...(link === undefined ? [] : [section(`<${link}|Open in scadawatch>`)]),
    ],
  });
}

export const slack: NotifierPlugin<z.infer<typeof schema>> = {
  type: 'slack',
  summary: 'Writes alarms into a Slack channel by an incoming webhook.',
  schema,
  create: (config) => new ChatRoom('slack', config, slackBody),
};
