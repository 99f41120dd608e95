import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { TestServer } from '../../testing/server.ts';

const door = { site: 'Test plant', transport: 'loopback', setup: false } as const;

const submit = (form: HTMLElement): unknown => form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));

it('states why a sign-in was refused, and keeps the name but not the passphrase', async () => {
  const server = new TestServer();
  server.answer('GET /api/door', { body: door });
  const error = { code: 'too-many', message: 'Too many attempts', retryAfterMs: 30_000 } as const;
  server.answer('POST /api/login', { status: 429, error });
  using page = await openPage(server, '', undefined);
  const field = (name: string): HTMLInputElement => page.find(`input[name=${name}]`) as HTMLInputElement;
  field('name').value = 'kim';
  field('passphrase').value = 'not the right one';
  submit(page.find('form'));
  await page.wait(0);
  expect(page.find('[role=alert]').textContent).toMatch(/30 s/);
  server.answer('POST /api/login', {
    status: 503,
    error: { code: 'busy', message: 'The server is busy', hint: 'Wait' } as never,
  });
  submit(page.find('form'));
  await page.wait(0);
  expect(page.find('[role=alert]').textContent).toContain('The server is busy. Wait.');
  expect([field('name').value, field('passphrase').value]).toEqual(['kim', '']);
  expect((page.find('form button[type=submit]') as HTMLButtonElement).disabled).toBe(false);
});

it('shows the commands in place of the form while sign-in is closed', async () => {
  const server = new TestServer();
  const closed = { reason: 'The accounts were lost.', commands: ['scadawatch restore backup.tar.gz'] };
  server.answer('GET /api/door', { body: { ...door, closed } });
  using page = await openPage(server, '', undefined);
  expect(document.querySelector('input[name=passphrase]')).toBeNull();
  expect(page.find('[role=alert] code').textContent).toBe('scadawatch restore backup.tar.gz');
});

it('returns to the sign-in, with the focus on the name, when the server ends the session', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/system/audit', []);
  expect(document.querySelector('input[name=passphrase]')).toBeNull();
  server.answer('GET /api/door', { body: door });
  server.close(4001);
  await page.wait(0);
  expect(document.querySelector('input[name=passphrase]')).not.toBeNull();
  expect(document.activeElement).toBe(page.find('input[name=name]'));
});
