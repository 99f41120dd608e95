import { expect, it, vi } from 'vitest';
import type { PrintedDocument } from '../../../../../src/core/printed.ts';
import { openPage } from '../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../testing/server.ts';

const document_: PrintedDocument = {
  title: 'Alarm report, day of 2026-01-05',
  site: 'Test plant',
  timeZone: 'UTC',
  from: siteTime - 23_400_000,
  to: siteTime,
  madeAt: siteTime,
  notes: ['The day has not ended.'],
  tables: [
    {
      title: 'Rates',
      note: 'Annunciations.',
      columns: [
        { title: 'Class', kind: 'text' },
        { title: 'Per 10 min', kind: 'number' },
        { title: 'Begin', kind: 'time' },
      ],
      rows: [['Anomalies', 0.123456, siteTime]],
      empty: '',
    },
    { title: 'Floods', note: '', columns: [{ title: 'Begin', kind: 'time' }], rows: [], empty: 'There was no flood.' },
  ],
};

it('shows the report of a period, and saves it as a file', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/report', { body: document_ });
  server.answer('GET /api/report/file', { body: { text: '<!doctype html>' } });
  using page = await openPage(server, '#/shift/report', []);
  for (const text of ['Alarm report, day of 2026-01-05', 'The day has not ended.', 'Anomalies', '0.123', '2026-01-05 06:30:00'])
    expect(page.text()).toContain(text);
  expect(page.text()).toContain('There was no flood.');
  page.find('button', 'Month').click();
  await page.wait(0);
  expect(server.requests.filter(({ route }) => route === 'GET /api/report')).toHaveLength(2);
  const saved: string[] = [];
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => {} }));
  HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
    saved.push(this.download);
  };
  page.find('button', 'Save for printing').click();
  await page.wait(0);
  expect(saved).toEqual(['alarm-report-month-2026-01-05.html']);
});

it('states why there is no report', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/report', {
    status: 409,
    error: { code: 'refused', message: '2027-01-01 is in the future', hint: 'Give a date that is not after today.' },
  });
  using page = await openPage(server, '#/shift/report', []);
  expect(page.find('[role=alert]').textContent).toContain('Give a date that is not after today.');
});

it('hands over: a note, the signature of what is shown after a question, and the signature of the next shift', async () => {
  const server = new TestServer('operator');
  const outgoing = { at: siteTime, by: { role: 'operator', user: 'kim' } };
  server.answer('GET /api/handover', { body: { key: 'k-1', document: document_, handovers: [] } });
  for (const route of ['note', 'sign', 'take']) server.answer(`POST /api/handover/${route}`, { body: {} });
  using page = await openPage(server, '#/shift/handover', []);
  expect(page.text()).toContain('No handover is signed yet');
  const note = page.find('input[name=note]') as HTMLInputElement;
  note.value = 'Pump 2 sounds rough';
  note.dispatchEvent(new InputEvent('input', { bubbles: true }));
  page.find('form.note-form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/handover/note')).toEqual([{ text: 'Pump 2 sounds rough' }]);
  page.find('button', 'Sign and hand over').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/handover/sign')).toEqual([]);
  server.answer('GET /api/handover', { body: { key: 'k-2', document: document_, handovers: [{ id: 'H1', outgoing }] } });
  page.find('[role=dialog] button', 'Sign and hand over').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/handover/sign')).toEqual([{ key: 'k-1' }]);
  expect(page.text()).toContain('kim (operator)');
  page.find('button', 'Take over').click();
  await page.wait(0);
  page.find('[role=dialog] button', 'Take over').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/handover/take')).toEqual([{ id: 'H1' }]);
});

it('shows the handover to a viewer, without signatures to give', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/handover', { body: { key: 'k-1', document: document_, handovers: [] } });
  using page = await openPage(server, '#/shift/handover', []);
  expect(page.text()).toContain('Anomalies');
  expect(document.querySelector('form.note-form')).toBeNull();
  expect(page.text()).not.toContain('Sign and hand over');
});
