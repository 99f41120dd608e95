import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import solid from 'vite-plugin-solid';
import { expect, it } from 'vitest';
import type * as Render from '../../testing/render.tsx';
import { sampleAlert } from '../../testing/sample-alert.ts';

const area = { id: 'clearwell', name: 'Clearwell', equipment: [], indicators: ['RW.FT01'] };

/** Renders components to HTML without a browser. */
async function render(): Promise<typeof Render & AsyncDisposable> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [solid({ ssr: true })],
    appType: 'custom',
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const module = (await server.ssrLoadModule('/src/testing/render.tsx')) as typeof Render;
  return { ...module, [Symbol.asyncDispose]: () => server.close() };
}

const titlesOf = (html: string): string[] =>
  [...html.matchAll(/<span[^>]*>(Alert [a-z]+)<\/span>/g)].map(([, title = '']) => title);
const badgesOf = (html: string): number => html.match(/role="img"/g)?.length ?? 0;

it('lists and counts each alert that has a badge in the area, active before returned', async () => {
  await using rendered = await render();
  const { side, tabs } = rendered.areaHtml(
    [
      sampleAlert('returned', { priority: 1, state: 'D', returnedAt: 3_000 }),
      sampleAlert('acknowledged', { priority: 1, state: 'C' }),
      sampleAlert('active', { priority: 3, state: 'B' }),
      sampleAlert('device', { area: '', areas: ['clearwell', 'intake'], device: 'plc1', state: 'B', priority: 2 }),
      sampleAlert('shown', { area: 'intake', areas: ['intake'], tags: ['RW.FT01'], state: 'B', priority: 'A' }),
      sampleAlert('serviced', { state: 'I' }),
      sampleAlert('elsewhere', { area: 'intake', areas: ['intake'], tags: ['RW.PT01'] }),
    ],
    area,
    10_000,
  );
  expect(titlesOf(side)).toEqual([
    'Alert device',
    'Alert active',
    'Alert shown',
    'Alert returned',
    'Alert acknowledged',
    'Alert serviced',
  ]);
  expect(side).toContain('5 open, 1 not annunciated');
  expect(badgesOf(side)).toBe(6);
  // the worst alarm and the worst anomaly
  expect(badgesOf(tabs)).toBe(2);
  expect(rendered.areaHtml([], area, 10_000).side).toContain('0 open');
}, 120_000);
