import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/core/clock.ts';
import { findPeer, howToInstall } from '../support/peers.ts';
import { administrator, LabProcess } from '../support/lab-process.ts';
import { takeScreenshots } from './screenshots.ts';

/**
 * Pictures of all pages in both themes and sizes: starts a lab with fresh data, waits for its baseline, stops the pumps and
 * takes the pictures while the incident is open. `node test/e2e/main.ts OUTDIR [--learn-days N] [--speed N]`
 */
const usage = 'usage: node test/e2e/main.ts OUTDIR [--learn-days N] [--speed N]';
/** Time limit for learning and for an alert, ms. */
const patienceMs = 900_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'learn-days': { type: 'string' }, speed: { type: 'string', default: '4' } },
});
const [outDir] = positionals;
if (outDir === undefined || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}
if (findPeer('chromium') === undefined) {
  console.error(howToInstall('chromium'));
  process.exit(1);
}

/** Repeats a request each second until it succeeds. @throws after the time limit */
async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  console.error(`waiting for ${what}`);
  const start = systemClock.monotonic();
  while (!(await ask())) {
    if (systemClock.monotonic() - start > patienceMs) throw new Error(`${what} did not come`);
    await systemClock.sleep(1_000);
  }
}

async function main(out: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-screenshots-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
  const days = values['learn-days'];
  const args = ['--speed', values.speed, ...(days === undefined ? [] : ['--learn-days', days])];
  const lab = cleanup.use(await LabProcess.start({ data: dir, args }));
  const browser = await lab.signIn();
  await until('the baseline', async () => {
    const { state, text } = (await browser.call('GET /api/health', {})).body.learning;
    if (state === 'unlearned') throw new Error(text);
    return state === 'ready';
  });
  const { status, text } = await browser.call('POST /api/lab/start', { scenario: 'pumps-stopped' });
  if (status !== 200) throw new Error(`starting the scenario answered ${status}: ${text}`);
  await until('the incident', async () => {
    const { alerts } = (await browser.call('GET /api/alerts', {})).body;
    // the learned operation contains a station at rest: the writes can be the only alert
    return alerts.some(({ tags, state }) => tags.some((tag) => tag.startsWith('PS.')) && state === 'B');
  });
  const files = await takeScreenshots({ url: lab.address, entrance: administrator, outDir: out });
  await lab.end('SIGTERM');
  console.log(`${files.length} pictures in ${out}`);
}

await main(outDir);
