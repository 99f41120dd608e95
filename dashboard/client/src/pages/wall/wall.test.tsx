import { afterEach, expect, it, vi } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert, sampleHeadline } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

const session = { number: 7, role: 'viewer', endsAtWall: siteTime + 1e12, idleMs: 900_000 };
afterEach(() => localStorage.clear());

it('opens its session by the link, removes the token from the address, and shows alerts without controls', async () => {
  const server = new TestServer('viewer');
  server.answer('POST /api/display', { body: session });
  server.answer('GET /api/health', { body: { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' } } });
  using page = await openPage(server, '#/wall/secret-token', [sampleAlert('ALT-1', { title: 'Level too high' })]);
  await page.wait(0);
  expect(server.sentTo('POST /api/display')).toEqual([{ token: 'secret-token' }]);
  expect(location.hash).toBe('#/wall');
  expect(page.text()).toContain('Level too high');
  expect([...document.querySelectorAll('main button')].filter((button) => button.closest('[inert]') === null)).toEqual([]);
  expect(document.querySelector('nav')).toBeNull();
});

it('states that it is revoked, and tries again by itself', async () => {
  const server = new TestServer('viewer');
  server.answer('POST /api/display', { status: 401, error: { code: 'credentials', message: 'The link is revoked.' } });
  using page = await openPage(server, '#/wall/old', undefined);
  await page.wait(0);
  expect(page.find('[role=alert]').textContent).toContain('Ask an administrator for a new link');
  server.answer('POST /api/display', { body: session });
  await page.wait(10_000);
  expect(document.querySelector('[role=alert]')).toBeNull();
});

it('lists alerts by incident, with the title of the incident and at most three alerts', async () => {
  const server = new TestServer('viewer');
  server.answer('POST /api/display', { body: session });
  server.answer('GET /api/health', { body: { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' } } });
  const pumps = sampleHeadline('All pumps stopped', 1);
  const five = [1, 2, 3, 4, 5].map((n) => sampleAlert(`${n}`, { since: n, title: `Pump ${n} stopped`, ...pumps }));
  using page = await openPage(server, '#/wall/token', [
    ...five,
    sampleAlert('6', { incident: 'INC-2', title: 'Level too high' }),
  ]);
  await page.wait(0);
  const incident = page.find('.wall-alerts li', 'All pumps stopped');
  expect([...incident.querySelectorAll('.member')].map(({ textContent }) => textContent.slice(0, 14))).toEqual(
    [1, 2, 3].map((n) => `Pump ${n} stopped`),
  );
  expect(incident.textContent).toContain('and 2 more alerts');
  expect(page.find('.wall-alerts li', 'Level too high').querySelectorAll('.member')).toHaveLength(0);
});

it('counts the incidents for which the screen has no room', async () => {
  const server = new TestServer('viewer');
  server.answer('POST /api/display', { body: session });
  server.answer('GET /api/health', { body: { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' } } });
  // the list is 250 px high, each incident 100 px
  const places = vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const index = [...(this.parentElement?.children ?? [])].indexOf(this);
    return { bottom: this.tagName === 'UL' ? 250 : 100 * (index + 1) } as DOMRect;
  });
  const alerts = [1, 2, 3, 4, 5].map((n) => sampleAlert(`${n}`, { incident: `INC-${n}`, title: `Level ${n} too high` }));
  using page = await openPage(server, '#/wall/token', alerts);
  await page.wait(0);
  places.mockRestore();
  expect(page.find('.wall-alerts .below').textContent).toBe('3 further incidents without room on this screen');
});
