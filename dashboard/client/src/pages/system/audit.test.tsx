import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { TestServer } from '../../testing/server.ts';

const entry = { sequence: 1, time: 1_000, user: 'kim', role: 'engineer', action: 'session.begun', object: 'session 4' };

it('names the roles that may read the audit trail where this one may not', async () => {
  const server = new TestServer('operator');
  const error = { code: 'forbidden', message: 'Not allowed', needs: 'audit' } as never;
  server.answer('GET /api/audit', { status: 403, error });
  using page = await openPage(server, '#/system/audit', []);
  expect(page.find('main').textContent).toContain('auditor');
});

it('states a failure with its hint, and loads the entries on retry', async () => {
  const server = new TestServer('auditor');
  const error = { code: 'internal', message: 'The database is locked', hint: 'Wait a moment.' } as never;
  server.answer('GET /api/audit', { status: 500, error });
  using page = await openPage(server, '#/system/audit', []);
  expect(page.find('[role=alert]', 'The database is locked').textContent).toContain('Wait a moment.');
  server.answer('GET /api/audit', { body: { entries: [entry] } });
  page.find('[role=alert] button').click();
  await page.wait(0);
  expect(page.find('tr', 'kim', 'session.begun')).toBeDefined();
  expect(document.querySelector('main [role=alert]')).toBeNull();
});

it('says that nothing matches a search, and keeps the search through a refresh', async () => {
  const server = new TestServer('auditor');
  server.answer('GET /api/audit', { body: { entries: [entry] } });
  using page = await openPage(server, '#/system/audit', []);
  const field = page.find('main input[type=search], main input.field') as HTMLInputElement;
  field.value = 'nobody';
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await page.wait(500);
  expect(page.find('main').textContent).not.toContain('kim');
  page.find('main button', 'Refresh').click();
  await page.wait(0);
  expect(field.value).toBe('nobody');
  expect(page.find('main').textContent).not.toContain('kim');
});

it('folds the recurrences that the monitor itself records, and no act of a person', async () => {
  const server = new TestServer('auditor');
  const own = (time: number, action: string) => ({ time, role: 'monitor', action, object: 'ALT-7' });
  const entries = [
    own(9_000, 'alert.recurred'),
    own(8_000, 'alert.returned'),
    { ...own(7_000, 'alert.acknowledged'), role: 'operator' },
    own(6_000, 'alert.recurred'),
    { ...own(5_000, 'alert.acknowledged'), role: 'operator' },
    own(4_000, 'alert.recurred'),
    own(3_000, 'alert.raised'),
    own(2_900, 'alert.suppressed'),
    own(2_800, 'alert.suppressed'),
    { ...own(2_700, 'maintenance.began'), object: 'device plc1' },
    { ...own(2_600, 'maintenance.began'), object: 'device plc1' },
  ];
  server.answer('GET /api/audit', { body: { entries } });
  using page = await openPage(server, '#/system/audit', []);
  const actions = (): string[] =>
    [...document.querySelectorAll('main tbody tr')].map(({ textContent }) => textContent).filter((text) => text !== '');
  expect(actions()).toHaveLength(7);
  expect(actions()[0]).toContain('alert.recurred 3 times since');
  page.find('main button', 'Show all recurrences').click();
  await page.wait(0);
  expect(actions()).toHaveLength(11);
});
