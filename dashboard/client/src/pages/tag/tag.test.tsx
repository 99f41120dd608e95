import type uPlot from 'uplot';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Quality } from '../../../../../src/core/quality.ts';
import { aTag } from '../../../../server/testing/fake-values.ts';
import type { SeriesBody } from '../../../../api/index.ts';
import { openPage, type OpenPage } from '../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../testing/server.ts';

/** Charts that exist now; a document of a test has no canvas. */
const plots = vi.hoisted(
  () =>
    new Set<{
      readonly options: uPlot.Options;
      readonly theme: string | undefined;
      data: uPlot.AlignedData;
      recalculated: number;
    }>(),
);

/** Columns of data that a chart was given for more lines, which the library cannot draw. */
const lacking = vi.hoisted(() => new Array<number>());

vi.mock('uplot', async (original) => {
  const real = (await original<{ default: typeof uPlot }>()).default;
  class Plot {
    static readonly join = real.join.bind(real);
    static readonly tzDate = real.tzDate.bind(real);
    static readonly paths = real.paths;
    readonly options: uPlot.Options;
    readonly theme = document.documentElement.dataset['theme'];
    data: uPlot.AlignedData;
    recalculated = 0;

    constructor(options: uPlot.Options, data: uPlot.AlignedData) {
      this.options = options;
      this.data = data;
      plots.add(this);
    }

    setData(data: uPlot.AlignedData): void {
      if (data.length < this.options.series.length) lacking.push(data.length);
      this.data = data;
    }

    redraw(_paths: boolean, recalculates: boolean): void {
      if (recalculates) this.recalculated++;
    }

    setSize(): void {}

    destroy(): void {
      plots.delete(this);
    }
  }
  return { default: Plot };
});

const tags = ['FT', 'FT2', 'LT'].map((name, index) => ({
  ...aTag(name, { area: 'clearwell', unit: name === 'LT' ? 'm' : 'm³/h', description: `Tag ${name}` }),
  index,
}));

const series = (tag: string, times: readonly number[], quality = 0): SeriesBody => ({
  tag,
  spanMs: 0,
  time: times,
  value: times.map((_, i) => i),
  low: times.map((_, i) => i),
  high: times.map((_, i) => i),
  quality: times.map(() => quality),
});

function serverOf(role: 'operator' | 'viewer' = 'operator'): TestServer {
  const server = new TestServer(role);
  server.answer('GET /api/tags', { body: { tags, total: tags.length } });
  server.answer('GET /api/history', { body: { series: [] } });
  server.answer('GET /api/bands', { body: { bands: [] } });
  server.answer('GET /api/account/pens', { body: {} });
  server.answer('POST /api/account/pens', { body: {} });
  return server;
}

async function openTrend(server: TestServer): Promise<OpenPage> {
  const page = await openPage(server, '#/tag/FT', []);
  await page.wait(1_000);
  return page;
}

const historiesOf = (server: TestServer) =>
  server.requests.filter(({ route }) => route === 'GET /api/history').map(({ query }) => query);
const chips = (): string[] => [...document.querySelectorAll('.pen-chip .link')].map(({ textContent }) => textContent.trim());
const linesOfPlots = (): number[] => [...plots].map(({ options }) => options.series.length - 1);

async function fill(page: OpenPage, field: string, value: string): Promise<void> {
  const input = page.find(`input[name=${field}], input[type=${field}]`) as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await page.wait(0);
}
const submit = async (page: OpenPage): Promise<void> => {
  page.find('[role=dialog] form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.wait(1_000);
};

afterEach(() => {
  plots.clear();
  expect(lacking.splice(0)).toEqual([]);
});

describe('pens', () => {
  it('are related tags at first; one is removed, added and scaled, and they are kept for the user', async () => {
    const server = serverOf();
    {
      using page = await openTrend(server);
      expect(chips()).toEqual(['FT', 'FT2', 'LT']);
      page.find('button', 'Remove the pen LT').click();
      await page.wait(1_000);
      expect(chips()).toEqual(['FT', 'FT2']);
      // one unit and one scale share a pane
      expect(linesOfPlots()).toEqual([2]);
      page.press('p');
      await page.wait(0);
      await fill(page, 'search', 'level');
      await submit(page);
      expect(chips()).toEqual(['FT', 'FT2', 'LT']);
      page.find('.pen-chip button', 'FT2').click();
      await page.wait(0);
      await fill(page, 'low', '5');
      await fill(page, 'high', '1');
      expect(page.text()).toContain('The low end must be below the high end.');
      await fill(page, 'high', '20');
      await submit(page);
      expect(linesOfPlots()).toEqual([1, 1, 1]);
      expect(page.find('.pen-chip', 'FT2').textContent).toContain('5.00 to 20.00');
      expect(server.sentTo('POST /api/account/pens').at(-1)).toEqual({
        tag: 'FT',
        pens: [{ tag: 'FT' }, { tag: 'FT2', scale: [5, 20] }, { tag: 'LT' }],
      });
      page.find('button', 'Show related tags').click();
      await page.wait(1_000);
      expect(server.sentTo('POST /api/account/pens').at(-1)).toEqual({ tag: 'FT' });
      server.answer('POST /api/account/pens', 'no-link');
      page.find('button', 'Remove the pen LT').click();
      await page.wait(1_000);
      expect(page.text()).toContain('The pens are not kept.');
    }
    server.answer('GET /api/account/pens', { body: { pens: [{ tag: 'FT' }, { tag: 'LT' }] } });
    using page = await openTrend(server);
    expect(chips()).toEqual(['FT', 'LT']);
    expect(page.text()).toContain('Show related tags');
  });

  it('keep their gaps when another pen has samples in them', async () => {
    const server = serverOf();
    const minute = 60_000;
    const at = (minutes: readonly number[]): number[] => minutes.map((one) => siteTime - one * minute);
    server.answer('GET /api/account/pens', { body: { pens: [{ tag: 'FT' }, { tag: 'FT2' }] } });
    const before = Array.from({ length: 11 }, (_, i) => 20 - i);
    server.answer('GET /api/history', {
      body: { series: [series('FT', at([20, 19, 18, 11, 10])), series('FT2', at(before))] },
    });
    using page = await openTrend(server);
    expect(page.text()).toContain('FT2');
    const [time = [], gappy = []] = [...plots][0]?.data ?? [];
    const inGap = [...time].flatMap((one, i) => (one > siteTime - 18 * minute && one < siteTime - 11 * minute ? [gappy[i]] : []));
    expect(inGap.length).toBeGreaterThan(5);
    expect(new Set(inGap)).toEqual(new Set([null]));
  });
});

describe('a comparison', () => {
  it('draws the earlier time over the present one, or states that it has no samples', async () => {
    const server = serverOf();
    using page = await openTrend(server);
    const present = linesOfPlots();
    page.press('y');
    await page.wait(1_000);
    expect(page.text()).toContain('There are no samples of the earlier time');
    const asked = historiesOf(server).at(-1);
    const ageOf = (key: string): number => (siteTime - Number(asked?.get(key))) / 3_600_000;
    expect(ageOf('to')).toBeGreaterThan(23.7);
    expect(ageOf('to')).toBeLessThanOrEqual(24);
    expect(linesOfPlots()).toEqual(present.map((count) => 2 * count));
    server.answer('GET /api/history', {
      body: { series: [series('FT', [siteTime - 86_400_000 - 600_000, siteTime - 86_400_000])] },
    });
    page.press('y');
    page.press('y');
    await page.wait(1_000);
    expect(page.text()).not.toContain('There are no samples of the earlier time');
    expect([...plots].some(({ data }) => data[0].includes(siteTime))).toBe(true);
    server.answer('GET /api/history', 'no-link');
    page.press('y');
    page.press('y');
    await page.wait(1_000);
    expect(page.find('[role=alert]', 'earlier values could not be read').textContent).toBeTruthy();
  });
});

describe('the window', () => {
  it('is chosen by begin and end', async () => {
    const server = serverOf();
    using page = await openTrend(server);
    page.press('z');
    await page.wait(0);
    await fill(page, 'begin', '2026-01-05T07:00');
    expect(page.text()).toContain('The begin must be before the end and in the past.');
    await fill(page, 'begin', '2026-01-04T02:00');
    await fill(page, 'end', '2026-01-04T05:00');
    await submit(page);
    expect(page.text()).toContain('4 Jan 02:00:00 to 4 Jan 05:00:00, 3 h');
    expect(historiesOf(server).at(-1)?.get('to')).toBe(String(Date.UTC(2026, 0, 4, 5)));
  });

  it('of the past has room for the mark of the simulated history, which its samples bring', async () => {
    const server = serverOf();
    using page = await openTrend(server);
    page.press('Shift+ArrowLeft');
    const end = siteTime - 450_000;
    server.answer('GET /api/history', {
      body: { series: [series('FT', [end - 60_000, end - 50_000], Quality.UncertainSimulatedValue)] },
    });
    // less than the second after which the page draws again by itself
    await page.wait(300);
    const padding = [...plots].flatMap(({ options }) => options.padding?.[0] ?? 0);
    const top = padding.map((one) =>
      typeof one === 'function' ? one(undefined as never, 0, [false, false, false, false], 0) : one,
    );
    expect(Math.max(...top.map(Number))).toBeGreaterThan(12);
    expect([...plots].some(({ recalculated }) => recalculated > 0)).toBe(true);
  });
});

describe('annotations', () => {
  const noted = { id: 'A1', time: siteTime - 60_000, text: 'Sample taken', at: siteTime, by: { role: 'analyst', user: 'lee' } };

  it('are added at the time of the cursor, and shown on the trends and as a list with their author', async () => {
    const server = serverOf();
    server.answer('POST /api/annotations/add', { body: { annotation: noted } });
    server.answer('POST /api/annotations/remove', { body: {} });
    using page = await openTrend(server);
    expect(page.text()).toContain('None. Press O to annotate');
    page.press('ArrowLeft');
    page.press('o');
    await page.wait(0);
    await fill(page, 'text', 'Sample taken');
    server.answer('GET /api/annotations', { body: { annotations: [noted], total: 1 } });
    await submit(page);
    const [sent] = server.sentTo('POST /api/annotations/add') as [{ time: number; text: string }];
    expect(sent.text).toBe('Sample taken');
    expect(siteTime - sent.time).toBeGreaterThan(10_000);
    expect(siteTime - sent.time).toBeLessThan(20_000);
    expect(page.find('.annotations').textContent).toContain('06:29:00 Sample taken (lee)');
    expect(page.find('.trend').getAttribute('aria-label')).toContain('06:29:00 Sample taken (lee)');
    page.find('.annotations button', 'Remove').click();
    await page.wait(0);
    expect(page.text()).toContain('The audit trail keeps its text.');
    page.find('[role=dialog] button', 'Remove').click();
    await page.wait(0);
    expect(server.sentTo('POST /api/annotations/remove')).toEqual([{ id: 'A1' }]);
  });

  it('are read-only for a viewer, and their absence is stated if they cannot be read', async () => {
    const server = serverOf('viewer');
    server.answer('GET /api/annotations', { body: { annotations: [noted], total: 1 } });
    using page = await openTrend(server);
    expect(page.find('.annotations').textContent).not.toContain('Remove');
    page.press('o');
    await page.wait(0);
    await fill(page, 'text', 'x');
    expect(page.text()).toContain('Your role cannot annotate. It needs operator, engineer, analyst or admin.');
    expect((page.find('[role=dialog] button', 'Annotate') as HTMLButtonElement).disabled).toBe(true);
    await submit(page);
    expect(server.sentTo('POST /api/annotations/add')).toEqual([]);
    server.answer('GET /api/annotations', 'no-link');
    await page.wait(61_000);
    expect(page.find('[role=alert]', 'Annotations may be missing').textContent).toBeTruthy();
  });
});

it('charts follow the theme whatever was switched before, and paper is light', async () => {
  using page = await openTrend(serverOf());
  const theme = (): string | undefined => document.documentElement.dataset['theme'];
  // theme of the document when each chart was made
  const made = (): unknown[] => [...plots].map(({ theme: own }) => own);
  for (const shown of ['dark', 'light', 'dark']) {
    page.press('Shift+d');
    await page.wait(0);
    expect([theme(), ...made()]).toEqual([shown, ...made().map(() => shown)]);
  }
  for (const [event, shown] of [
    ['beforeprint', 'light'],
    ['afterprint', 'dark'],
  ] as const) {
    dispatchEvent(new Event(event));
    expect([theme(), ...made()]).toEqual([shown, ...made().map(() => shown)]);
  }
  expect(localStorage.getItem('scadawatch.theme')).toBe('dark');
});

it('an export states the file, its hash and its rows, or why nothing was saved', async () => {
  const server = serverOf();
  server.answer('GET /api/history', { body: { series: [series('FT', [siteTime - 2_000, siteTime - 1_000])] } });
  using page = await openTrend(server);
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => {} }));
  const saved: string[] = [];
  HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
    saved.push(this.download);
  };
  page.press('e');
  await page.wait(0);
  page.find('[role=dialog] button', 'Save CSV').click();
  await vi.waitFor(async () => {
    await page.wait(50);
    expect(page.find('[role=status].export-state').textContent).toMatch(
      /Saved trend-FT-\S+\.csv\. SHA-256 [0-9a-f]{64}\. It has 2 samples\./,
    );
  });
  expect(saved).toEqual(['trend-FT-20260105T0600Z-20260105T0630Z.csv']);
  server.answer('GET /api/history', 'no-link');
  page.find('[role=dialog] button', 'Save Parquet').click();
  await page.wait(1_000);
  expect(page.find('[role=status].export-state').textContent).toContain('Nothing was saved.');
});
