import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { TestServer } from '../../testing/server.ts';

const health = {
  devices: [{ name: 'plc1' }, { name: 'plc2' }],
  maintenance: [],
  learning: { text: '' },
  saving: { state: 'ok' },
};

it('keeps the chosen part through refreshes, names it in the question, and sends it only when that is confirmed', async () => {
  const server = new TestServer('engineer');
  server.answer('GET /api/health', { body: health });
  server.answer('POST /api/maintenance/begin', { body: {} });
  using page = await openPage(server, '#/system/maintenance', []);
  const select = page.find('select[name=place]') as HTMLSelectElement;
  select.value = 'device/plc2';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  const reason = page.find('form textarea, form input[name=reason], form input.field') as HTMLInputElement;
  reason.value = 'new valve';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  for (let refresh = 0; refresh < 3; refresh++) {
    server.beat();
    await page.wait(3_000);
  }
  expect(server.sentTo('GET /api/health').length).toBeGreaterThan(2);
  expect(select.value).toBe('device/plc2');

  page.find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  const question = page.find('[role=dialog], dialog');
  expect(question.textContent).toContain('plc2');
  expect(server.sentTo('POST /api/maintenance/begin')).toEqual([]);
  [...question.querySelectorAll('button')].at(0)?.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/maintenance/begin')).toMatchObject([{ place: { kind: 'device', id: 'plc2' }, minutes: 60 }]);
});

it('shows no form to a role that may not take parts out of service', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/health', { body: health });
  using page = await openPage(server, '#/system/maintenance', []);
  expect(document.querySelector('select[name=place]')).toBeNull();
  expect(page.find('main').textContent.length).toBeGreaterThan(0);
});
