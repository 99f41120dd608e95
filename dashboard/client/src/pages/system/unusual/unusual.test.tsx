import { expect, it } from 'vitest';
import type { MinorFinding } from '../../../../../../src/core/minor.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { sampleAlert } from '../../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../../testing/server.ts';

const findingOf = (tag: string, more: Partial<MinorFinding> = {}): MinorFinding => ({
  id: tag,
  detector: 'range',
  channel: tag,
  area: 'clearwell',
  equipment: 'CW',
  tags: [tag],
  since: siteTime - 600_000,
  updatedAt: siteTime,
  score: 0.7123,
  peak: 0.8,
  title: `${tag} is high`,
  sentence: `${tag} is high.`,
  ...more,
});

const answer = (open: readonly MinorFinding[], ended: readonly MinorFinding[] = []) => ({
  body: { time: siteTime, total: open.length, open, ended },
});

it('ranks minor findings as the server does, leads to their tags, and is requested again', async () => {
  const server = new TestServer('analyst');
  const ended = findingOf('OLD', { endedAt: siteTime - 60_000, end: 'finding' });
  server.answer('GET /api/minor', answer([findingOf('HIGH', { score: 0.95 }), findingOf('LOW')], [ended]));
  using page = await openPage(server, '#/system/unusual', []);
  const rows = [...document.querySelectorAll('main tbody tr')]
    .map(({ textContent }) => textContent)
    .filter((text) => text !== '');
  expect(rows.map((text) => /HIGH|LOW|OLD/.exec(text)?.[0])).toEqual(['HIGH', 'LOW', 'OLD']);
  expect(rows[1]).toContain('0.71');
  expect(rows[2]).toContain('Became a finding');
  expect(page.find('main header', 'Most unusual now').textContent).toContain('2 of 2 · as of 06:30:00');
  expect(page.find('nav a[aria-current=page]', 'Unusual')).toBeDefined();
  server.answer('GET /api/minor', answer([findingOf('NEXT')]));
  await page.wait(10_000);
  expect(page.find('main').textContent).toContain('No minor finding has ended in the last 24 h.');
  page.find('main button', 'NEXT').click();
  await page.wait(0);
  expect(location.hash).toBe('#/tag/NEXT');
});

it('says why it is empty, states a failure with a retry', async () => {
  const server = new TestServer('engineer');
  server.answer('GET /api/minor', answer([]));
  const learning = { state: 'learning', progress: 0.5, text: '', budgetPerDay: 2.4, promise: '' };
  server.answer('GET /api/health', {
    body: { devices: [], chain: [], parts: [], learning, maintenance: [], saving: { state: 'ok' } },
  });
  using page = await openPage(server, '#/system/unusual', []);
  expect(page.find('main').textContent).toContain('Nothing is learned yet.');
  server.answer('GET /api/minor', { status: 500, error: { code: 'internal', message: 'The database is locked' } as never });
  await page.wait(10_000);
  server.answer('GET /api/minor', answer([findingOf('BACK')]));
  page.find('[role=alert] button').click();
  await page.wait(0);
  expect(page.find('tr', 'BACK')).toBeDefined();
});

it('is no tab for operators, and names the roles that may view it', async () => {
  const server = new TestServer('operator');
  using page = await openPage(server, '#/system/unusual', []);
  expect(page.find('main').textContent).toContain('engineer, analyst or admin');
  expect([...document.querySelectorAll('nav.tabs a')].map(({ textContent }) => textContent)).not.toContain('Unusual');
  expect(server.sentTo('GET /api/minor')).toEqual([]);
});

it('supports an open incident as evidence, for operators too', async () => {
  const server = new TestServer('operator');
  const alert = sampleAlert('ALT-1', { incident: 'INC-1' });
  server.answer('GET /api/incident', { body: { id: 'INC-1', alerts: [alert], omitted: 0, changes: [], earlier: false } });
  server.answer('GET /api/alerts/similar', { body: { similar: [] } });
  server.answer('GET /api/incident/minor', { body: { minor: [findingOf('CW.FT01')] } });
  using page = await openPage(server, '#/incidents/INC-1', [alert]);
  page.find('main button', 'Show the list').click();
  await page.wait(0);
  const section = page.find('main [role=region][aria-label="Supporting evidence"]');
  expect(section.textContent).toContain('CW.FT01 is high.');
});
