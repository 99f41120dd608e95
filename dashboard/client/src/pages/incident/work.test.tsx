import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

it('comments and triages an incident by keyboard, and names the assignee', async () => {
  const server = new TestServer('analyst');
  const by = { role: 'analyst', user: 'anna' };
  const triage = { state: 'in progress', at: siteTime, by, assignee: by } as const;
  const alert = sampleAlert('one', { title: 'New client writes', comments: 2 });
  server.answer('GET /api/incident', {
    body: { id: 'INC-1', alerts: [{ ...alert, triage }], omitted: 0, changes: [], earlier: false },
  });
  server.answer('POST /api/incident/comment', { body: {} });
  server.answer('POST /api/incident/triage', { body: {} });
  using page = await openPage(server, '#/incidents/INC-1', [alert]);
  expect(page.find('.incident-head').textContent).toContain('In progress, assigned to anna, 2 comments');
  page.press('c');
  await page.wait(0);
  const note = page.find('[role=dialog] textarea') as HTMLTextAreaElement;
  note.value = 'laptop of the vendor';
  note.dispatchEvent(new Event('input', { bubbles: true }));
  page.find('[role=dialog] button', 'Done').click();
  page.find('[role=dialog] button', 'Assign to nobody').click();
  page.find('[role=dialog] button', 'Save').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/incident/comment')).toEqual([{ id: 'INC-1', note: 'laptop of the vendor' }]);
  expect(server.sentTo('POST /api/incident/triage')).toEqual([{ id: 'INC-1', state: 'done', assignee: 'nobody' }]);
});

it('shows the responses to all alerts of an incident, each once, the one of the selected alert first', async () => {
  const server = new TestServer();
  const alerts = [
    sampleAlert('write', { priority: 1, raisedAt: 1_000, title: '10.0.0.66 writes CL.SP', response: 'Call the security team' }),
    sampleAlert('low', { priority: 1, raisedAt: 2_000, title: 'Set-point low', response: 'Restore the set-point' }),
    sampleAlert('again', { raisedAt: 3_000, title: 'Dosing low', response: 'Restore the set-point' }),
    sampleAlert('gone', { state: 'A', title: 'Flow low', response: 'Start a pump' }),
  ];
  server.answer('GET /api/incident', { body: { id: 'INC-1', alerts, omitted: 0, changes: [], earlier: false } });
  using page = await openPage(server, '#/incidents/INC-1', alerts.slice(0, 3));
  const told = page.find('[aria-label="Response and techniques"]').textContent;
  expect(told).toMatch(/^Restore the set-point10\.0\.0\.66 writes CL\.SPCall the security team/);
  expect(told).not.toMatch(/Start a pump|Dosing low/);
});
