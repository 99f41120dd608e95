import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { AlertChange } from '../../src/core/alert.ts';
import type { Notifier } from '../../src/core/notifier.ts';
import { notifiers } from '../../src/notifiers/index.ts';
import { changeOf, digestOf, intrusion } from '../support/alert-changes.ts';
import { openHttpReceiver } from '../support/http-receiver.ts';
import { receiverKinds } from '../support/receiver-kinds.ts';

const signal = new AbortController().signal;
const dashboard = 'https://scadawatch.example';
const link = `${dashboard}/#/incident/INC-000017`;
const runs = { numRuns: 60 };

const stack = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'scadawatch-texts-'));
stack.defer(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => stack.disposeAsync());

/** Pieces by which an attacker calls people, makes links and markup, or begins another line or field at one receiver or another. */
const pieces = [
  '<!channel>',
  '<!here|x>',
  '<@U12345678>',
  '<#C1>',
  '<https://evil.example|log in>',
  '@everyone',
  '@here',
  '@channel',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '```',
  '> quote',
  '[click](https://evil.example)',
  '![x](http://evil.example/p.png)',
  '<at>Ann</at>',
  '<b>',
  '<script>alert(1)</script>',
  '<a href="https://evil.example">x</a>',
  '&lt;',
  '&amp;',
  '</text>',
  'https://evil.example/x',
  'http://evil.example',
  'www.evil.example',
  'mailto:a@evil.example',
  'javascript:alert(1)',
  '\r\nBcc: a@evil.example\r\n\r\n',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '',
  '\0',
  '\x1B[31m',
  '\v',
  '\f',
  'Alert: ALT-1',
  '\nClient: 10.0.0.1',
  '|',
  '=',
  '\\',
  '\\n',
  ' src=1.1.1.1',
  'CEF:0|a|b|',
  '"',
  '","priority":1,"x":"',
  '}',
  '<14>1 2026-01-01T00:00:00Z h a - - - x',
  '{{ .Labels }}',
  '{title}',
  '${x}',
  '‮',
  '⁦',
  '\ud800',
  '.',
  '%0a',
  ']',
  '0 ',
];
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: 'grapheme', maxLength: 12 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

/** Characters that begin another line for one reader or another, or turn the order of the text. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const activeLink = /:\/\/|\bwww\.|\b(?:mailto|javascript):/i;

/** A change whose every text is chosen by somebody else. */
const change = fc
  .record({
    title: text,
    headline: text,
    sentence: text,
    response: text,
    note: text,
    area: text,
    equipment: text,
    device: text,
    tag: text,
    client: text,
    site: text,
    technique: text,
    user: text,
  })
  .map((of): AlertChange => {
    const techniques = intrusion.techniques.map((one) => ({ ...one, name: of.technique }));
    const explanation = { ...intrusion.explanation, title: of.title, sentence: of.sentence, clients: [of.client] };
    const alert = {
      ...intrusion,
      title: of.title,
      headline: {
        title: of.headline,
        sentence: of.sentence,
        at: 1,
      },
      response: of.response,
      area: of.area,
      equipment: of.equipment,
      device: of.device,
      tags: [of.tag, of.tag],
      techniques,
      explanation,
      findings: intrusion.findings.map((finding) => ({
        ...finding,
        tags: [of.tag],
        explanation: {
          ...finding.explanation,
          title: of.title,
          sentence: of.sentence,
          clients: [of.client],
        },
      })),
    };
    const by = { role: 'operator', user: of.user, session: 's' } as const;
    return { ...changeOf(1, { note: of.note, by, alert }), place: { site: of.site, device: of.device } } as AlertChange;
  });

const mailHeaders: readonly string[] = [
  'From',
  'To',
  'Subject',
  'Message-ID',
  'References',
  'Content-Transfer-Encoding',
  'Content-Type',
  'Date',
  'MIME-Version',
  'X-Priority',
  'X-Msmail-Priority',
  'Importance',
  'Auto-Submitted',
];

function decoded(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return Buffer.from(text, 'latin1').toString();
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

const create = (type: string, settings: object): Notifier => {
  const plugin = notifiers.find((one) => one.type === type);
  if (plugin === undefined) throw new Error(`no notifier ${type}`);
  return plugin.create(plugin.schema.parse(settings));
};

/** All texts in a value with the key under which each stands. */
function* textsIn(value: unknown, key = ''): Generator<readonly [key: string, text: string]> {
  if (typeof value === 'string') yield [key, value];
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) yield* textsIn(item, name);
}

/** All keys in a value with their paths. */
const shapeOf = (value: unknown, path = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => shapeOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => shapeOf(item, `${path}.${name}`));
};

/** Sends one change, and the same in a digest, to a receiver that keeps the JSON. */
async function posted(type: string, sent: AlertChange, more: object = {}): Promise<readonly unknown[]> {
  await using receiver = await openHttpReceiver(200);
  const kind = receiverKinds[type]?.settings(1) ?? {};
  const settings = 'url' in kind ? { ...kind, url: receiver.url.split('/hook')[0] } : kind;
  const notifier = create(type, { ...settings, ...more });
  await notifier.notify(sent, signal);
  if (notifier.notifyAll === undefined) await notifier.notifyDigest(digestOf([sent, sent]), signal);
  return receiver.bodies;
}

describe('texts of somebody else in a message to', () => {
  const everyChat = [undefined, { title: '{title}: {area}', text: '{sentence}\n{note}\n{tags}' }];

  it.each(everyChat)('slack call nobody, and are no link, markup or line of their own (template %o)', async (template) => {
    const property = fc.asyncProperty(change, async (sent) => {
      for (const body of await posted('slack', sent, { dashboard, ...(template && { template }) })) {
        const { text: fallback, blocks, ...rest } = body as { text: string; blocks: { text: { type: string; text: string } }[] };
        expect(rest).toEqual({ mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false });
        expect(fallback).not.toMatch(control);
        for (const shown of [fallback, ...blocks.map((block) => block.text)]) {
          if (typeof shown !== 'string' && shown.type !== 'plain_text') {
            expect(shown.text).toMatch(/^<https:\/\/scadawatch\.example[^<>|]*\|Open in scadawatch>$/);
            continue;
          }
          const plain = typeof shown === 'string' ? shown : shown.text;
          expect(plain).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
          expect(plain).not.toMatch(activeLink);
          expect(plain.replaceAll('\n', '')).not.toMatch(control);
        }
        const facts = /^(?:Where|Since|Tags|Client|Certainty|Techniques|Response|Note|Alert): /;
        const lines = blocks.flatMap((block) => block.text.text.split('\n'));
        // title, sentence, facts and link
        if (template === undefined && lines.some((line) => facts.test(line))) {
          expect(lines.slice(2).filter((line) => !facts.test(line) && !line.startsWith('<https'))).toEqual([]);
        }
      }
    });
    await fc.assert(property, runs);
  });

  it.each(everyChat)('teams call nobody, and are no link or markup (template %o)', async (template) => {
    const property = fc.asyncProperty(change, async (sent) => {
      for (const body of await posted('teams', sent, { dashboard, ...(template && { template }) })) {
        const [{ content }] = (body as { attachments: [{ content: { body: object[]; actions: object[] } }] }).attachments;
        expect(content).not.toHaveProperty('msteams');
        for (const block of content.body) {
          // a text run is never read as markup
          expect(block).toMatchObject({ type: 'RichTextBlock' });
          for (const [key, shown] of textsIn(block)) {
            expect(['type', 'text', 'weight', 'size', 'color']).toContain(key);
            expect(shown).not.toMatch(activeLink);
            expect(shown).not.toMatch(control);
          }
        }
        expect(content.actions).toHaveLength(1);
      }
    });
    await fc.assert(property, runs);
  });

  it('pagerduty are no link and no line of their own', async () => {
    const shape = new Set(shapeOf(await posted('pagerduty', changeOf(), { dashboard })));
    const property = fc.asyncProperty(change, async (sent) => {
      const bodies = (await posted('pagerduty', sent, { dashboard })) as {
        client_url: string;
        links: unknown;
        payload: object;
      }[];
      expect(shapeOf(bodies).filter((path) => !shape.has(path) && !path.endsWith('.site'))).toEqual([]);
      for (const body of bodies) {
        expect(body.client_url).toBe(link);
        expect(body.links).toEqual([{ href: link, text: 'Incident' }]);
        for (const [, shown] of textsIn(body.payload)) {
          expect(shown).not.toMatch(activeLink);
          expect(shown).not.toMatch(control);
        }
      }
    });
    await fc.assert(property, runs);
  });

  it('alertmanager are inactive wherever it passes them on', async () => {
    const property = fc.asyncProperty(change, async (sent) => {
      const [alerts] = (await posted('alertmanager', sent, { dashboard })) as {
        generatorURL: string;
        [key: string]: unknown;
      }[][];
      for (const { generatorURL, ...alert } of alerts ?? []) {
        expect(generatorURL).toBe(link);
        for (const [, shown] of textsIn(alert)) {
          expect(shown).not.toMatch(/[<>@`*~[\]{}]/);
          expect(shown).not.toMatch(activeLink);
          expect(shown).not.toMatch(control);
        }
      }
    });
    await fc.assert(property, runs);
  });

  it('a mail begin no header and no line of the text, and are no link', async () => {
    const server = receiverKinds['mail']?.open('accepts', () => {});
    if (server === undefined) throw new Error('no mail server');
    let raw = '';
    server.on('connection', (socket) => void socket.on('data', (bytes: Buffer) => (raw += bytes.toString('latin1'))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using _ = {
      [Symbol.asyncDispose]: async (): Promise<void> => void (await new Promise((resolve) => server.close(resolve))),
    };
    const settings = receiverKinds['mail']?.settings((server.address() as AddressInfo).port);
    const notifier = create('mail', { ...settings, dashboard });
    const property = fc.asyncProperty(change, async (sent) => {
      raw = '';
      await notifier.notify(sent, signal);
      const [, mail = ''] = /\r\nDATA\r\n(.*)\r\n\.\r\n/s.exec(raw) ?? [];
      const at = mail.indexOf('\r\n\r\n');
      const headers = mail
        .slice(0, at)
        .replaceAll(/\r\n[ \t]/g, ' ')
        .split('\r\n');
      const names = headers.map((header) => header.slice(0, header.indexOf(':')));
      expect(new Set(names)).toEqual(new Set(names.filter((name) => mailHeaders.includes(name))));
      expect(new Set(names).size).toBe(names.length);
      const encoding = headers.find((header) => header.startsWith('Content-Transfer-Encoding'))?.slice(27) ?? '7bit';
      const lines = decoded(mail.slice(at + 4), encoding)
        .split('\r\n')
        .slice(3, -1);
      const facts = /^(?:Where|Since|Tags|Client|Certainty|Techniques|Response|Note|Alert): |^$|^https:\/\/scadawatch\.example/;
      expect(lines.filter((line) => !facts.test(line))).toEqual([]);
      expect(lines.filter((line) => line !== link).join('\n')).not.toMatch(activeLink);
    });
    await fc.assert(property, runs);
  });

  it('a webhook, as JSON: as they are, in the keys of the format', async () => {
    const shape = new Set(shapeOf(await posted('webhook', changeOf(1, { note: '' }))));
    const property = fc.asyncProperty(change, async (sent) => {
      const [body] = (await posted('webhook', sent)) as { note: string; alert: { title: string } }[];
      expect(body?.note).toBe(sent.note);
      expect(body?.alert.title).toBe(sent.alert.title);
      const known = /\.(?:headline|place|by)\./;
      expect(shapeOf([body]).filter((path) => !shape.has(path) && !known.test(path))).toEqual([]);
    });
    await fc.assert(property, runs);
  });

  it.each(['stix', 'misp'])('%s begin no object or attribute', async (type) => {
    const written = async (sent: AlertChange): Promise<string[]> => {
      const out = mkdtempSync(join(folder, 'out-'));
      await create(type, { folder: out, site: 'North' }).notifyAll?.([sent], signal);
      const [file = ''] = readdirSync(out);
      const content = JSON.parse(readFileSync(join(out, file), 'utf8')) as unknown;
      expect(JSON.stringify(content)).not.toBe('');
      return Object.keys(content as object).concat(
        [...textsIn(content)].filter(([key]) => key === 'type').map(([, value]) => value),
      );
    };
    const plain = new Set(await written(changeOf(1, { note: 'x', by: { role: 'operator', user: 'u', session: 's' } })));
    const extra =
      /^(?:identity|note|ip-src|text|comment|other|hostname|link|observed-data|indicator|relationship|ipv[46]-addr|network-traffic)$/;
    const property = fc.asyncProperty(change, async (sent) => {
      expect((await written(sent)).filter((value) => !plain.has(value) && !extra.test(value))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

describe('a line of syslog', () => {
  let server: ReturnType<typeof createServer>;
  let received = Buffer.alloc(0);
  afterEach(async () => void (await new Promise((resolve) => server.close(resolve))));

  it.each(['cef', 'ocsf', 'ecs'])('%s holds one message and the fields of its format, whatever texts it has', async (format) => {
    server = createServer((socket) => {
      socket.on('data', (bytes: Buffer) => void (received = Buffer.concat([received, bytes])));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const notifier = create('syslog', { host: '127.0.0.1', port, transport: 'tcp', format, dashboard });
    const sent = async (one: AlertChange): Promise<string> => {
      received = Buffer.alloc(0);
      await notifier.notify(one, signal);
      const frame = received.toString();
      const [, length = '', message = ''] = /^(\d+) (.*)$/s.exec(frame) ?? [];
      expect(Buffer.byteLength(message)).toBe(Number(length));
      return message;
    };
    const fieldsOf = (message: string): string[] => {
      const event = message.slice(message.indexOf(' - ') + 3);
      if (format !== 'cef') return shapeOf(JSON.parse(event));
      const [header = ''] = /^CEF:0(?:\|(?:[^\\|]|\\.)*){6}\|/.exec(event) ?? [];
      expect(header).not.toBe('');
      return [...event.slice(header.length).matchAll(/(?:^| )(\w+)=/g)].map(([, name = '']) => name);
    };
    const plain = { note: 'x', by: { role: 'operator', user: 'u', session: 's' } } as const;
    const shape = new Set(fieldsOf(await sent(changeOf(1, plain))));
    const optional =
      /^(?:src|dst|dpt|flexString2|flexString2Label|cs5|cs5Label|dhost)$|\.(?:related|source|destination|labels|host|namespace|src_endpoint|dst_endpoint|evidences|resources)\b/;
    const property = fc.asyncProperty(change, async (one) => {
      const message = await sent(one);
      expect(message).not.toMatch(control);
      expect(message).toMatch(/^<\d+>1 \S+ \S+ scadawatch \d+ raised - /);
      expect(fieldsOf(message).filter((field) => !shape.has(field) && !optional.test(field))).toEqual([]);
    });
    await fc.assert(property, runs);
  });
});
