import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

it('an incident states why each of its alerts joined', async () => {
  const first = sampleAlert('one', { title: 'Supply lost', priority: 3 });
  const second = sampleAlert('two', {
    title: 'Pressure low',
    priority: 1,
    joined: { rule: 'supply', text: 'SUP → LA', to: 'one' },
  });
  const server = new TestServer();
  const raised = [first, second].map(({ id, title, priority, state }, i) => ({
    sequence: i + 1,
    time: siteTime + i,
    kind: 'raised',
    by: { role: 'monitor' },
    alert: { id, title, priority, state },
  }));
  const body = { id: 'INC-1', alerts: [first, second], omitted: 0, changes: raised, earlier: false };
  server.answer('GET /api/incident', { body });
  using page = await openPage(server, '#/incidents/INC-1', [first, second]);
  await page.wait(0);
  expect(page.find('.incident-head').textContent).toContain('Alert joined by supply: SUP → LA.');
  const lines = page.find('.order').textContent;
  expect(lines).toContain('Pressure low (priority 1, joined by supply: SUP → LA)');
  expect(lines).not.toContain('Supply lost (priority 3, joined');
});
