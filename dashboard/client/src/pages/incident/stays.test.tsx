import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { siteTime, TestServer } from '../../testing/server.ts';

const wait = { at: siteTime, tag: 'PS.FT01', until: 'PS.FT01 is above 20 L/s', reason: 'unmet' } as const;
const alert = sampleAlert('one', { title: 'Pumps stopped', response: 'Start one pump', returnWait: wait });

it.each(['#/incidents/INC-1', '#/alarms'])('%s states until when its alarm stays, with the present value', async (place) => {
  const server = new TestServer();
  const tag = { index: 0, name: 'PS.FT01', description: 'Flow', short: 'Flow', area: 'pumping', equipment: 'PS', device: 'plc1' };
  const info = { ...tag, kind: 'analog', role: 'measurement', unit: 'L/s', decimals: 1, scanMs: 1_000 };
  server.answer('GET /api/tags', { body: { tags: [info], total: 1 } });
  server.answer('GET /api/incident', { body: { id: 'INC-1', alerts: [alert], omitted: 0, changes: [], earlier: false } });
  using page = await openPage(server, place, [alert]);
  await page.wait(0);
  expect(page.find('.stays').textContent).toBe('Stays in alarm until PS.FT01 is above 20 L/s.');
  server.sample([{ tag: 0, value: 0, time: siteTime }]);
  await page.wait(20);
  expect(page.find('.stays').textContent).toBe('Stays in alarm until PS.FT01 is above 20 L/s; now 0.0 L/s.');
});
