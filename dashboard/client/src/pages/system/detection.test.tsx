import { expect, it } from 'vitest';
import { openPage } from '../../testing/open-page.tsx';
import { TestServer } from '../../testing/server.ts';

const following = { mostPerDay: 0.02, most: 0.5, thresholds: [] };

it.each([
  ['unlearned', 'No thresholds are calibrated yet.'],
  ['ready', 'Every threshold has its calibrated value.'],
])('describes the thresholds of a monitor that is %s', async (state, sentence) => {
  const server = new TestServer('engineer');
  const learning = { state, progress: 0, text: '', watching: { rules: true, learning: [] } };
  server.answer('GET /api/health', { body: { devices: [], maintenance: [], learning, saving: { state: 'ok' } } });
  server.answer('GET /api/detection', { body: { budgets: [], following } });
  server.answer('GET /api/unwatched', {
    body: { summary: '', channels: 0, total: 0, wider: 0, settings: ['Detector spike is disabled.'], unwatched: [] },
  });
  server.answer('GET /api/detection-limits', {
    body: { text: 'Not determined.', total: 0, tags: [], totalWithout: 0, without: [] },
  });
  using page = await openPage(server, '#/system/detection', []);
  expect(page.find('main').textContent).toContain(sentence);
  expect(page.find('.by-setting').textContent).toContain('Detector spike is disabled.');
  // a fast lab judges less
  expect(page.text()).not.toContain('The lab runs at');
  server.beat({ lab: { speed: 10, exercise: false } });
  await page.wait(0);
  expect(page.find('.by-setting').textContent).toContain(
    'The lab runs at 10×. Detector relations compares no group in the first seconds',
  );
});
