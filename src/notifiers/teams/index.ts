import { z } from 'zod';
import type { NotifierPlugin } from '../../core/notifier.ts';
import { ChatRoom } from '../../notifier-kit/chat.ts';
import { type HttpTarget, requestAny } from '../../notifier-kit/http.ts';
import { type Message, messageSettings } from '../../notifier-kit/message.ts';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

const schema = z
  .strictObject({
    url: urlOf('address of the workflow “When a Teams webhook request is received”, as ${env:NAME}; it is a secret'),
    dashboard: dashboardLink,
    ...messageSettings,
    ...urlSettings,
    minimumPriority: urlSettings.minimumPriority.default(3),
  })
  .superRefine(checkUrl);

/** Longest text of a block, characters, so that a card stays below the limit of 28 kB. */
const longest = 2_000;

/** Longest line of a list, characters: 60 of them fit into a card. */
const longestLine = 300;

/** Teams reads the text of a text block as markup, and that of a text run never. */
const run = (text: string, more: object = {}) => ({ type: 'TextRun', text: text.slice(0, longest), ...more });
const block = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines });

/** An adaptive card, the only form that Teams workflows take. */
function teamsBody({ title, sentences, facts, link, urgent }: Message): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(run(title, { weight: 'Bolder', size: 'Medium', ...(urgent ? { color: 'Attention' } : {}) })),
      ...sentences.slice(0, 61).map((sentence) => block(run(sentence.slice(0, sentences.length > 5 ? longestLine : 500)))),
      ...facts.map(([name, value]) => block(run(`${name}: `, { weight: 'Bolder' }), run(value.slice(0, 1_000)))),
    ],
    ...(link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open in scadawatch', url: link }] }),
  };
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  });
}

/** Answers to a request of the wrong method that show that the address or its signature is no longer valid. */
const refusals: readonly number[] = [401, 403, 410];

/** Reads the address of the workflow: only a post starts it. */
async function checkTeams(target: HttpTarget, signal: AbortSignal): Promise<void> {
  await requestAny(target, { method: 'GET' }, signal, (status) => status < 500 && !refusals.includes(status));
}

export const teams: NotifierPlugin<z.infer<typeof schema>> = {
  type: 'teams',
  summary: 'Writes alarms into a Microsoft Teams channel by a workflow.',
  schema,
  create: (config) => new ChatRoom('teams', config, { bodyOf: teamsBody }, checkTeams),
};
