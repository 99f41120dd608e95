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

/** Slack reads `&`, `<` and `>` as markup also where a text is plain. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The begin of an escaped text, without a part of an escape at its end. */
const cut = (text: string, most: number): string =>
  text.length <= most
    ? text
    : text
        .slice(0, most)
        .replace(/&[a-z]*$/, '')
        .toWellFormed();

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

/** In a plain text Slack makes no mention, link or markup. */
const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text: cut(text, longest), emoji: false } });

/** Longest title of a block, characters. */
const longestTitle = 150;

const linkTo = (link: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: `<${encodeURI(link)}|Open in scadawatch>`, verbatim: true },
});

/** A message of blocks, with the title as text for notifications. */
function slackBody({ title, sentences, facts, link }: Message): string {
  return JSON.stringify({
    text: title,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: cut(title, longestTitle) || ' ',
          emoji: false,
        },
      },
      ...textsOf(sentences.filter((sentence) => sentence !== '')).map(section),
      ...textsOf(facts.map(([name, value]) => `${name}: ${value}`)).map(section),
      ...(link === undefined ? [] : [linkTo(link)]),
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
  create: (config) => new ChatRoom('slack', config, { bodyOf: slackBody, escape }, checkSlack),
};
