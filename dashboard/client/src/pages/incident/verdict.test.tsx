import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

const by = { role: 'operator' };
const verdict = { word: 'false', at: siteTime, by, note: 'float hangs' } as const;
const first = sampleAlert('one', { title: 'Level rises', incidentVerdict: verdict, verdict: { ...verdict, ofIncident: true } });
const second = sampleAlert('two', { title: 'Pump stopped', verdict: { word: 'true', at: siteTime - 1_000, by } });

function aServer(): TestServer {
  const server = new TestServer('operator');
  const changes = [
    { sequence: 1, time: siteTime - 1_000, kind: 'judged', by, alert: { ...second, verdict: { word: 'true' } } },
    { sequence: 2, time: siteTime, kind: 'judged', by, note: 'float hangs', alert: first },
    { sequence: 3, time: siteTime, kind: 'judged', by, note: 'float hangs', alert: { ...second, verdict: first.verdict } },
  ] as const;
  server.answer('GET /api/incident', { body: { id: 'INC-1', alerts: [first, second], omitted: 0, changes, earlier: false } });
  return server;
}

it('shows the verdict on an incident, that of an alert, and one line for each act', async () => {
  using page = await openPage(aServer(), '#/incidents/INC-1', [first, second]);
  expect(page.find('.incident-head').textContent).toContain('verdict: False');
  const rows = [...document.querySelectorAll('.verdict')].map((row) => row.textContent);
  expect(rows[0]).toMatch(/^False: float hangs \(operator, /);
  expect(rows[1]).toMatch(/^Verdict on this alert/);
  const lines = [...document.querySelectorAll('.order li')]
    .map((line) => line.textContent)
    .filter((line) => /Verdict/.test(line));
  expect(lines).toEqual([
    expect.stringContaining('Verdict: Pump stopped (true)'),
    expect.stringContaining('Verdict on the incident (false), "float hangs"'),
  ]);
});

it('states a finding in the sequence of events as it began', async () => {
  const server = new TestServer();
  const written = { ...first.explanation, sentence: 'A client has written 7 times.' };
  const finding = {
    id: 'F',
    detector: 'traffic',
    tags: [],
    since: siteTime,
    beganAt: siteTime,
    score: 1,
    peak: 1,
    explanation: written,
    firstSentence: 'A client has written once.',
  };
  const alerts = [{ ...first, findings: [finding] }];
  server.answer('GET /api/incident', { body: { id: 'INC-1', alerts, omitted: 0, changes: [], earlier: false } });
  using page = await openPage(server, '#/incidents/INC-1', alerts);
  expect(page.find('.order').textContent).toContain('A client has written once.');
  expect(page.find('.order').textContent).not.toContain('7 times');
});

it('gives one verdict on the incident by keyboard, or one on an alert alone', async () => {
  const server = aServer();
  server.answer('POST /api/incident/judge', { body: { judged: ['ALT-one'] } });
  server.answer('POST /api/alerts/judge', { body: {} });
  using page = await openPage(server, '#/incidents/INC-1', [first, second]);
  page.press('v');
  await page.wait(0);
  expect(page.find('[role=dialog]').textContent).toContain('alerts of the incident that have no verdict of their own');
  page.find('[role=dialog] button', 'Expected').click();
  page.find('[role=dialog] button', 'Save verdict').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/incident/judge')).toEqual([{ id: 'INC-1', verdict: 'expected' }]);
  page.find('button', 'Verdict on this alert').click();
  await page.wait(0);
  page.find('[role=dialog] button', 'True').click();
  page.find('[role=dialog] button', 'Save verdict').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/alerts/judge')).toEqual([{ id: first.id, verdict: 'true' }]);
});
