import { expect, it } from 'vitest';
import { openPage } from '../../../testing/open-page.tsx';
import { sampleAlert } from '../../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../../testing/server.ts';

const health = {
  devices: [{ name: 'plc1' }, { name: 'plc2' }],
  maintenance: [],
  learning: { text: '' },
  saving: { state: 'ok' },
};

it('keeps the chosen part through refreshes, names it in the question, and sends it only when that is confirmed', async () => {
  const server = new TestServer('engineer');
  server.answer('GET /api/health', { body: health });
  server.answer('POST /api/maintenance/begin', { body: {} });
  using page = await openPage(server, '#/system/maintenance', []);
  const select = page.find('select[name=place]') as HTMLSelectElement;
  select.value = 'device/plc2';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  const reason = page.find('form textarea, form input[name=reason], form input.field') as HTMLInputElement;
  reason.value = 'new valve';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  for (let refresh = 0; refresh < 3; refresh++) {
    server.beat();
    await page.wait(3_000);
  }
  expect(server.sentTo('GET /api/health').length).toBeGreaterThan(2);
  expect(select.value).toBe('device/plc2');

  page.find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  const question = page.find('[role=dialog], dialog');
  expect(question.textContent).toContain('plc2');
  expect(server.sentTo('POST /api/maintenance/begin')).toEqual([]);
  [...question.querySelectorAll('button')].at(0)?.click();
  await page.wait(0);
  expect(server.sentTo('POST /api/maintenance/begin')).toMatchObject([{ place: { kind: 'device', id: 'plc2' }, minutes: 60 }]);
});

it('shows no form to a role that may not take parts out of service', async () => {
  const server = new TestServer('viewer');
  server.answer('GET /api/health', { body: health });
  using page = await openPage(server, '#/system/maintenance', []);
  expect(document.querySelector('select[name=place]')).toBeNull();
  expect(page.find('main').textContent.length).toBeGreaterThan(0);
});

it('plans maintenance that repeats, and lists and removes plans', async () => {
  const server = new TestServer('operator');
  const plan = {
    id: 'P1',
    place: { kind: 'device', id: 'plc1' },
    from: siteTime,
    lastsMs: 7_200_000,
    repeat: 'week',
    by: 'engineer',
  };
  const planned = [{ ...plan, reason: 'backup', next: siteTime + 86_400_000 }];
  server.answer('GET /api/health', { body: { ...health, planned } });
  for (const what of ['plan', 'cancel']) server.answer(`POST /api/maintenance/${what}`, { body: {} });
  using page = await openPage(server, '#/system/maintenance', []);
  const row = page.find('main tr', 'plc1');
  for (const text of ['Each week', '2 h', 'engineer', 'backup']) expect(row.textContent).toContain(text);
  const set = (name: string, value: string, event: Event): void => {
    const field = page.find(`form [name=${name}]`) as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(event);
  };
  set('place', 'equipment/CW', new Event('change', { bubbles: true }));
  set('from', '2026-01-06T02:30', new InputEvent('input', { bubbles: true }));
  set('repeat', 'day', new Event('change', { bubbles: true }));
  set('reason', 'flushing', new InputEvent('input', { bubbles: true }));
  page.find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(0);
  const question = page.find('[role=dialog]');
  expect(question.textContent).toContain('2026-01-06 02:30, each day');
  question.querySelector('button')?.click();
  await page.wait(0);
  const body = {
    place: { kind: 'equipment', id: 'CW' },
    minutes: 60,
    reason: 'flushing',
    from: '2026-01-06T02:30',
    repeat: 'day',
  };
  expect(server.sentTo('POST /api/maintenance/plan')).toEqual([body]);
  page.find('main tr button', 'Remove the plan').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/maintenance/cancel')).toEqual([{ id: 'P1' }]);
});

it('marks what is under maintenance in the alarm list, with end and reason', async () => {
  const server = new TestServer('viewer');
  const window = {
    id: 'M',
    place: { kind: 'equipment', id: 'CW' },
    from: siteTime,
    to: siteTime + 3_600_000,
    by: 'operator',
    reason: 'new float',
  };
  server.answer('GET /api/health', { body: { ...health, maintenance: [window], planned: [] } });
  const tag = {
    index: 0,
    name: 'CW.LT01',
    description: 'Level',
    area: 'clearwell',
    equipment: 'CW',
    device: 'plc1',
    kind: 'analog',
    unit: 'm',
    decimals: 2,
    scanMs: 1_000,
  };
  server.answer('GET /api/tags', { body: { run: 1, total: 1, tags: [tag] } });
  const contributions = [{ tag: 'CW.LT01', share: 1, unit: 'm', measured: 1, expected: 2 }];
  const explanation = { sentence: 'x', title: 'x', contributions, normalIf: '', techniques: [] };
  const alerts = [
    sampleAlert('write', { priority: 3, title: 'Write seen', equipment: '', area: '', tags: ['CW.LT01'], explanation }),
    sampleAlert('cw', { priority: 1, title: 'Level high', equipment: 'CW', tags: [] }),
    sampleAlert('t1', { priority: 2, title: 'Flow low', equipment: 'T1', tags: ['T1.FT'] }),
  ];
  using page = await openPage(server, '#/alarms/active', alerts);
  const mark = page.find('main tr', 'Level high').querySelector('.maintenance-mark');
  expect(mark?.getAttribute('title')).toContain('new float');
  expect(page.find('main tr', 'Flow low').querySelector('.maintenance-mark')).toBeNull();
  // the alert is of no equipment, but the row shows a tag that is under maintenance
  expect(page.find('main tr', 'Write seen').querySelector('.maintenance-mark')).not.toBeNull();
});
