import { z } from 'zod';
import type { NotifierPlugin } from '../../core/notifier.ts';
import { type Message, messageSettings } from '../../notifier-kit/message.ts';
import { type HttpTarget, requestAny } from '../../notifier-kit/http.ts';
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

/** Lines in as few texts as their length allows; a list of many alerts needs several. */
function textsOf(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + line.length > longest) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts;
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, longest) } });

/** A message of blocks, with the title as text for notifications. */
export function slackBody({ title, sentences, facts, link }: Message): string {
  const lines = facts.map(([name, value]) => `*${name}*: ${escaped(value)}`);
  return JSON.stringify({
    text: escaped(title),
    blocks: [
      section(`*${escaped(title)}*`),
      ...textsOf(sentences.map(escaped)).map(section),
      ...(lines.length === 0 ? [] : [section(lines.join('\n'))]),
      ...(link === undefined ? [] : [section(`<${link}|Open in scadawatch>`)]),
    ],
  });
}

/** Answers of a webhook that works to a message without a text. */
const noText = /^(no_text|invalid_payload|missing_text)/;

/** Posts a message without a text, which Slack writes nowhere. It first looks for the webhook and its channel. */
async function checkSlack(target: HttpTarget, signal: AbortSignal): Promise<void> {
  await requestAny(target, { method: 'POST', body: '{}' }, signal, (status, text) => status === 400 && noText.test(text));
}

export const slack: NotifierPlugin<z.infer<typeof schema>> = {
  type: 'slack',
  summary: 'Writes alarms into a Slack channel by an incoming webhook.',
  schema,
  create: (config) => new ChatRoom('slack', config, slackBody, checkSlack),
};
