import { expect, it } from 'vitest';
import type { Role } from '../../../../../../src/core/access.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../../testing/server.ts';

const set = { version: 3, at: siteTime, by: { role: 'engineer' }, reason: 'commissioning', count: 3 };
const lines = [
  {
    tag: 'P1.GAIN',
    state: 'differs',
    reference: { tag: 'P1.GAIN', value: 1.2 },
    present: 2.5,
    since: siteTime,
    write: { client: '10.0.0.66', at: siteTime },
  },
  { tag: 'OLD', state: 'not-configured', reference: { tag: 'OLD', value: 3 } },
  { tag: 'CL.SP', state: 'equal', reference: { tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 }, present: 1 },
  { tag: 'CG.SP', state: 'not-referenced', present: 20 },
];

function serverOf(role: Role, body: object): TestServer {
  const server = new TestServer(role);
  server.answer('GET /api/health', {
    body: { devices: [], maintenance: [], learning: { text: '' }, saving: { state: 'ok' }, approvals: 0, unconfirmed: 0 },
  });
  server.answer('GET /api/reference', { body: { waiting: false, lines, ...body } });
  server.answer('POST /api/reference/approve', { body: {} });
  return server;
}
function type(field: HTMLElement, text: string): void {
  (field as HTMLInputElement).value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

it('lists what differs with its writer, and approves the chosen values with spans and a reason', async () => {
  const server = serverOf('engineer', { set });
  using page = await openPage(server, '#/system/baseline', []);
  const panel = page.find('.reference-set');
  expect(panel.textContent).toContain('version 3, 3 values, approved');
  expect(page.find('.reference-set tr', 'P1.GAIN').textContent).toMatch(/2\.5.*1\.2.*10\.0\.0\.66/);
  expect(page.find('.reference-set tr', 'OLD').textContent).toContain('no set-point or parameter of the configuration');
  expect(panel.textContent).toContain('1 as approved, 1 without a reference value');
  page.find('.reference-set button', 'Approve present values').click();
  await page.wait(0);
  const approve = page.find('[role=dialog] button', 'Approve present values') as HTMLButtonElement;
  expect(approve.disabled).toBe(true);
  type(page.find('[role=dialog] [name=reason]'), 'pump replaced');
  type(page.find('[role=dialog] tr', 'P1.GAIN').querySelector('[name=low]') as HTMLElement, '9');
  approve.click();
  await page.wait(0);
  expect(page.find('[role=dialog]').textContent).toContain('The span of P1.GAIN needs two numbers that contain its value.');
  type(page.find('[role=dialog] tr', 'P1.GAIN').querySelector('[name=low]') as HTMLElement, '');
  approve.click();
  await page.wait(0);
  const values = [
    { tag: 'P1.GAIN', value: 2.5 },
    { tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 },
  ];
  expect(server.sentTo('POST /api/reference/approve')).toEqual([{ base: 3, values, reason: 'pump replaced' }]);
});

it('withdraws a set with a reason, and states that it is withdrawn', async () => {
  const server = serverOf('engineer', { set });
  using page = await openPage(server, '#/system/baseline', []);
  page.find('.reference-set button', 'Withdraw').click();
  await page.wait(0);
  expect(page.find('[role=dialog]').textContent).toContain('From then on no value is compared');
  const withdraw = page.find('[role=dialog] button', 'Withdraw') as HTMLButtonElement;
  expect(withdraw.disabled).toBe(true);
  type(page.find('[role=dialog] [name=reason]'), 'control rebuilt');
  server.answer('GET /api/reference', { body: { waiting: false, lines: lines.slice(3), set: { ...set, version: 4, count: 0 } } });
  withdraw.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/reference/approve')).toEqual([{ base: 3, values: [], reason: 'control rebuilt' }]);
  const panel = page.find('.reference-set');
  expect(panel.textContent).toContain('withdrawn by version 4');
  expect(panel.textContent).toContain('There is no reference set');
  expect(panel.textContent).not.toContain('without a reference value');
});

it('states that nothing is compared without a set, and which role approves one', async () => {
  using page = await openPage(serverOf('operator', { lines: lines.slice(3) }), '#/system/baseline', []);
  expect(page.find('.reference-set').textContent).toContain('There is no reference set');
  expect(page.find('.reference-set').textContent).toContain('A user with the role engineer or admin approves');
});

it('states why a stored set is not in force', async () => {
  const problem = 'Version 3 does not match its signature.';
  using page = await openPage(serverOf('viewer', { problem, lines: [] }), '#/system/baseline', []);
  expect(page.find('.reference-set').textContent).toContain(problem);
});
