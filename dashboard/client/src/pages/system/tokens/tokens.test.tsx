import { expect, it } from 'vitest';
import { openPage } from '../../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../../testing/server.ts';

const stored = {
  name: 'historian',
  role: 'viewer',
  groups: ['alerts', 'events'],
  createdAtWall: siteTime,
  createdBy: 'ada',
  expiresAtWall: siteTime + 86_400_000,
  isExpired: false,
};

it('creates a token with role and groups, shows it once, and revokes one with a reason', async () => {
  const server = new TestServer('admin');
  server.answer('GET /api/users', { body: { users: [], federated: [] } });
  server.answer('GET /api/displays', { body: { displays: [] } });
  server.answer('GET /api/tokens', { body: { tokens: [stored, { ...stored, name: 'old', isExpired: true }] } });
  server.answer('POST /api/tokens/add', { body: { token: 'scw_shown-once' } });
  server.answer('POST /api/tokens/revoke', { body: {} });
  using page = await openPage(server, '#/system/users', []);
  expect(page.find('main tr', 'historian').textContent).toContain('alerts, events');
  expect(page.find('main tr', 'old').textContent).toContain('expired');
  (page.find('input[name=token]') as HTMLInputElement).value = 'soc';
  for (const box of document.querySelectorAll<HTMLInputElement>('input[name=groups]')) box.checked = box.value === 'security';
  page.find('main form', 'Create token').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/tokens/add')).toEqual([{ name: 'soc', role: 'viewer', groups: ['security'], days: 90 }]);
  expect((page.find('[role=dialog] input') as HTMLInputElement).value).toBe('scw_shown-once');
  page.find('[role=dialog] button', 'Close').click();
  await page.wait(0);
  expect(document.querySelector('[role=dialog]')).toBeNull();
  page.find('main button', 'Revoke historian').click();
  await page.wait(0);
  const reason = page.find('[role=dialog] [name=reason]') as HTMLTextAreaElement;
  reason.value = 'moved';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  page.find('[role=dialog] button', 'Revoke historian').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/tokens/revoke')).toEqual([{ name: 'historian', reason: 'moved' }]);
});
