import { expect, it, vi } from 'vitest';
import type { CaseSummary } from '../../../../api/index.ts';
import { openPage } from '../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../testing/server.ts';

const process: CaseSummary = {
  id: 'INC-2',
  title: 'Tank 1 level rises',
  sentence: 'Tank 1 level rises faster than its inflow.',
  priority: 2,
  state: 'B',
  since: siteTime - 60_000,
  changedAt: siteTime,
  alerts: 3,
  open: 2,
  techniques: [{ id: 'T0831', certainty: 'possible', alerts: 3 }],
  assets: [{ name: 'Tank 1', alerts: 3 }],
  clients: [],
  writes: [],
  verdicts: {},
};
const intrusion: CaseSummary = {
  ...process,
  id: 'INC-1',
  title: '10.0.0.66 writes CL.SP',
  sentence: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L.',
  priority: 'A',
  since: siteTime - 120_000,
  techniques: [
    { id: 'T0831', certainty: 'possible', alerts: 1 },
    { id: 'T1692.001', certainty: 'seen', alerts: 1 },
  ],
  assets: [{ name: 'CL', alerts: 1 }],
  clients: [{ name: '10.0.0.66', alerts: 1 }],
  writes: [{ client: '10.0.0.66', tag: 'CL.SP', before: 1, after: 0.3, change: '1.00 → 0.30 mg/L' }],
};
const done: CaseSummary = {
  ...process,
  id: 'INC-3',
  title: 'Pump 1 stopped',
  techniques: [],
  triage: { state: 'done', at: siteTime, by: { role: 'analyst', user: 'ada' } },
  verdicts: { expected: 3 },
};
const attack = {
  notice: '© The MITRE Corporation',
  version: '19.1',
  tactics: [
    { id: 'TA0106', name: 'Impair Process Control', shortname: 'impair-process-control' },
    { id: 'TA0105', name: 'Impact', shortname: 'impact' },
  ],
  techniques: [
    { id: 'T0831', name: 'Manipulation of Control', tactics: ['impact'] },
    { id: 'T1692.001', name: 'Command Message', tactics: ['impair-process-control'] },
    { id: 'T1692.002', name: 'Reporting Message', tactics: ['impair-process-control'] },
    { id: 'T0836', name: 'Modify Parameter', tactics: ['impair-process-control'] },
  ],
};

function aServer(role: ConstructorParameters<typeof TestServer>[0] = 'analyst', cases = [done, process, intrusion]): TestServer {
  const server = new TestServer(role);
  server.answer('GET /api/security/cases', { body: { cases, more: false } });
  server.answer('GET /api/security/attack', { body: attack });
  return server;
}
const rows = (): string[] => [...document.querySelectorAll('tr[data-case]')].map((row) => row.getAttribute('data-case') ?? '');

it('lists cases in the order of their urgency, and what the selected one is about', async () => {
  using page = await openPage(aServer(), '#/security/queue', []);
  expect(rows()).toEqual(['INC-1', 'INC-2', 'INC-3']);
  const detail = page.find('.case-detail').textContent;
  for (const text of ['T1692.001 Command Message seen', '10.0.0.66: CL.SP 1.00 → 0.30 mg/L', 'CL'])
    expect(detail).toContain(text);
  expect(page.find('tr[data-case="INC-3"]').textContent).toContain('Expected');
  page.press('ArrowDown');
  await page.wait(0);
  expect(page.find('.case-detail').textContent).toContain('Tank 1 level rises faster');
});

it('is worked on by keyboard: take, close with a verdict, export', async () => {
  const server = aServer();
  server.answer('POST /api/incident/triage', { body: {} });
  server.answer('POST /api/security/close', { body: { judged: ['ALT-1'] } });
  server.answer('GET /api/incident/file', { body: { name: 'INC-1.stix.json', text: '{}' } });
  using page = await openPage(server, '#/security/queue', []);
  page.press('k');
  await page.wait(0);
  page.press('v');
  await page.wait(0);
  page.find('button', 'True').click();
  page.find('button', 'Close case').click();
  await page.wait(0);
  const acts = server.requests.filter(({ route }) => route.startsWith('POST')).map(({ route, body }) => [route, body]);
  expect(acts).toEqual([
    ['POST /api/incident/triage', { id: 'INC-1', state: 'in progress', assignee: 'me' }],
    ['POST /api/security/close', { id: 'INC-1', verdict: 'true' }],
  ]);
  const saved: string[] = [];
  const files: Blob[] = [];
  const createObjectURL = (file: Blob): string => `blob:${files.push(file)}`;
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL, revokeObjectURL: () => {} }));
  HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
    saved.push(this.download);
  };
  page.press('e');
  await page.wait(0);
  page.find('button', 'STIX 2.1').click();
  page.find('button', 'Save file').click();
  await page.wait(0);
  server.answer('GET /api/incident/file', { body: { name: 'INC-1.pcapng', text: 'AQL/', encoding: 'base64' } });
  page.find('button', 'Packets').click();
  page.find('button', 'Save file').click();
  await page.wait(0);
  expect(saved).toEqual(['INC-1.stix.json', 'INC-1.pcapng']);
  expect(files[1]?.size).toBe(3);
});

it('groups cases by technique, asset and client, and shows those of one', async () => {
  using page = await openPage(aServer(), '#/security/queue', []);
  expect(page.find('.case-groups button', 'T0831').textContent).toContain('2 cases, 4 alerts');
  page.press('f');
  page.press('f');
  await page.wait(0);
  page.find('.case-groups button', '10.0.0.66').click();
  await page.wait(0);
  expect(rows()).toEqual(['INC-1']);
  page.find('button', 'Show all cases').click();
  await page.wait(0);
  expect(rows()).toHaveLength(3);
});

it('shows the techniques with alerts in the matrix, each leading to its cases', async () => {
  using page = await openPage(aServer(), '#/security/matrix', []);
  expect(page.text()).toContain('© The MITRE Corporation');
  expect(page.find('.technique', 'Modify Parameter').tagName).toBe('DIV');
  // a sub-technique without alerts is folded into its technique
  expect(page.text()).not.toContain('Reporting Message');
  page.find('button.technique', 'Command Message').click();
  await page.wait(0);
  expect(location.hash).toBe('#/security/queue');
  expect(rows()).toEqual(['INC-1']);
});

it('lets a viewer read, and not act', async () => {
  const server = aServer('viewer');
  using page = await openPage(server, '#/security/queue', []);
  for (const name of ['Take', 'Close with verdict', 'Comment', 'Export'])
    expect(page.find('.case-detail button', name).hasAttribute('disabled'), name).toBe(true);
  page.press('k');
  page.press('v');
  page.press('e');
  await page.wait(0);
  expect(server.requests.some(({ route }) => route.startsWith('POST'))).toBe(false);
  expect(document.querySelector('[role=dialog]')).toBeNull();
});

it('shows the state of each feed, and why indicators are not used', async () => {
  const server = aServer();
  const counts = { indicators: 12, expired: 3, refused: 1, hits: 2, searching: false };
  const refusals = [{ id: 'indicator--1', reason: '0.0.0.0/0 is too broad' }];
  const feed = {
    name: 'isac',
    source: '/feeds/isac.json',
    state: 'stale',
    reason: 'its content is 9 d old',
    refusals,
    ...counts,
  };
  server.answer('GET /api/security/feeds', {
    body: { feeds: [{ ...feed, readAt: siteTime, contentAt: siteTime - 9 * 86_400_000 }] },
  });
  using page = await openPage(server, '#/security/feeds', []);
  const row = page.find('main tr', 'isac').textContent;
  for (const text of ['Stale: its content is 9 d old', '12', '9 d', '/feeds/isac.json']) expect(row).toContain(text);
  expect(page.text()).toContain('indicator--1: 0.0.0.0/0 is too broad');
  server.answer('GET /api/security/feeds', { body: { feeds: [] } });
  using none = await openPage(server, '#/security/feeds', []);
  expect(none.text()).toContain('No feeds.');
});

it('states that there is no case, and why an answer is missing', async () => {
  using page = await openPage(aServer('analyst', []), '#/security/queue', []);
  expect(page.text()).toContain('No cases in this period.');
  const failing = aServer();
  failing.answer('GET /api/security/cases', { status: 500, error: { code: 'internal', message: 'The state cannot be read' } });
  using other = await openPage(failing, '#/security/queue', []);
  expect(other.find('[role=alert]').textContent).toContain('The state cannot be read');
});

const play = { id: 'overfill', seed: 1, delayS: 70, assetRight: true, named: ['T1692.002'], falseAlerts: 1 };
const coverage = {
  code: 'abcdefabcdef',
  commit: 'f00dcafe',
  measuredOn: '2026-11-29',
  playsPerScenario: 3,
  scenarios: [
    { id: 'overfill', plant: 'toy', kind: 'attack', title: 'Overfill', techniques: ['T1692.002'], withinS: 60 },
    { id: 'surge', plant: 'mill', kind: 'attack', title: 'Surge', techniques: ['T0836'], withinS: 60 },
    { id: 'repair', plant: 'mill', kind: 'benign', title: 'Repair', techniques: [] },
  ],
  plays: [play, { ...play, seed: 2, delayS: null, assetRight: false, named: [], falseAlerts: 0 }, { ...play, id: 'repair' }],
};
const rowOf = (text: string): string[] => {
  const found = [...document.querySelectorAll('main tr')].find((row) => row.textContent.startsWith(text));
  return [...(found?.children ?? [])].map((cell) => cell.textContent);
};

it('shows the measured coverage, what was not measured, and that of one plant', async () => {
  const server = aServer();
  server.answer('GET /api/security/coverage', { body: { coverage } });
  using page = await openPage(server, '#/security/coverage', []);
  expect(page.text()).toContain('3 of 9 plays are measured, the last on 2026-11-29. Commit f00dcafe, source hash abcdefabcdef.');
  expect(rowOf('T1692.002')).toEqual([
    'T1692.002',
    '–',
    'Reporting Message',
    'overfill',
    '2 of 3',
    '1 of 2',
    '1 min 10 s',
    '1 of 2',
    '1 of 2',
    '1',
  ]);
  expect(rowOf('T0836').slice(4)).toEqual(['0 of 3', 'not measured']);
  page.find('button', 'Scenarios').click();
  await page.wait(0);
  expect(rowOf('repair').slice(3)).toEqual(['–', '1 of 3', '–', '1 min 10 s', '–', '–', '1']);
  page.find('button', 'Without a scenario').click();
  await page.wait(0);
  expect(rowOf('Impair Process Control')).toEqual(['Impair Process Control', '2 of 3', 'T1692.001']);
  expect(rowOf('Impact')).toEqual(['Impact', 'possible consequence only', 'T0831']);
  // without a lab no scenario can be opened
  expect(document.querySelector('main td a')).toBeNull();
  page.find('button', 'Techniques').click();
  page.find('button', 'mill').click();
  await page.wait(0);
  expect(rowOf('T1692.002')).toEqual([]);
  expect(page.text()).toContain('1 of 6 plays are measured');
});

it('leads from a scenario of the coverage to the lab', async () => {
  const server = aServer('instructor');
  server.answer('GET /api/security/coverage', { body: { coverage } });
  using page = await openPage(server, '#/security/coverage', []);
  server.beat({ lab: { speed: 1, exercise: false } });
  await page.wait(0);
  expect(page.find('main td a', 'surge').getAttribute('href')).toBe('#/lab/run/surge');
});

it('shows the coverage to nobody who takes part in an exercise, and states that it is missing', async () => {
  const server = aServer('operator');
  using page = await openPage(server, '#/security/coverage', []);
  expect(page.text()).toContain('engineer, analyst, instructor, auditor or admin');
  expect(server.requests.some(({ route }) => route === 'GET /api/security/coverage')).toBe(false);
  const other = aServer();
  other.answer('GET /api/security/coverage', { body: {} });
  using none = await openPage(other, '#/security/coverage', []);
  expect(none.text()).toContain('This installation has no measurement.');
});
