import { expect, it } from 'vitest';
import type { Episode, EpisodeList } from '../../../../../../src/core/episodes.ts';
import { openPage } from '../../../testing/open-page.tsx';
import { siteTime, TestServer } from '../../../testing/server.ts';

const episodeOf = (equipment: string, more: Partial<Episode> = {}): Episode => ({
  id: `equipment:${equipment}@2026-01-04T06:00:00.000Z`,
  from: siteTime - 86_400_000,
  to: siteTime - 86_400_000 + 1_800_000,
  area: 'clearwell',
  equipment,
  tags: [`${equipment}.LT`],
  detectors: ['range', 'rate'],
  sentence: `Level of ${equipment} is 9.2 m, above its learned range.`,
  score: 4.456,
  lasting: true,
  ...more,
});
const listOf = (episodes: readonly Episode[], more: Partial<EpisodeList> = {}): EpisodeList => ({
  version: 2,
  promise: '2.4 alerts per day cannot be promised: holdout folds raise 22.',
  episodes,
  ...more,
});

async function open(role: 'engineer' | 'operator', known: EpisodeList | undefined) {
  const server = new TestServer(role);
  server.answer('GET /api/baseline', { body: { total: 0, lines: [] } });
  server.answer('GET /api/episodes', { body: { known } });
  return { server, page: await openPage(server, '#/system/baseline', []) };
}

function choose(page: { find: (selector: string) => HTMLElement }, id: string, value: string): void {
  const select = page.find(`select[aria-label="Decision about ${id}"]`) as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

it('lists episodes with the promise, and applies the chosen decisions with a reason', async () => {
  const [one, other] = [episodeOf('CW'), episodeOf('FL', { lasting: false, score: 1.2 })];
  const { server, page } = await open('engineer', listOf([one, other]));
  using _page = page;
  const row = page.find('tr', 'Level of CW is 9.2 m');
  expect(row.textContent).toContain('30 min');
  expect(row.textContent).toContain('4.46');
  expect(row.textContent).toContain('Yes');
  expect(page.find('tr', 'Level of FL').textContent).not.toContain('Yes');
  expect(page.find('main').textContent).toContain('holdout folds raise 22');
  const apply = page.find('main button', 'Apply 0') as HTMLButtonElement;
  expect(apply.disabled).toBe(true);
  choose(page, one.id, 'exclude');
  choose(page, other.id, 'normal');
  choose(page, other.id, 'undecided');
  await page.wait(0);
  page.find('main button', 'Apply 1').click();
  await page.wait(0);
  const reason = page.find('[role=dialog] textarea') as HTMLTextAreaElement;
  reason.value = 'pump test';
  reason.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const decided = { as: 'exclude' as const, by: 'engineer', at: siteTime };
  server.answer('POST /api/episodes', {
    body: listOf([{ ...one, decided }], { version: 3, promise: 'At most 2.4 alerts per day.' }),
  });
  page.find('[role=dialog] button', 'Apply 1').click();
  await page.wait(0);
  expect(server.sentTo('POST /api/episodes')).toEqual([{ decisions: [{ id: one.id, as: 'exclude', reason: 'pump test' }] }]);
  expect(page.find('main').textContent).toContain('At most 2.4 alerts per day.');
  expect(page.find('td', 'Undecided').title).toContain('Exclude by engineer');
});

it('shows the failure of a file in its dialog', async () => {
  const { server, page } = await open('engineer', listOf([episodeOf('CW')]));
  using _page = page;
  const field = page.find('input[type=file]') as HTMLInputElement;
  Object.defineProperty(field, 'files', { value: [{ text: async () => 'format: 2' }], configurable: true });
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await page.wait(0);
  const message = 'the file of the review cannot be used: format';
  server.answer('POST /api/episodes/file', { status: 409, error: { code: 'refused', message } as never });
  page.find('[role=dialog] button', 'Apply').click();
  await page.wait(0);
  expect(page.find('[role=dialog] [role=alert]').textContent).toContain(message);
  expect(server.sentTo('POST /api/episodes/file')).toEqual([{ text: 'format: 2' }]);
});

it('requests the history of an episode only when its trend is shown', async () => {
  const { server, page } = await open('operator', listOf([episodeOf('CW')]));
  using _page = page;
  expect(document.querySelector('main select')).toBeNull();
  expect(server.requests.filter(({ route }) => route === 'GET /api/tags')).toEqual([]);
  page.find('main button', 'Show trend').click();
  await page.wait(0);
  expect(server.requests.filter(({ route }) => route === 'GET /api/tags')).toHaveLength(1);
  expect(page.find('section[aria-label="Trend at CW"]')).toBeDefined();
});

it('states why there is nothing to decide', async () => {
  const closed = 'An earlier version learned this baseline. Learn again (scadawatch calibrate) to get a review.';
  {
    const { page } = await open('engineer', listOf([], { closed }));
    using _page = page;
    expect(page.find('main').textContent).toContain(closed);
    expect([...document.querySelectorAll('main button')].map(({ textContent }) => textContent)).not.toContain('Save file');
  }
  const { page } = await open('engineer', undefined);
  using _page = page;
  expect(page.find('main').textContent).toContain('A calibration lists its unusual episodes here.');
});
