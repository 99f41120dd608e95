import { expect, it } from 'vitest';
import type { TagInfo } from '../../../api/index.ts';
import { openPage } from '../testing/open-page.tsx';
import { sampleAlert } from '../testing/sample-alert.ts';
import { site, TestServer } from '../testing/server.ts';

const tag = (index: number): TagInfo => ({
  index,
  name: `CW.R${index}`,
  short: `R${index}`,
  description: `Register ${index}`,
  device: 'plc1',
  area: 'clearwell',
  equipment: 'CW',
  kind: 'discrete',
  role: 'status',
  unit: '',
  decimals: 0,
  scanMs: 1_000,
  range: { low: 0, high: 1 },
  address: { table: 'coil', register: index },
});

it('draws and watches only the rows on screen of a list of 5000 tags, each with its most urgent alert', async () => {
  const server = new TestServer();
  server.answer('GET /api/site', { body: { run: 1, site, epoch: 'e' } });
  server.answer('GET /api/tags', { body: { total: 5_000, tags: Array.from({ length: 5_000 }, (_, index) => tag(index)) } });
  server.answer('GET /api/mimic', { body: {} });
  const on = (id: string, priority: 1 | 3, tags: readonly string[]) => sampleAlert(id, { priority, tags, area: 'clearwell' });
  using page = await openPage(server, '#/unit/clearwell', [
    on('low', 3, ['CW.R1', 'CW.R2']),
    on('high', 1, ['CW.R2', 'CW.R4999']),
  ]);
  const rows = [...document.querySelectorAll('[data-row]')];
  expect(rows.length).toBeGreaterThan(2);
  expect(rows.length).toBeLessThan(100);
  expect(server.watched).toEqual(rows.map((_, index) => index));
  const badges = rows.slice(0, 4).map((row) => row.querySelector('.badge')?.textContent ?? '');
  expect(badges[0]).toBe('');
  expect(badges[1]).toContain('3');
  expect(badges[2]).toContain('1');
  expect(badges[3]).toBe('');
  server.sample([{ tag: 3, value: 1, time: 1 }]);
  await page.wait(50);
  expect(rows[3]?.querySelector('.figure')?.textContent).toBe('1');
});
