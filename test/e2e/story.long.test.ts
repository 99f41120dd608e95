// Long: an attack is followed in the browser from the first start of a lab to its verdict, in plant time; a night shift takes a minute.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type Alert, needsAcknowledgement } from '../../src/core/alert.ts';
import { administrator, LabProcess } from '../support/lab-process.ts';
import { requirePeer } from '../support/peers.ts';
import { barriers } from './barriers.ts';
import { launchBrowser, signIn } from './browser.ts';
import { startNightPlant } from './night-plant.ts';
import { NightShift } from './night-shift.ts';

/** Title of the alert of the attack. */
const words = /^CL\.SP set to 0\.30 mg\/L$/;
const slow = { timeout: 60_000, interval: 250 };

/** Completes the set-up of a first start: printed link, administrator account, overview. */
async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name of the administrator').fill(administrator.name);
  await page.getByLabel(/^Passphrase/).fill(administrator.passphrase);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create the administrator account' }).click();
  await page.getByRole('button', { name: 'Open the plant overview' }).click();
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
}

/** Checks that every indicator of the overview has a figure, and that one of them changes. */
async function seeLiveValues(page: Page): Promise<void> {
  const figures = async (): Promise<string[]> => page.locator('main .indicator').allTextContents();
  await expect.poll(async () => (await figures()).filter((text) => /\d/.test(text)).length, slow).toBeGreaterThan(10);
  const before = await figures();
  await expect.poll(figures, slow).not.toEqual(before);
  await page.getByText('EXERCISE', { exact: true }).waitFor();
}

/** Acknowledges all alerts except the attack: the baseline of another plant raises others. */
async function acknowledgeOthers(page: Page, url: string): Promise<void> {
  const { alerts } = (await (await page.request.get(`${url}/api/alerts?limit=200`)).json()) as {
    readonly alerts: readonly Alert[];
  };
  const ids = alerts.filter(({ state, title }) => needsAcknowledgement(state) && !words.test(title)).map(({ id }) => id);
  if (ids.length > 0) await page.request.post(`${url}/api/alerts/acknowledge`, { data: { ids }, headers: { origin: url } });
}

/** Waits until the banner shows the attack. */
async function seeInBanner(page: Page, url: string): Promise<void> {
  const shown = page.getByRole('region', { name: 'Alarm banner' }).locator('.what');
  const look = async (): Promise<string | null> => {
    await acknowledgeOthers(page, url);
    return (await shown.count()) === 0 ? null : shown.textContent();
  };
  // the title of the incident is before that of its alert
  await expect.poll(look, { timeout: 300_000, interval: 250 }).toMatch(/CL\.SP set to 0\.30 mg\/L$/);
}

/** Gives the verdict that the incident was an attack. */
async function judge(page: Page): Promise<void> {
  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog', { name: /^Verdict on INC-/ });
  await dialog.getByRole('button', { name: 'True', exact: true }).click();
  await dialog.getByRole('textbox', { name: /^Note/ }).fill('a drill of the lab');
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save verdict' }).click();
  await page
    .locator('.verdict')
    .first()
    .getByText(/True: a drill of the lab/)
    .waitFor();
}

/** Unlearns the range of the set-point, approves it again on the same page, then edits its figures. */
async function reviewBaseline(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#/system/baseline`);
  await page.getByRole('searchbox', { name: 'Find tag or detector' }).fill('CL.SP range');
  const line = page.getByRole('row').filter({ has: page.getByRole('cell', { name: 'CL.SP', exact: true }) });
  await expect.poll(async () => line.count(), slow).toBe(1);
  for (const [verb, said] of [
    ['Unlearn', /^Unlearned by admin/],
    ['Approve', /^Approved by admin/],
  ] as const) {
    await line.getByRole('button', { name: verb }).click();
    const dialog = page.getByRole('dialog', { name: `${verb} CL.SP range` });
    await dialog.getByRole('textbox').fill('tried in the lab');
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: verb }).click();
    await line.getByRole('cell', { name: said }).waitFor();
  }
  await line.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit CL.SP range' });
  const edit = async (high: string): Promise<void> => {
    await dialog.getByRole('textbox', { name: /^high, mg\/L/ }).fill(high);
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('tried in the lab');
    await dialog.getByRole('button', { name: 'Edit' }).click();
  };
  await edit('0,1');
  await dialog.getByRole('alert').getByText('high: “0,1” is not a number').waitFor();
  await edit('-1');
  await dialog.getByRole('alert').getByText('low cannot be above high').waitFor();
  expect(await barriers(page)).toEqual([]);
  await edit('1.75');
  await line.getByRole('cell', { name: /^Edited \(high was [\d.]+\) by admin/ }).waitFor();
  await line.getByRole('cell', { name: /high 1.75 mg\/L/ }).waitFor();
}

/** Takes the chlorination out of service for an hour, and ends the maintenance. */
async function maintain(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#/system/maintenance`);
  const what = page.getByLabel('Part of the plant');
  await what.selectOption('equipment/CL');
  await page.getByLabel(/^Reason/).fill('the pump is changed');
  // the page reads the health of the monitor again, and the selection stays
  for (let i = 0; i < 2; i++) await page.waitForResponse((response) => response.url().endsWith('/api/health'));
  expect(await what.inputValue()).toBe('equipment/CL');
  await page.getByRole('button', { name: 'Take out of service' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take CL, Chlorination out of service' });
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Take CL, Chlorination out of service' }).click();
  await page.getByText(/equipment CL until/).waitFor();
  const state = async (): Promise<readonly string[]> => {
    const { alerts } = (await (await page.request.get(`${url}/api/alerts?limit=200`)).json()) as { alerts: readonly Alert[] };
    return alerts.filter(({ equipment, state: now }) => equipment === 'CL' && now !== 'A').map(({ state: now }) => now);
  };
  await expect.poll(state, slow).toEqual(['I']);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'End maintenance' }).click();
  await page.getByText('Nothing is under maintenance.').waitFor();
  await expect.poll(state, slow).toEqual(['B']);
}

// The attack needs no saved plant state: its evidence, the set-point, changes within one scan of the write.
it('tells the story from the first start to the acknowledged attack, its verdict, maintenance, review and the stopped server', async (test) => {
  requirePeer('chromium', test);
  const data = mkdtempSync(join(tmpdir(), 'scadawatch-story-'));
  await using cleanup = new AsyncDisposableStack();
  // a killed lab may still write after the test has failed
  cleanup.defer(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));
  const lab = cleanup.use(await LabProcess.start({ data, args: ['--speed', '10'] }));
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(120_000);
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));

  await setUp(page, lab.setupLink ?? '');
  await seeLiveValues(page);
  expect(await barriers(page)).toEqual([]);
  const learning = async (): Promise<string> => {
    const answer = (await (await page.request.get(`${lab.address}/api/health`)).json()) as {
      learning: { state: string; text: string };
    };
    return answer.learning.state === 'unlearned' ? answer.learning.text : answer.learning.state;
  };
  await expect.poll(learning, { timeout: 800_000, interval: 1_000 }).toBe('ready');

  await acknowledgeOthers(page, lab.address);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await page.getByRole('searchbox', { name: /Find by name/ }).fill('chlorine');
  await page.getByRole('button', { name: /Chlorine set-point lowered/ }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
  await page
    .getByText(/writes 0\.3 mg\/L into the chlorine set-point/)
    .first()
    .waitFor();
  expect(await barriers(page)).toEqual([]);

  await seeInBanner(page, lab.address);
  await page.getByRole('group', { name: 'Speed' }).getByRole('button', { name: '1×', exact: true }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  // marks such as "first-out" may follow the title
  const row = page.getByRole('row').filter({ hasText: /CL\.SP set to 0\.30 mg\/L/ });
  await expect.poll(async () => row.getByRole('cell').last().textContent(), slow).toBe('New');
  expect(await barriers(page)).toEqual([]);

  await row.dblclick();
  const head = page.getByRole('region', { name: 'Incident' });
  await head
    .getByText(/0\.30 mg\/L/)
    .first()
    .waitFor();
  await page.getByRole('region', { name: 'Response and techniques' }).getByText('T0836').waitFor();
  await page.locator('.contributions').getByRole('button', { name: 'CL.SP' }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await judge(page);

  await page.goto(`${lab.address}/#/system/audit`);
  await seeInBanner(page, lab.address);
  await page.keyboard.press('b');
  await head
    .getByText(/0\.30 mg\/L/)
    .first()
    .waitFor();
  for (const name of ['Show keys', 'Switch theme', 'Sign out'])
    expect(await page.getByRole('button', { name, exact: true }).isVisible()).toBe(true);
  await page.keyboard.press('Shift+A');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect.poll(async () => row.getByRole('cell').last().textContent(), slow).toBe('Acknowledged');

  await maintain(page, lab.address);
  await reviewBaseline(page, lab.address);
  const { code } = await lab.end('SIGTERM');
  await page.getByRole('alertdialog', { name: /^DATA STOPPED/ }).waitFor();
  expect(code).toBe(0);
  expect(await barriers(page)).toEqual([]);
  expect(thrown).toEqual([]);
});

/** Adds two operators by the administrator of a first start. */
async function addOperators(page: Page, { address, setupLink }: { address: string; setupLink: string | undefined }) {
  await signIn(page, address, { token: setupLink?.split('#setup=')[1] ?? '' });
  const night = { name: 'night', passphrase: 'gravel tulip harbour night' };
  const day = { name: 'day', passphrase: 'gravel tulip harbour day' };
  for (const person of [night, day]) {
    const data = { ...person, role: 'operator' };
    const answer = await page.request.post(`${address}/api/users/add`, { data, headers: { origin: address } });
    expect(answer.status()).toBe(200);
  }
  return { night, day };
}

it('works a night shift by keyboard alone: two attacks, three faults, a flood, maintenance, handover', async (test) => {
  requirePeer('chromium', test);
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-night-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const plant = cleanup.use(await startNightPlant(dir));
  const { dashboard } = plant.serving;
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const first = await browser.newPage();
  const people = await addOperators(first, dashboard);
  await first.close();
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' })).newPage();
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  await page.goto(dashboard.address);

  const shift = new NightShift(page, plant);
  await shift.signIn(people.night);
  await shift.maintain();
  await shift.firstAttack();
  await shift.highLevel();
  await shift.lostUnit();
  await shift.shelve();
  await shift.flood();
  await shift.secondAttack();
  await shift.acknowledgeFlood();
  await shift.handOver();
  await shift.signOut();
  await shift.signIn(people.day);
  await shift.takeOver();
  expect([...shift.keyboard.unseen]).toEqual([]);
  expect(thrown).toEqual([]);
});
