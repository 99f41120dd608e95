import { expect, it } from 'vitest';
import type { Role } from '../../../../../../src/core/access.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../../testing/server.ts';

const change = {
  id: '1a2b3c4d',
  at: siteTime,
  file: 'plant.yaml',
  settings: [
    { object: 'CW.LT01 high', before: '5 m', after: '6 m' },
    { object: 'detector frozen', before: 'enabled' },
  ],
  count: 2,
  waiting: false,
};

function serverOf(role: Role, shown: object = change): TestServer {
  const server = new TestServer(role);
  const state = { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' }, approvals: 0, unconfirmed: 2 };
  server.answer('GET /api/health', { body: state });
  server.answer('GET /api/alarm-records', { body: { secondPerson: false, records: [], limits: [], limitCount: 0 } });
  server.answer('GET /api/configuration', { body: { change: shown } });
  server.answer('POST /api/configuration/confirm', { body: {} });
  return server;
}

it('lists each changed setting, old and new, and confirms them with a reason', async () => {
  const server = serverOf('engineer');
  using page = await openPage(server, '#/system/alarms', []);
  expect(page.find('.notices').textContent).toContain('2 settings without a stated reason, check and confirm');
  expect(page.find('main tr', 'CW.LT01 high').textContent).toContain('5 m6 m');
  expect(page.find('main tr', 'detector frozen').textContent).toContain('enabledremoved');
  page.find('main button', 'Confirm with a reason').click();
  await page.wait(0);
  const confirm = page.find('[role=dialog] button', 'Confirm') as HTMLButtonElement;
  expect(confirm.disabled).toBe(true);
  const reason = page.find('[role=dialog] [name=reason]') as HTMLInputElement;
  reason.value = 'new overflow weir';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  confirm.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/configuration/confirm')).toEqual([{ id: '1a2b3c4d', reason: 'new overflow weir' }]);
});

it('shows an operator what has changed and who confirms it, and nobody the button while another user must approve', async () => {
  {
    using page = await openPage(serverOf('operator'), '#/system/alarms', []);
    expect(page.find('main tr', 'CW.LT01 high').textContent).toContain('6 m');
    expect(page.text()).toContain('A user with the role engineer or admin confirms the change.');
    expect(page.text()).not.toContain('Confirm with a reason');
    expect(page.find('.notices').textContent).not.toContain('CONFIGURATION');
  }
  using page = await openPage(serverOf('admin', { ...change, waiting: true }), '#/system/alarms', []);
  expect(page.text()).toContain('Another user must approve it.');
  expect(page.text()).not.toContain('Confirm with a reason');
});
