import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Way to sign in: a user, or the one-time token of a first start. */
export type Entrance = { readonly name: string; readonly passphrase: string } | { readonly token: string };

export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const sizes = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
] as const;

/** Tablets across and upright. */
export const tablets = [
  { width: 1024, height: 768 },
  { width: 820, height: 1180 },
  { width: 768, height: 1024 },
] as const;

/** The system's Chromium, without connections to the Internet. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    timeout: 600_000,
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Signs in by the routes that the pages use. @throws if the server refuses */
export async function signIn(page: Page, url: string, entrance: Entrance): Promise<void> {
  const [route, data] =
    'token' in entrance
      ? ['/api/setup', { token: entrance.token, name: 'screenshots', passphrase: crypto.randomUUID() }]
      : ['/api/login', entrance];
  const answer = await page.request.post(`${url}${route}`, { data, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`${route} answered ${answer.status()}: ${await answer.text()}`);
}

export interface Place {
  readonly name: string;
  readonly hash: string;
}

interface SiteAnswer {
  readonly site: {
    readonly keyTrend?: string;
    readonly areas: readonly { readonly id: string; readonly indicators: readonly string[] }[];
  };
}

/** Every page of the site, with one incident and one tag. */
export async function placesOf(page: Page, url: string): Promise<readonly Place[]> {
  const { site } = (await (await page.request.get(`${url}/api/site`)).json()) as SiteAnswer;
  const found = (await (await page.request.get(`${url}/api/alerts?limit=50`)).json()) as {
    readonly alerts: readonly { readonly incident: string; readonly priority: number | 'A' }[];
  };
  const incident = (found.alerts.find((alert) => alert.priority !== 'A') ?? found.alerts[0])?.incident;
  const tag = site.keyTrend ?? site.areas.flatMap((area) => area.indicators)[0];
  const lab = (await page.request.get(`${url}/api/lab`)).ok();
  return [
    { name: 'overview', hash: '#/plant' },
    ...site.areas.map((area) => ({ name: `unit-${area.id}`, hash: `#/unit/${encodeURIComponent(area.id)}` })),
    ...(tag === undefined ? [] : [{ name: 'trend', hash: `#/tag/${encodeURIComponent(tag)}` }]),
    { name: 'alarms', hash: '#/alarms/active' },
    { name: 'alarm-history', hash: '#/alarms/history' },
    { name: 'incidents', hash: '#/incidents' },
    ...(incident === undefined ? [] : [{ name: 'incident', hash: `#/incidents/${encodeURIComponent(incident)}` }]),
    { name: 'security-queue', hash: '#/security/queue' },
    { name: 'security-matrix', hash: '#/security/matrix' },
    { name: 'security-coverage', hash: '#/security/coverage' },
    { name: 'security-feeds', hash: '#/security/feeds' },
    { name: 'shift-handover', hash: '#/shift/handover' },
    { name: 'shift-report', hash: '#/shift/report' },
    ...(lab
      ? [
          { name: 'lab', hash: '#/lab' },
          { name: 'lab-instructor', hash: '#/lab/instructor' },
          { name: 'lab-debrief', hash: '#/lab/debrief' },
        ]
      : []),
    { name: 'system-health', hash: '#/system/health' },
    { name: 'system-devices', hash: '#/system/devices' },
    { name: 'system-assets', hash: '#/system/assets' },
    { name: 'system-detection', hash: '#/system/detection' },
    { name: 'system-unusual', hash: '#/system/unusual' },
    { name: 'system-baseline', hash: '#/system/baseline' },
    { name: 'system-maintenance', hash: '#/system/maintenance' },
    { name: 'system-events', hash: '#/system/events' },
    { name: 'system-audit', hash: '#/system/audit' },
    { name: 'system-account', hash: '#/system/account' },
    { name: 'system-alarms', hash: '#/system/alarms' },
    { name: 'system-users', hash: '#/system/users' },
  ];
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Size and theme of a window. */
export interface View {
  readonly size: (typeof sizes)[number];
  readonly theme: Theme;
}

/** A page of a signed-in user in a view, with the number of its unanswered requests. */
export interface Window {
  readonly page: Page;
  readonly unanswered: () => number;
}

/** Longest time from an answer until it is drawn, ms: charts collect data for half a second. */
const drawnMs = 600;
/** A page asks again every few seconds; on a busy machine some request is always open. */
const mostWaits = 10;

/** A machine that runs other tests beside it may draw a first page late. */
const patienceMs = 120_000;

/** Opens a window with the session of `storageState`. */
export async function openWindow(browser: Browser, { size, theme }: View, storageState: StorageState): Promise<Window> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', storageState });
  await context.addInitScript(`localStorage.setItem('scadawatch.theme', '${theme}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  let unanswered = 0;
  page.on('request', () => unanswered++);
  page.on('requestfinished', () => unanswered--);
  page.on('requestfailed', () => unanswered--);
  return { page, unanswered: () => unanswered };
}

/**
 * Shows a place and waits until its values and charts are drawn. The page is loaded once; other places are opened by its own
 * navigation.
 */
export async function visit({ page, unanswered }: Window, url: string, place: Place): Promise<void> {
  await page.goto(`${url}/${place.hash}`);
  await page.waitForSelector('main');
  await page.waitForSelector('.beat');
  let waits = 0;
  do await page.waitForTimeout(drawnMs);
  while (unanswered() > 0 && ++waits < mostWaits);
}
