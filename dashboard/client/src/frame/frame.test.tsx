import { expect, it, vi } from 'vitest';
import { openPage } from '../testing/open-page.tsx';
import { sampleAlert } from '../testing/sample-alert.ts';
import { site, TestServer } from '../testing/server.ts';

const alerts = [sampleAlert('low', { priority: 3, title: 'Low' }), sampleAlert('high', { priority: 1, title: 'High' })];

it('covers the page when data stop, and allows no act until the alerts are complete again', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', alerts);
  expect(page.text()).not.toContain('DATA STOPPED');
  const acknowledge = (): HTMLButtonElement => page.find('.banner button', 'Acknowledge') as HTMLButtonElement;
  expect(acknowledge().disabled).toBe(false);

  await page.wait(5_000);
  expect(page.find('[role=alertdialog]').textContent).toContain('DATA STOPPED');
  expect(document.title).toContain('DATA STOPPED');
  expect(acknowledge().disabled).toBe(true);
  page.press('Shift+a');
  expect(server.sentTo('POST /api/alerts/acknowledge')).toEqual([]);

  page.press('Escape');
  expect(document.querySelector('[role=alertdialog]')).toBeNull();
  expect(page.find('.notices').textContent).toContain('LAST PICTURE');

  server.welcome(alerts);
  await page.wait(250);
  expect(document.title).not.toContain('DATA STOPPED');
  expect(acknowledge().disabled).toBe(false);
});

it('opens its websocket while the site is requested, and takes what came meanwhile', async () => {
  const server = new TestServer();
  const release = server.hold('GET /api/site');
  using page = await openPage(server, '#/plant', alerts);
  expect(server.openSockets).toBe(1);
  expect(document.querySelector('.urgent')).toBeNull();
  release();
  await page.wait(0);
  expect(page.find('.urgent').textContent).toContain('High');
  expect(server.openSockets).toBe(1);
});

it('closes its websocket if the site cannot be requested, and opens another one with the next attempt', async () => {
  const server = new TestServer();
  server.answer('GET /api/site', 'no-link');
  using page = await openPage(server, '#/plant', undefined);
  expect(server.openSockets).toBe(0);
  server.answer('GET /api/site', { body: { run: 1, site, epoch: 'e' } });
  await page.wait(3_000);
  server.welcome(alerts);
  await page.wait(0);
  expect(page.find('.urgent').textContent).toContain('High');
  expect(server.openSockets).toBe(1);
});

it('acknowledges the most urgent alert by key, and states a failure until it is closed', async () => {
  const server = new TestServer();
  server.answer('POST /api/alerts/acknowledge', {
    status: 503,
    error: { code: 'unavailable', message: 'The state database is busy', hint: 'Try again' } as never,
  });
  using page = await openPage(server, '#/plant', alerts);
  expect(page.find('.urgent').textContent).toContain('High');
  page.press('Shift+a');
  await page.wait(0);
  expect(server.sentTo('POST /api/alerts/acknowledge')).toEqual([{ ids: ['high'] }]);
  const notice = page.find('.notices [role=alert]');
  expect(notice.textContent).toContain('The state database is busy. Try again.');
  notice.querySelector('button')?.click();
  expect(document.querySelector('.notices [role=alert]')).toBeNull();
});

it('opens places by key from every page, and none while somebody types', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/system/health', alerts);
  page.press('b');
  expect(location.hash).toContain('INC-1');
  page.press('g');
  page.press('a');
  await page.wait(0);
  expect(location.hash).toBe('#/alarms/active');
  const field = document.createElement('input');
  page.find('main').append(field);
  page.press('b', field);
  expect(location.hash).toBe('#/alarms/active');
  page.press('1');
  expect(location.hash).toBe('#/unit/clearwell');
});

it('skips menu, banner and tabs by the first control, and by each key that opens a page', async () => {
  const server = new TestServer();
  using page = await openPage(server, '#/alarms/active', alerts);
  const isFirst = (): boolean => document.activeElement?.matches('h1[data-page-start]') === true;
  const start = (): string => document.activeElement?.textContent ?? '';
  const first = document.querySelector<HTMLElement>('button, a[href], input, select');
  expect(first?.textContent).toBe('Skip to page content');
  first?.click();
  expect(isFirst()).toBe(true);
  expect(start()).toBe('Alarms');
  // a second time while the page before is still shown
  for (const key of 'gmgm') page.press(key);
  await page.wait(0);
  expect(location.hash).toBe('#/system/maintenance');
  expect(isFirst()).toBe(true);
  expect(start()).toBe('System');
  // a link leaves the focus where it is
  page.find('.tabs a', 'Health').focus();
  page.find('.tabs a', 'Health').click();
  await page.wait(0);
  expect(document.activeElement?.textContent).toBe('Health');
  // the same page again
  page.press('g');
  page.press('y');
  await page.wait(0);
  expect(isFirst()).toBe(true);
});

it('says to a viewer which roles may acknowledge', async () => {
  using page = await openPage(new TestServer('viewer'), '#/plant', alerts);
  const button = page.find('.banner button', 'Acknowledge') as HTMLButtonElement;
  expect(button.disabled).toBe(true);
  expect(button.title).toContain('operator');
});

it('says that the server cannot be reached, and goes on when it can', async () => {
  const server = new TestServer();
  server.answer('GET /api/door', 'no-link');
  using page = await openPage(server, '#/plant', undefined);
  expect(page.text()).toContain('Try now');
  server.answer('GET /api/door', { body: { site: 'Test plant', transport: 'loopback', setup: false } });
  await page.wait(3_000);
  expect(page.find('form').textContent).toContain('Sign in');
});

it('repeats the tone of an unacknowledged alarm until it is silenced, and ends a silence by the same key', async () => {
  let tones = 0;
  const node = {
    frequency: {},
    gain: { setValueAtTime() {}, linearRampToValueAtTime() {} },
    connect: () => node,
    start() {},
    stop() {},
  };
  class TestAudio {
    currentTime = 0;
    destination = {};
    async resume(): Promise<void> {}
    createGain = () => node;
    createOscillator = () => {
      tones++;
      return node;
    };
  }
  const server = new TestServer();
  using page = await openPage(server, '#/', [sampleAlert('a', { priority: 3 })]);
  vi.stubGlobal('AudioContext', TestAudio);
  /** Tones of a time in which the link is alive. */
  const during = async (seconds: number): Promise<number> => {
    const before = tones;
    for (let second = 0; second < seconds; second++) {
      await page.wait(1_000);
      server.beat();
    }
    return tones - before;
  };
  page.find('button', 'Sound OFF').click();
  await page.wait(0);
  expect(await during(31)).toBe(3);
  page.press('m');
  expect(await during(31)).toBe(0);
  expect(page.text()).toContain('Silenced, 4 min');
  page.press('m');
  expect(await during(2)).toBe(1);
  server.raise(sampleAlert('a', { priority: 3, state: 'C' }));
  await page.wait(0);
  expect(await during(31)).toBe(0);
});

it('goes back by Escape within the dashboard alone: a page that was opened first leads to the plant', async () => {
  using page = await openPage(new TestServer(), '#/alarms/active', alerts);
  const before = vi.spyOn(history, 'back').mockImplementation(() => {});
  vi.stubGlobal('navigation', { canGoBack: false });
  page.press('Escape');
  await page.wait(0);
  expect([location.hash, before.mock.calls.length]).toEqual(['#/plant', 0]);
  location.hash = '#/alarms/active';
  await page.wait(0);
  vi.stubGlobal('navigation', { canGoBack: true });
  page.press('Escape');
  expect(before).toHaveBeenCalledOnce();
  // a browser that does not know it
  vi.stubGlobal('navigation', undefined);
  page.press('Escape');
  await page.wait(0);
  expect([location.hash, before.mock.calls.length]).toEqual(['#/plant', 1]);
});
