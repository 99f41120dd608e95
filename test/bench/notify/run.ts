import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PagesProcess } from '../clients/pages-process.ts';
import { type ClientReport, Delays } from '../clients/tally.ts';
import { Dialogue, firstLine, startProcess, stopped } from '../load/process.ts';
import { setUpAt } from '../running-monitor.ts';
import type { Flood, FloodReport } from './monitor.ts';
import { configuration, tagCount } from './plant.ts';
import type { NotifierSettings, Received } from './receivers.ts';

/** Open pages of one session. */
const pages = 4;
/** Not counted: first polls, code that is not compiled yet, s. */
const warmS = 10;
/** Longest wait for the last message, ms. At 20 messages a minute, a chat needs 5 min for 6000 alerts. */
const longestMs = 900_000;

export interface FloodOptions extends Flood {
  readonly withNotifiers: boolean;
}

/** What a flood did to the pages. */
export interface PagesReport {
  /** From the receipt of the oldest sample of a frame to the frame, ms. */
  readonly ages: Delays;
  /** Until the health is answered, ms. */
  readonly answers: Delays;
  /** Values that no register had, tags without a sample for seconds, and frames that the server skipped. */
  readonly wrong: number;
  readonly silent: number;
  readonly skipped: number;
  readonly lost: number;
}

/** Raises alerts in a monitor. Device, pages, receivers and monitor are processes of their own on whatever cores there are. */
export async function flood({ withNotifiers, ...wanted }: FloodOptions) {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-notify-bench-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const process = (url: string, args: readonly string[]) => {
    const child = startProcess(new URL(url, import.meta.url), args);
    stack.defer(async () => await stopped(child));
    return child;
  };
  const [port = 0] = JSON.parse(await firstLine(process('../load/server.ts', ['1']))) as number[];
  const receivers = withNotifiers ? new Dialogue(process('./receivers.ts', [folder])) : undefined;
  const settings = ((await receivers?.next()) ?? []) as readonly NotifierSettings[];
  const file = join(folder, 'plant.yaml');
  writeFileSync(file, configuration(port, settings));
  const monitor = new Dialogue(process('./monitor.ts', [file, join(folder, 'data')]));
  const link = new URL((await monitor.next()) as string);
  const { cookie } = await setUpAt(link);
  const reports: ClientReport[] = [];
  const tags = Array.from({ length: tagCount }, (_, tag) => tag);
  const opened = Array.from({ length: pages }, () => ({ kind: 'overview' as const, cookie, tags }));
  stack.use(await PagesProcess.open(link.origin, opened, join(folder, 'pages.json'), (report) => void reports.push(report)));
  await sleep(warmS * 1_000);
  reports.length = 0;
  const report = (await monitor.ask(JSON.stringify(wanted))) as FloodReport;
  const seen = pagesReport(reports);
  // memory alone is of interest if alerts end
  for (let waited = 0; !wanted.ends && waited < longestMs; waited += 500) {
    if (((await monitor.ask('waiting')) as string[]).length === 0) break;
    await sleep(500);
  }
  const received = ((await receivers?.ask('report')) ?? []) as Received[];
  return { ...report, pages: seen, received };
}

function pagesReport(reports: readonly ClientReport[]): PagesReport {
  const [ages, answers] = [new Delays(), new Delays()];
  for (const report of reports) {
    ages.add(report.ages);
    answers.add(report.answers);
  }
  const sum = (key: 'wrong' | 'silent' | 'skipped'): number => reports.reduce((total, report) => total + report[key], 0);
  const lost = pages - (reports.at(-1)?.open ?? 0);
  return { ages, answers, wrong: sum('wrong'), silent: sum('silent'), skipped: sum('skipped'), lost };
}
