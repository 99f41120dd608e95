import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from '../../../dashboard/server/testing/browser.ts';
import { firstLine, startProcess, stopped } from '../load/process.ts';
import { RunningMonitor } from '../running-monitor.ts';
import { measureOpenings, type Openings } from './opening.ts';
import { openPages } from './pages.ts';
import { PagesProcess } from './pages-process.ts';
import { alarmRegister, configuration, devices, held } from './plant.ts';
import { triggerAt } from './page-watch.ts';
import type { ClientReport } from './tally.ts';
import { type Usage, usageOf } from './usage.ts';

const users = 25;
/** A session may have eight pages. */
const pagesPerUser = 8;
export const clientCount = users * pagesPerUser;
const clientProcesses = 2;
/** A register stays beyond its limit for so long, s. */
const alarmS = 6;
const passphrase = 'a bench signs in quickly';

/** What a second of the run came to. */
export interface ClientsLine {
  readonly usage: Usage;
  readonly reports: readonly ClientReport[];
  /** Open websockets of all clients. */
  readonly open: number;
}

export interface ClientsRun extends AsyncDisposable {
  /** Runs for some seconds and calls `onLine` after each. A register crosses its limit every `alarmEveryS` seconds. */
  measure(seconds: number, alarmEveryS: number, onLine: (line: ClientsLine) => void): Promise<void>;
  openings(times: number): Promise<Openings>;
}

/** Simulated devices, the monitor and its clients, each a process of its own, on whatever cores there are. */
export async function startClients(): Promise<ClientsRun> {
  await using cleanup = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'bench-clients-'));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const simulators = startProcess(new URL('../load/server.ts', import.meta.url), [String(devices)]);
  cleanup.defer(async () => await stopped(simulators));
  const ports = JSON.parse(await firstLine(simulators)) as number[];
  const hold = (device: number, register: number, value: number): void =>
    void simulators.stdin?.write(`hold ${device} ${register} ${value}\n`);
  for (let device = 0; device < devices; device++) for (const [register, value] of held) hold(device, register, value);
  const file = join(folder, 'plant.yaml');
  const limits = { maxConnections: 2 * clientCount, maxConnectionsPerAddress: 2 * clientCount };
  writeFileSync(file, configuration(ports, { port: 0, ...limits }));
  const monitor = cleanup.use(await RunningMonitor.start(file, join(folder, 'data')));
  const administrator = await monitor.setUp();
  const { origin: address } = monitor.setupLink;
  await allUp(administrator);
  const cookies = await signedIn(administrator, address);
  const pages = openPages(cookies, pagesPerUser, 1);
  const waiting: ClientReport[] = [];
  const open = Array.from({ length: clientProcesses }, () => 0);
  const take = (client: number, report: ClientReport): void => {
    waiting.push(report);
    open[client] = report.open;
  };
  const opened = open.map(async (_, i) => {
    const own = pages.filter((_page, number) => number % clientProcesses === i);
    cleanup.use(await PagesProcess.open(address, own, join(folder, `pages-${i}.json`), (report) => take(i, report)));
  });
  await Promise.all(opened);
  let triggered = 0;
  const rest = cleanup.move();
  return {
    async measure(seconds, alarmEveryS, onLine) {
      waiting.length = 0;
      for (let second = 1; second <= seconds; second++) {
        await sleep(1_000);
        if (!monitor.isRunning) throw new Error(`the monitor ended after ${second} s`);
        if (second % alarmEveryS === 0) {
          const device = triggered++ % devices;
          hold(device, alarmRegister, triggerAt(Date.now()));
          void sleep(alarmS * 1_000).then(() => hold(device, alarmRegister, 0));
        }
        onLine({ usage: usageOf(monitor.pid), reports: waiting.splice(0), open: open.reduce((sum, n) => sum + n, 0) });
      }
    },
    openings: async (times) => await measureOpenings(address, administrator.cookie, times),
    [Symbol.asyncDispose]: async () => await rest.disposeAsync(),
  };
}

/** Waits until every device is read. */
async function allUp(browser: Browser): Promise<void> {
  for (;;) {
    const { body } = await browser.call('GET /api/health', {});
    if (body.devices.every(({ state }) => state === 'up')) return;
    await sleep(500);
  }
}

/** Cookies of the sessions of new users. */
async function signedIn(administrator: Browser, address: string): Promise<string[]> {
  const cookies: string[] = [];
  for (let user = 0; user < users; user++) {
    const name = `user${user}`;
    const role = user % 2 === 0 ? 'operator' : 'viewer';
    const added = await administrator.call('POST /api/users/add', { name, passphrase, role });
    if (added.status !== 200) throw new Error(`adding ${name} answered ${added.status}: ${added.text}`);
    const browser = new Browser(address);
    const { status, text } = await browser.call('POST /api/login', { name, passphrase });
    if (status !== 200) throw new Error(`signing in as ${name} answered ${status}: ${text}`);
    cookies.push(browser.cookie);
  }
  return cookies;
}
