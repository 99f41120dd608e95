import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { TestServer } from '../../testing/server.ts';

async function opened(role: 'engineer' | 'operator', learnable: object) {
  const server = new TestServer(role);
  const alert = sampleAlert('one');
  server.answer('GET /api/incident', {
    body: { id: 'INC-1', alerts: [alert], omitted: 0, changes: [], earlier: false },
  });
  server.answer('GET /api/baseline/learnable', { body: learnable });
  server.answer('POST /api/baseline/learn', { body: { raised: [] } });
  return { server, page: await openPage(server, '#/incidents/INC-1', [alert]) };
}

it('shows the thresholds that rise, needs a reason, and learns the alert', async () => {
  const raises = [{ detector: 'relations', channel: 'CW', tags: 12, from: 1.3, to: 2.6 }];
  const { server, page } = await opened('engineer', { raises });
  using _ = page;
  page.find('button', 'Learn as normal').click();
  await page.wait(0);
  expect(page.find('[role=dialog] li').textContent).toBe('relations of CW: 1.3 → 2.6, for all its 12 tags');
  const learn = page.find('[role=dialog] button', 'Learn as normal') as HTMLButtonElement;
  expect(learn.disabled).toBe(true);
  const reason = page.find('[role=dialog] input[name=reason]') as HTMLInputElement;
  reason.value = 'flushing';
  reason.dispatchEvent(new Event('input', { bubbles: true }));
  learn.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/baseline/learn')).toEqual([{ id: 'one', reason: 'flushing' }]);
});

it('states why an alert cannot be learned, and offers nothing then', async () => {
  const { page } = await opened('engineer', { raises: [], refused: 'Change the limit.' });
  using _ = page;
  page.find('button', 'Learn as normal').click();
  await page.wait(0);
  expect(page.find('[role=dialog] [role=status]').textContent).toBe('Change the limit.');
  expect((page.find('[role=dialog] button', 'Learn as normal') as HTMLButtonElement).disabled).toBe(true);
});

it('is not offered to a role that may not change the baseline', async () => {
  const { page } = await opened('operator', { raises: [] });
  using _ = page;
  expect(page.find('main').textContent).toContain('Verdict on this alert');
  expect(page.find('main').textContent).not.toContain('Learn as normal');
});
