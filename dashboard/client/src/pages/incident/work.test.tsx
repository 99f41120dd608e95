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
