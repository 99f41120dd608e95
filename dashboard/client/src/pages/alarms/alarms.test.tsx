import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert, sampleHeadline } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

it('says that there are no alarms only when the alert stream has answered', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', undefined);
  expect(page.find('main').textContent).not.toContain('No active alarms.');
  server.welcome([]);
  await page.wait(0);
  expect(page.find('main').textContent).toContain('No active alarms.');
  server.raise(sampleAlert('new', { title: 'Level too high' }));
  await page.wait(0);
  expect(page.text()).not.toContain('No active alarms.');
  expect(page.find('tr', 'Level too high')).toBeDefined();
});

it('moves, marks and acknowledges by keyboard', async () => {
  const server = new TestServer();
  const alerts = ['first', 'second', 'third'].map((id, i) => sampleAlert(id, { title: `Alert ${id}`, raisedAt: 9_000 - i }));
  using page = await openPage(server, '#/alarms/active', alerts);
  page.press('ArrowDown');
  page.press(' ');
  page.press('ArrowDown');
  page.press(' ');
  page.press('a');
  await page.wait(0);
  const [sent] = server.sentTo('POST /api/alerts/acknowledge') as { readonly ids: readonly string[] }[];
  expect(sent?.ids).toHaveLength(2);
});

it('holds the list while a row is selected, and says how many alerts are new above it', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', [sampleAlert('old', { title: 'Old' })]);
  page.press('ArrowDown');
  server.raise(sampleAlert('urgent', { title: 'Urgent', priority: 1 }));
  await page.wait(0);
  expect(page.find('.banner').textContent).toContain('Urgent');
  expect(page.find('main table').textContent).not.toContain('Urgent');
  expect(page.find('main button', '1 new')).toBeDefined();
  page.press('Escape');
  await page.wait(0);
  expect(page.find('main tr', 'Urgent')).toBeDefined();
});

it('shelves by keyboard with a time and a reason, lists and counts what is shelved, and ends it', async () => {
  const server = new TestServer();
  server.answer('POST /api/alerts/shelve', { body: { shelved: ['one'], refused: [] } });
  server.answer('POST /api/alerts/unshelve', { body: { unshelved: ['two'], refused: [] } });
  const shelf = { at: siteTime, until: siteTime + 3_600_000, by: { role: 'operator' }, reason: 'float hangs', findings: [] };
  using page = await openPage(server, '#/alarms/active', [
    sampleAlert('one', { title: 'Level too high' }),
    sampleAlert('two', { title: 'Level is stuck', state: 'G', shelf }),
  ]);
  expect(page.find('.banner').textContent).toContain('1shelved');
  expect(page.find('tr.section', 'Shelved')).toBeDefined();
  expect(page.find('main tr', 'Level is stuck').textContent).toContain('Shelved, 1 h left');
  page.press('ArrowDown');
  page.press('s');
  await page.wait(0);
  const dialog = page.find('[role=dialog]', 'Level too high');
  // an operator may ask for more than a shift, which another person approves
  expect([...dialog.querySelectorAll('option')].map(({ textContent }) => textContent)).toEqual([
    '15 min',
    '1 h',
    '4 h',
    '8 h',
    '12 h',
    '1 d',
    '7 d',
    '30 d',
  ]);
  const reason = page.find('[role=dialog] input[name=reason]') as HTMLInputElement;
  reason.value = 'pump is replaced';
  reason.dispatchEvent(new Event('input', { bubbles: true }));
  page.find('[role=dialog] form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/alerts/shelve')).toEqual([{ ids: ['one'], minutes: 60, reason: 'pump is replaced' }]);
  expect(page.text()).not.toContain('Shelve the alarm');
  page.press('ArrowDown');
  page.press('s');
  await page.wait(0);
  expect(page.find('[role=dialog]').textContent).toContain('Shelved by role operator until');
  page.find('[role=dialog] button', 'End shelving').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/alerts/unshelve')).toEqual([{ ids: ['two'] }]);
});

it('resets an intrusion by keyboard, only for an analyst', async () => {
  for (const [role, sent] of [
    ['operator', []],
    ['analyst', [{ ids: ['one'] }]],
  ] as const) {
    const server = new TestServer(role);
    server.answer('POST /api/alerts/reset', { body: { reset: ['one'], refused: [] } });
    using page = await openPage(server, '#/alarms/active', [sampleAlert('one', { title: 'New client writes', state: 'F' })]);
    expect(page.find('tr.section', 'Intrusions, reset needed')).toBeDefined();
    page.press('ArrowDown');
    page.press('r');
    await page.wait(0);
    expect(server.sentTo('POST /api/alerts/reset')).toEqual(sent);
  }
});

it('acknowledges with a note, or comments, by keyboard', async () => {
  const server = new TestServer();
  server.answer('POST /api/incident/comment', { body: {} });
  using page = await openPage(server, '#/alarms/active', [sampleAlert('one', { title: 'Level too high' })]);
  for (const [button, route, body] of [
    ['Acknowledge with the note', 'POST /api/alerts/acknowledge', { ids: ['one'], note: 'seen' }],
    ['Comment', 'POST /api/incident/comment', { id: 'INC-1', note: 'seen' }],
  ] as const) {
    page.press('c');
    await page.wait(0);
    const note = page.find('[role=dialog] textarea') as HTMLTextAreaElement;
    note.value = 'seen';
    note.dispatchEvent(new Event('input', { bubbles: true }));
    page.find('[role=dialog] button', button).click();
    await page.wait(0);
    expect(server.sentTo(route)).toEqual([body]);
    expect(document.querySelector('[role=dialog]')).toBeNull();
  }
});

it('names first-out, chattering, fleeting and stale alerts', async () => {
  const day = 86_400_000;
  const open = { id: 'f', detector: 'range', tags: [], since: 0, beganAt: siteTime - day, score: 1, peak: 1 };
  const { explanation } = sampleAlert('x');
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', [
    sampleAlert('a', { since: siteTime - 2 * day, title: 'Old one', findings: [{ ...open, explanation }] }),
    sampleAlert('b', { since: siteTime - 9, title: 'Jumpy one', chattering: true }),
    sampleAlert('c', { incident: 'INC-2', title: 'Brief one', state: 'D', raisedAt: siteTime - 9_000, returnedAt: siteTime }),
  ]);
  const marks = (title: string): (string | null)[] =>
    [...page.find('main tr', title).querySelectorAll('.mark')].map(({ textContent }) => textContent);
  expect(marks('Old one')).toEqual(['first-out', 'stale']);
  expect(marks('Jumpy one')).toEqual(['chattering']);
  expect(marks('Brief one')).toEqual(['fleeting']);
});

it('shows steps, time to respond, consequence and cause of an alarm with a record', async () => {
  const server = new TestServer();
  const rationale = {
    record: 'PUMPS-STOPPED',
    version: 3,
    class: 'process',
    cause: 'Pumps tripped.',
    consequence: 'The tanks run empty.',
    respondWithinMs: 600_000,
    owner: 'Shift leader',
  };
  const alarm = sampleAlert('a', { title: 'Flow low', response: 'Call the station\nStart a pump. Then wait.', rationale });
  using page = await openPage(server, '#/alarms/active', [alarm]);
  page.press('ArrowDown');
  await page.wait(0);
  const detail = page.find('.detail');
  expect([...detail.querySelectorAll('li')].map((step) => step.textContent)).toEqual([
    'Call the station',
    'Start a pump. Then wait.',
  ]);
  for (const text of ['Respond within 10 min.', 'The tanks run empty.', 'Pumps tripped.', 'PUMPS-STOPPED, version 3'])
    expect(detail.textContent).toContain(text);
  expect(page.find('main table').textContent).toContain('Call the station');
  expect(page.find('main table').textContent).not.toContain('Start a pump');
});

it('names the incident in banner, detail and row; the alert keeps its own title', async () => {
  const server = new TestServer();
  const alert = sampleAlert('a', { title: 'Station flow low', ...sampleHeadline('All pumps stopped', 1) });
  using page = await openPage(server, '#/alarms/active', [alert]);
  expect(page.find('.banner .what').textContent).toMatch(/All pumps stopped.*Station flow low/);
  expect(page.find('.banner .what').title).toMatch(/^All pumps stopped\nStation flow low\n/);
  expect(page.find('main td.wide').textContent).toBe('Station flow low');
  expect(page.find('main td.wide').title).toContain('INC-1: All pumps stopped');
  expect(page.find('.detail h2').textContent).toBe('Station flow low');
  expect(page.find('.detail dd a').textContent).toBe('INC-1: All pumps stopped');
  // a later headline comes with another alert of the incident
  server.raise(sampleAlert('b', { priority: 3, ...sampleHeadline('All pumps stopped by writes', 2) }));
  await page.wait(0);
  expect(page.find('.banner .what').textContent).toMatch(/All pumps stopped by writes.*Station flow low/);
});

it('keeps the titles of the alerts in the history, beside that of their incident', async () => {
  const server = new TestServer();
  const alerts = [
    sampleAlert('a', { title: 'Station flow low', ...sampleHeadline('One pump stopped', 1) }),
    sampleAlert('b', { title: 'New client', ...sampleHeadline('All pumps stopped', 2) }),
  ];
  server.answer('GET /api/alerts', { body: { alerts } });
  using page = await openPage(server, '#/alarms/history', []);
  await page.wait(0);
  for (const title of ['Station flow low', 'New client'])
    expect(page.find('main tr', title).textContent).toContain('INC-1 All pumps stopped');
});

it('leaves the search field by Escape, keeps what is typed, and hears keys again', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', [sampleAlert('one', { title: 'Level too high' })]);
  page.press('/');
  const field = page.find('input[type=search]') as HTMLInputElement;
  expect(document.activeElement).toBe(field);
  field.value = 'level';
  page.press('a', field);
  page.press('Escape', field);
  expect(document.activeElement).toBe(document.body);
  expect([field.value, location.hash]).toEqual(['level', '#/alarms/active']);
  expect(server.sentTo('POST /api/alerts/acknowledge')).toEqual([]);
  page.press('a');
  await page.wait(0);
  expect(server.sentTo('POST /api/alerts/acknowledge')).toHaveLength(1);
});

it('names the alarm that a flood began with', async () => {
  const server = new TestServer();
  const alerts = Array.from({ length: 10 }, (_, i) => sampleAlert(`${i}`, { raisedAt: siteTime - 1_000 + i }));
  const act = sampleAlert('act', { raisedAt: siteTime - 2_000, title: 'plc1 does not answer' });
  using page = await openPage(server, '#/alarms/active', [act, ...alerts]);
  expect(page.find('main .notice').textContent).toMatch(/11 alarms, first: plc1 does not answer/);
});
