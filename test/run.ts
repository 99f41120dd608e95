import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: builds the page that the browser tests open, runs every suite and ends with a line of counts. With CI=true it
 * first installs the peers that the interop suites talk to, and a missing peer then fails instead of skipping.
 */
const peers = [
  'influxdb',
  'victoria-metrics',
  'python3-pymodbus',
  'python3-serial',
  'mbpoll',
  'chromium',
  'libopen62541-1.4-dev',
  'gcc',
  'libc6-dev',
  'libmodbus-dev',
  'tshark',
  'tcpdump',
  'socat',
  'openssl',
];
const peerFiles = [
  '/usr/bin/influxd',
  '/usr/bin/victoria-metrics',
  '/usr/lib/python3/dist-packages/pymodbus',
  '/usr/lib/python3/dist-packages/serial',
  '/usr/bin/mbpoll',
  '/usr/bin/chromium',
  '/usr/include/open62541',
  '/usr/bin/gcc',
  '/usr/include/modbus',
  '/usr/bin/tshark',
  '/usr/bin/tcpdump',
  '/usr/bin/socat',
  '/usr/bin/openssl',
];

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;
}

function installPeers(): void {
  if (peerFiles.every((file) => existsSync(file))) return;
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const status =
    run('apt-get', ['update', '-qq'], quiet) ||
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...peers], quiet);
  if (status !== 0) {
    console.error(`The peers could not be installed. By hand: apt-get install ${peers.join(' ')}`);
    process.exit(status);
  }
}

if (process.env['CI'] === 'true') installPeers();

const built = run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'dashboard/client', '--logLevel', 'warn']);
if (built !== 0) process.exit(built);

const folder = mkdtempSync(join(tmpdir(), 'scadawatch-test-'));
const report = join(folder, 'report.json');
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const status = run(process.execPath, [...vitest, ...process.argv.slice(2)]);
const counts = existsSync(report)
  ? (JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number; numPendingTests: number })
  : undefined;
rmSync(folder, { recursive: true, force: true });
if (counts !== undefined)
  console.log(`tests: ${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`);
if (process.env['CI'] === 'true' && (counts?.numPendingTests ?? 0) > 0) {
  console.error('With CI=true every peer is there, so nothing may be skipped.');
  process.exit(1);
}
process.exit(status);
