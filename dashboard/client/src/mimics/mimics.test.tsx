import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it, vi } from 'vitest';
import { parseMimics } from '../../../../src/config/mimics.ts';
import { type Mimic, mimicSymbols, type MimicObject, tagsOfMimic } from '../../../../src/core/mimic.ts';
import { Quality } from '../../../../src/core/quality.ts';
import { aTag } from '../../../server/testing/fake-values.ts';
import { openPage, type OpenPage } from '../testing/open-page.tsx';
import { sampleAlert } from '../testing/sample-alert.ts';
import { siteTime, TestServer } from '../testing/server.ts';

// a document of a test has no canvas
vi.mock('uplot', () => ({
  default: class {
    static readonly paths = {};
    setData(): void {}
    redraw(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

const objects = mimicSymbols.map(
  (symbol, i): MimicObject => ({
    symbol,
    name: `A ${symbol}`,
    at: [100 + 130 * i, 200],
    facing: 'left',
    state: `RUN${i}`,
    fault: `TRIP${i}`,
    ...(symbol === 'tank' || symbol === 'filter' ? { level: `LEVEL${i}` } : {}),
    values: [`AMP${i}`],
    label: 'below',
  }),
);
const every: Mimic = {
  area: 'clearwell',
  title: 'Every symbol',
  objects,
  values: [{ tag: 'FLOW', at: [700, 400], from: [700, 300] }],
  pipes: [
    {
      through: [
        [0, 300],
        [1400, 300],
      ],
      arrow: true,
    },
  ],
  texts: [{ text: 'To the network', at: [1300, 330] }],
};
const states = { 0: 'stopped', 1: 'running' };
const tags = tagsOfMimic(every).map((name, index) => ({
  ...aTag(name, { area: 'clearwell', equipment: name.replace(/^[A-Z]+/, 'EQ') }),
  ...(name.startsWith('RUN') ? { kind: 'discrete' as const, role: 'status' as const, states } : {}),
  ...(name.startsWith('TRIP') ? { kind: 'discrete' as const, states: { 0: 'healthy', 1: 'tripped' } } : {}),
  ...(name.startsWith('LEVEL') ? { range: { low: 0, high: 4 } } : {}),
  index,
}));

async function openDrawing(mimic: Mimic | undefined, all = tags): Promise<OpenPage & { readonly server: TestServer }> {
  const server = new TestServer('operator');
  server.answer('GET /api/tags', { body: { tags: all, total: all.length } });
  server.answer('GET /api/mimic', { body: mimic === undefined ? {} : { mimic } });
  server.answer('GET /api/history', { body: { series: [] } });
  server.answer('GET /api/bands', { body: { bands: [] } });
  const page = await openPage(server, '#/unit/clearwell', []);
  await page.wait(500);
  return Object.assign(page, { server });
}

const symbolOf = (symbol: string): Element => {
  const found = document.querySelector(`.symbol-${symbol}`);
  if (found === null) throw new Error(`no symbol ${symbol}`);
  return found;
};
const classOf = (symbol: string): string => symbolOf(symbol).getAttribute('class')?.split(' ').at(-1) ?? '';
const cellOf = (page: OpenPage, symbol: string): string => page.find('.mimic-cell', `A ${symbol}`).textContent;

describe('each symbol', () => {
  it('shows running, stopped, faulty, old, bad and unread states by its fill and in words', async () => {
    using page = await openDrawing(every);
    expect(page.text()).toContain('Every symbol');
    const send = async (
      run: number,
      trip: number,
      more: { readonly time?: number; readonly quality?: number } = { time: siteTime },
    ) => {
      page.server.sample(
        tags.map(({ name, index }) => ({
          tag: index,
          value: name.startsWith('RUN') ? run : name.startsWith('TRIP') ? trip : 2,
          ...more,
        })),
      );
      await page.wait(50);
    };
    const shown = () => mimicSymbols.map((symbol) => [classOf(symbol), cellOf(page, symbol)] as const);
    const all = (state: string, words: string): void => {
      for (const [name, text] of shown()) {
        expect(name).toBe(state);
        expect(text).toContain(words);
      }
    };
    all('unknown', 'NO DATA');
    await send(1, 0);
    all('on', 'Running');
    expect(symbolOf('tank').querySelector('.liquid')?.getAttribute('height')).toBe('88');
    await send(0, 0);
    all('off', 'Stopped');
    await send(1, 1);
    all('fault', 'Tripped');
    expect(document.querySelectorAll('.symbol .cross')).toHaveLength(mimicSymbols.length);
    await send(1, 0, { time: siteTime, quality: Quality.BadTimeout });
    all('unknown', 'BAD');
    expect(document.querySelectorAll('.liquid')).toHaveLength(0);
    await send(1, 0, { time: siteTime - 30_000 });
    all('unknown', '30 s OLD');
    expect(page.find('.mimic-cell', 'A pump').querySelector('.word')?.textContent).toBe('30 s OLD');
  });

  it('has the badge of an alert of one of its tags, and opens the page of its first tag', async () => {
    const command = { ...aTag('CMD1', { area: 'clearwell', equipment: 'EQ1' }), index: tags.length };
    using page = await openDrawing(every, [...tags, command]);
    page.server.raise(sampleAlert('a', { tags: ['AMP0'], priority: 1 }));
    await page.wait(0);
    expect(page.find('.mimic-cell', 'A pump').querySelector('[role=img]')?.getAttribute('aria-label')).toContain('Priority 1');
    expect(page.find('.mimic-cell', 'A valve').querySelector('[role=img]')).toBeNull();
    // a command that is not drawn belongs to the equipment of one symbol
    page.server.raise(sampleAlert('b', { tags: ['CMD1'], priority: 2 }));
    await page.wait(0);
    expect(page.find('.mimic-cell', 'A valve').querySelector('[role=img]')?.getAttribute('aria-label')).toContain('Priority 2');
    expect(page.find('.mimic-cell', 'A tank').querySelector('[role=img]')).toBeNull();
    expect(page.find('.mimic-cell', 'A pump').title).toContain('RUN0 Level of RUN0');
    page.press('ArrowRight');
    expect(document.activeElement?.hasAttribute('data-object')).toBe(true);
    page.find('.mimic-cell', 'A pump').click();
    expect(location.hash).toBe('#/tag/RUN0');
  });

  it('is never ordinary while it is under maintenance or its alert is hidden', async () => {
    using page = await openDrawing(every);
    page.server.sample(tags.map(({ name, index }) => ({ tag: index, value: name.startsWith('TRIP') ? 0 : 1, time: siteTime })));
    await page.wait(50);
    const asides = () => mimicSymbols.map((symbol) => symbolOf(symbol).querySelector('.aside')?.getAttribute('class') ?? '');
    const words = () => document.querySelectorAll('.mimic-cell .maintenance-mark').length;
    expect([new Set(asides()), words()]).toEqual([new Set(['']), 0]);
    const maintain = async (place: { kind: string; id: string } | undefined): Promise<void> => {
      const open = { id: 'M', from: siteTime, to: siteTime + 3_600_000, by: 'operator', reason: 'new seal' };
      const body = {
        devices: [],
        maintenance: place === undefined ? [] : [{ ...open, place }],
        learning: { text: '' },
        saving: {},
      };
      page.server.answer('GET /api/health', { body });
      page.server.beat();
      await page.wait(3_000);
    };
    for (const place of [
      { kind: 'area', id: 'clearwell' },
      { kind: 'device', id: tags[0]?.device ?? '' },
    ]) {
      await maintain(place);
      expect(new Set(asides())).toEqual(new Set(['aside aside-I']));
      expect(words()).toBe(mimicSymbols.length + every.values.length);
    }
    await maintain({ kind: 'equipment', id: 'EQ0' });
    expect(asides()).toEqual(mimicSymbols.map((_, i) => (i === 0 ? 'aside aside-I' : '')));
    // the state is still shown below the stripes
    expect([classOf('pump'), cellOf(page, 'pump')]).toEqual(['on', expect.stringMatching(/Running.*maintenance/)]);
    await maintain(undefined);
    page.server.raise(sampleAlert('a', { tags: ['AMP0'], state: 'G' }));
    page.server.raise(sampleAlert('b', { tags: ['AMP1'], state: 'H' }));
    page.server.raise(sampleAlert('c', { tags: ['AMP2'], state: 'I' }));
    // an active alert has the badge, and the shelved one still shows
    page.server.raise(sampleAlert('d', { tags: ['RUN0'], state: 'B', priority: 1 }));
    await page.wait(0);
    expect(asides().slice(0, 4)).toEqual(['aside aside-G', 'aside aside-H', 'aside aside-I', '']);
    expect(cellOf(page, 'pump')).toContain('shelved');
    expect(cellOf(page, mimicSymbols[1] as string)).toContain('suppressed by design');
  });

  it('states that a value is old while the state is known', async () => {
    using page = await openDrawing(every);
    page.server.sample(
      tags.map(({ name, index }) => ({ tag: index, value: 1, time: name === 'AMP0' ? siteTime - 30_000 : siteTime })),
    );
    await page.wait(50);
    expect(cellOf(page, 'pump')).toContain('Tripped, 30 s OLD');
  });
});

describe('an area', () => {
  it('shows all of its tags instead of the drawing on request, and always without one', async () => {
    {
      using page = await openDrawing(every);
      expect(document.querySelector('.table')).toBeNull();
      page.find('button', 'All tags').click();
      await page.wait(0);
      expect(page.find('.table').textContent).toContain('AMP0');
      page.find('button', 'Drawing').click();
      await page.wait(0);
      expect(document.querySelectorAll('.symbol')).toHaveLength(mimicSymbols.length);
    }
    using page = await openDrawing(undefined);
    expect(page.find('.table').textContent).toContain('AMP0');
    expect(page.text()).not.toContain('All tags');
  });

  it('is requested once, with all tags of the area, before the site is known', async () => {
    using page = await openDrawing(every);
    const asked = page.server.requests.map(({ route, query }) => `${route} ${query.get('area') ?? ''}`.trim());
    const ofArea = asked.filter((request) => request.endsWith(' clearwell'));
    expect(ofArea).toEqual(['GET /api/tags clearwell', 'GET /api/mimic clearwell']);
    // everything after the site is requested by the page itself
    expect(asked.slice(0, 4)).toEqual(['GET /api/door', 'GET /api/site', ...ofArea]);
  });

  it('states an error of the server with a retry, and falls back to its tags if the drawing names an unknown one', async () => {
    const server = new TestServer('viewer');
    server.answer('GET /api/mimic', 'no-link');
    using page = await openPage(server, '#/unit/clearwell', []);
    await page.wait(500);
    expect(page.find('button', 'Retry').textContent).toBeTruthy();
    page[Symbol.dispose]();
    using other = await openDrawing({ ...every, objects: [{ ...objects[0]!, state: 'NOBODY' }] });
    expect(other.find('.table').textContent).toContain('AMP0');
  });
});

describe('the drawings of a plant', () => {
  const files = globSync('simulators/plants/*/mimics.yaml');

  it('exist', () => expect(files.length).toBeGreaterThan(0));

  it.each(files)('%s: each area has one, its tags exist, and it is drawn', async (file) => {
    const plant = parse(readFileSync(join(dirname(file), 'plant.yaml'), 'utf8')) as {
      readonly areas: readonly {
        readonly id: string;
        readonly equipment: readonly { readonly id: string; readonly kind: string }[];
      }[];
      readonly tags: Readonly<Record<string, { readonly equipment: string; readonly kind: string }>>;
    };
    const mimics = parseMimics(readFileSync(file, 'utf8'), file, {
      areas: plant.areas.map(({ id }) => id),
      tags: Object.keys(plant.tags),
    });
    expect(mimics.map(({ area }) => area)).toEqual(plant.areas.map(({ id }) => id));
    for (const mimic of mimics) {
      const drawn = tagsOfMimic(mimic);
      const equipment = new Set(drawn.map((tag) => plant.tags[tag]?.equipment));
      // what moves or holds something is in the drawing of its area
      const missing = plant.areas
        .find(({ id }) => id === mimic.area)
        ?.equipment.filter(({ id, kind }) => /pump|tank|filter|valve|dosing|basin/.test(kind) && !equipment.has(id));
      expect(missing).toEqual([]);
      const all = drawn.map((name, index) => ({
        ...aTag(name, { area: 'clearwell', kind: plant.tags[name]?.kind as 'analog' }),
        index,
      }));
      using page = await openDrawing({ ...mimic, area: 'clearwell' }, all);
      expect(page.text()).toContain(mimic.title);
      expect(document.querySelectorAll('.symbol')).toHaveLength(mimic.objects.length);
      expect(document.querySelectorAll('.mimic-cell')).toHaveLength(mimic.objects.length + mimic.values.length);
    }
  });
});
