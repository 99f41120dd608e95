import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { TestServer } from '../../testing/server.ts';

it('says that there are no alarms only when the alert stream has answered', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', undefined);
  expect(page.find('main').textContent).not.toContain('No active alarms.');
  server.welcome([]);
  await page.wait(0);
  expect(page.find('main').textContent).toContain('No active alarms.');
  server.raise(sampleAlert('new', { title: 'Level too high' }));
  await page.wait(0);
  expect(page.text()).not.toContain('No active alarms.');
  expect(page.find('tr', 'Level too high')).toBeDefined();
});

it('moves, marks and acknowledges by keyboard', async () => {
  const server = new TestServer();
  const alerts = ['first', 'second', 'third'].map((id, i) => sampleAlert(id, { title: `Alert ${id}`, raisedAt: 9_000 - i }));
  using page = await openPage(server, '#/alarms/active', alerts);
  page.press('ArrowDown');
  page.press(' ');
  page.press('ArrowDown');
  page.press(' ');
  page.press('a');
  await page.wait(0);
  const [sent] = server.sentTo('POST /api/alerts/acknowledge') as { readonly ids: readonly string[] }[];
  expect(sent?.ids).toHaveLength(2);
});

it('holds the list while a row is selected, and says how many alerts are new above it', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', [sampleAlert('old', { title: 'Old' })]);
  page.press('ArrowDown');
  server.raise(sampleAlert('urgent', { title: 'Urgent', priority: 1 }));
  await page.wait(0);
  expect(page.find('.banner').textContent).toContain('Urgent');
  expect(page.find('main table').textContent).not.toContain('Urgent');
  expect(page.find('main button', '1 new')).toBeDefined();
  page.press('Escape');
  await page.wait(0);
  expect(page.find('main tr', 'Urgent')).toBeDefined();
});
