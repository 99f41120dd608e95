import { expect, it } from 'vitest';
import type { AlarmRecord, AlarmRecordEntry } from '../../../../../../src/core/alarm-record.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { sampleAlert } from '../../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../../testing/server.ts';

const record: AlarmRecord = {
  id: 'T1-HIGH',
  match: {
    detectors: ['range'],
    kinds: [],
    tags: ['T?.LT'],
    equipment: [],
    areas: [],
    devices: [],
    techniques: [],
    direction: 'high',
  },
  priority: 2,
  class: 'process',
  cause: 'Inflow open.',
  consequence: 'The tank overflows.',
  response: 'Close the inflow\nCall the engineer',
  respondWithinMs: 600_000,
  owner: 'Shift leader',
};
const by = { role: 'engineer' };
const version = { id: 'T1-HIGH', version: 2, at: siteTime, by, act: 'changed', origin: 'person', reason: 'r', record } as const;
const entry: AlarmRecordEntry = { id: 'T1-HIGH', last: 2, inForce: version };

function serverOf(
  records: readonly AlarmRecordEntry[],
  role: 'engineer' | 'viewer' = 'engineer',
  secondPerson = false,
): TestServer {
  const server = new TestServer(role);
  const limits = [{ tag: 'CW.LT01' }, { tag: 'CL.AT02', priority: 1, response: 'Dose by hand' }];
  server.answer('GET /api/alarm-records', { body: { secondPerson, records, limits, limitCount: 2 } });
  for (const act of ['change', 'remove', 'decide']) server.answer(`POST /api/alarm-records/${act}`, { body: {} });
  return server;
}

const fill = (name: string, value: string): void => {
  const field = document.querySelector(`[role=dialog] [name=${name}]`) as HTMLInputElement;
  field.value = value;
};

it('lists records with their match and response, and limits without a response first', async () => {
  using page = await openPage(serverOf([entry]), '#/system/alarms', []);
  const row = page.find('main tr', 'T1-HIGH').textContent;
  for (const text of ['2', 'detectors range; tags T?.LT; high', 'Close the inflow', '10 min', 'Shift leader', 'by engineer'])
    expect(row).toContain(text);
  expect(page.find('main tr', 'CW.LT01').textContent).toContain('none');
  expect(page.find('main tr', 'CL.AT02').textContent).toContain('Configuration');
  expect(page.text()).toContain('1 limit without a response');
});

it('changes a record with a reason, from the version that it shows', async () => {
  const server = serverOf([entry]);
  using page = await openPage(server, '#/system/alarms', []);
  page.find('main button', 'Open T1-HIGH').click();
  await page.wait(0);
  fill('priority', '3');
  page.find('[role=dialog] button', 'Save record').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/alarm-records/change')).toEqual([]);
  fill('reason', 'seldom urgent');
  page.find('[role=dialog] form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/alarm-records/change')).toEqual([
    { record: { ...record, priority: 3 }, version: 2, reason: 'seldom urgent' },
  ]);
  expect(document.querySelector('[role=dialog]')).toBeNull();
  expect(server.sentTo('GET /api/alarm-records')).toHaveLength(2);
});

it('states a return condition with its delay, and shows it again', async () => {
  const stated = { ...record, returnWhen: 'CW.LT01 below 4 m', returnDelayMs: 90_000 };
  const server = serverOf([{ ...entry, inForce: { ...version, record: stated } }]);
  using page = await openPage(server, '#/system/alarms', []);
  page.find('main button', 'Open T1-HIGH').click();
  await page.wait(0);
  const shown = (name: string) => (document.querySelector(`[role=dialog] [name=${name}]`) as HTMLInputElement).value;
  expect([shown('returnWhen'), shown('returnMinutes')]).toEqual(['CW.LT01 below 4 m', '1.5']);
  fill('returnWhen', ' CW.LT01 below 3 m ');
  fill('returnMinutes', '');
  fill('reason', 'lower');
  page.find('[role=dialog] form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/alarm-records/change')).toEqual([
    { record: { ...record, returnWhen: 'CW.LT01 below 3 m' }, version: 2, reason: 'lower' },
  ]);
});

it('adds a record by keyboard and leaves by Escape', async () => {
  using page = await openPage(serverOf([]), '#/system/alarms', []);
  expect(page.text()).toContain('No alarm records.');
  page.press('+');
  await page.wait(0);
  expect(page.find('[role=dialog]').textContent).toContain('Add an alarm record');
  expect(document.activeElement).toBe(document.querySelector('[role=dialog] [name=id]'));
  page.press('Escape');
  await page.wait(0);
  expect(document.querySelector('[role=dialog]')).toBeNull();
});

it('approves the change of another user', async () => {
  const proposal = { ...version, version: 3, act: 'proposed', record: { ...record, priority: 1 } } as const;
  const server = serverOf([{ ...entry, last: 3, proposal }], 'engineer', true);
  using page = await openPage(server, '#/system/alarms', []);
  expect(page.text()).toContain('Another user must approve each change');
  expect(page.find('main tr', 'T1-HIGH').textContent).toContain('Proposed by engineer, waits for approval');
  page.find('main button', 'Open T1-HIGH').click();
  await page.wait(0);
  fill('reason', 'agreed');
  page.find('[role=dialog] button', 'Approve').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/alarm-records/decide')).toEqual([
    { id: 'T1-HIGH', version: 3, accept: true, reason: 'agreed' },
  ]);
});

it('shows the problems of an imported file in its dialog', async () => {
  const server = serverOf([entry]);
  const message = 'alarms.csv:2 priority: expected one of 1|2|3';
  server.answer('POST /api/alarm-records/import', { status: 409, error: { code: 'refused', message } as never });
  using page = await openPage(server, '#/system/alarms', []);
  const field = page.find('input[type=file]') as HTMLInputElement;
  Object.defineProperty(field, 'files', { value: [{ text: async () => 'id,priority' }], configurable: true });
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await page.wait(0);
  const reason = page.find('[role=dialog] [name=reason]') as HTMLInputElement;
  reason.value = 'new set';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  page.find('[role=dialog] form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  expect(server.sentTo('POST /api/alarm-records/import')).toEqual([{ csv: 'id,priority', reason: 'new set' }]);
  expect(page.find('[role=dialog]').textContent).toContain(message);
});

it('offers no change to a role that may not change records', async () => {
  using page = await openPage(serverOf([entry], 'viewer'), '#/system/alarms', []);
  const buttons = [...document.querySelectorAll('main button')].map(({ textContent }) => textContent);
  expect(page.find('main tr', 'T1-HIGH')).toBeDefined();
  expect(buttons.filter((text) => /Open|Add|Import/.test(text))).toEqual([]);
});

it('makes an anomaly an alarm from the alarm list, by keyboard', async () => {
  const server = serverOf([]);
  const contributions = [{ tag: 'CL.SP', share: -1, unit: 'mg/L', measured: 0.3, expected: 0.9 }];
  const explanation = { sentence: 'Low.', title: 'CL.SP low', contributions, normalIf: '', techniques: [] };
  const anomaly = sampleAlert('a', { priority: 'A', title: 'CL.SP low', explanation, tags: ['CL.SP'] });
  const finding = {
    id: 'F',
    detector: 'range',
    channel: 'CL.SP',
    tags: ['CL.SP'],
    since: 1,
    beganAt: 1,
    score: 2,
    peak: 2,
    explanation,
  };
  using page = await openPage(server, '#/alarms/active', [{ ...anomaly, findings: [finding] }]);
  page.press('ArrowDown');
  await page.wait(0);
  page.press('p');
  await page.wait(0);
  const valueOf = (name: string): string => (page.find(`[role=dialog] [name=${name}]`) as HTMLInputElement).value;
  expect(['detectors', 'tags', 'direction', 'priority'].map(valueOf)).toEqual(['range', 'CL.SP', 'low', '3']);
});
