import { expect, it } from 'vitest';
import { openPage } from '../../../testing/open-page.tsx';
import { site, siteTime, TestServer } from '../../../testing/server.ts';

const request = {
  id: 'R1',
  at: siteTime,
  expiresAt: siteTime + 86_400_000,
  by: { role: 'engineer' },
  own: false,
  text: 'unlearn range of CW.LT01',
  reason: 'sensor moved',
};

function serverOf(requests: readonly object[], role: 'admin' | 'operator' = 'admin'): TestServer {
  const server = new TestServer(role);
  server.answer('GET /api/site', { body: { run: 1, site: { ...site, secondPerson: true }, epoch: 'e' } });
  const health = { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' }, approvals: requests.length };
  server.answer('GET /api/health', { body: health });
  server.answer('GET /api/alarm-records', { body: { secondPerson: true, records: [], limits: [], limitCount: 0 } });
  server.answer('GET /api/approvals', { body: { required: true, requests } });
  server.answer('POST /api/approvals/decide', { body: {} });
  return server;
}

it('names the waiting act on every page, and approves it with a reason', async () => {
  const server = serverOf([request]);
  using page = await openPage(server, '#/system/alarms', []);
  expect(page.find('.notices').textContent).toContain('1 act waits for another user');
  expect(page.find('main tr', 'unlearn range').textContent).toContain('sensor moved');
  page.find('main button', 'Decide').click();
  await page.wait(0);
  const approve = page.find('[role=dialog] button', 'Approve and perform') as HTMLButtonElement;
  expect(approve.disabled).toBe(true);
  const reason = page.find('[role=dialog] [name=reason]') as HTMLInputElement;
  reason.value = 'seen on site';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  approve.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/approvals/decide')).toEqual([{ id: 'R1', accept: true, reason: 'seen on site' }]);
});

it('offers only a rejection for an own act, and nothing to an operator', async () => {
  {
    using page = await openPage(serverOf([{ ...request, own: true }]), '#/system/alarms', []);
    page.find('main button', 'Decide').click();
    await page.wait(0);
    const buttons = [...page.find('[role=dialog]').querySelectorAll('button')].map(({ textContent }) => textContent);
    expect(buttons.some((text) => text.includes('Approve'))).toBe(false);
    expect(buttons.some((text) => text.includes('Reject'))).toBe(true);
  }
  using page = await openPage(serverOf([request], 'operator'), '#/system/alarms', []);
  expect(page.text()).not.toContain('unlearn range');
  expect(page.text()).not.toContain('waits for another user');
});
