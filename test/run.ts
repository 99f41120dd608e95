import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * `npm test` and `npm run test:long`: builds the page that the browser tests open and runs the suites of a vitest configuration.
 * Temporary files are in memory where the system allows it. With CI=true it first installs the peers that the interop suites need, and a missing peer then fails instead of skipping.
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
  'promtool',
  'prometheus-alertmanager',
  'mosquitto',
  'nats-server',
  'mosquitto-clients',
  'python3-aiosmtpd',
  'oathtool',
  'python3-openapi-spec-validator',
  'rsyslog',
  'rsyslog-openssl',
  // libraries of syslog-ng and opensmtpd
  'libivykis0t64',
  'libnet1',
  'libdb5.3t64',
  'libevent-2.1-7t64',
];
const peerFiles = [
  '/usr/bin/promtool',
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
  '/usr/bin/prometheus-alertmanager',
  '/usr/sbin/mosquitto',
  '/usr/sbin/nats-server',
  '/usr/bin/mosquitto_sub',
  '/usr/lib/python3/dist-packages/aiosmtpd',
  '/usr/bin/oathtool',
  '/usr/lib/python3/dist-packages/openapi_spec_validator',
  '/usr/sbin/rsyslogd',
  '/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so',
  '/opt/syslog-ng/usr/sbin/syslog-ng',
  '/opt/opensmtpd/usr/sbin/smtpd',
];

/** Debian installs one syslog server and one mail server at a time: further ones are only unpacked. */
const unpack = [
  'cd "$(mktemp -d)"',
  'apt-get download -qq syslog-ng-core opensmtpd',
  'dpkg-deb -x syslog-ng-core_*.deb /opt/syslog-ng',
  'dpkg-deb -x opensmtpd_*.deb /opt/opensmtpd',
].join(' && ');

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;
}

function installPeers(): void {
  if (peerFiles.every((file) => existsSync(file))) return;
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const status =
    run('apt-get', ['update', '-qq'], quiet) ||
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...peers], quiet) ||
    run('sh', ['-c', unpack], quiet);
  if (status !== 0) {
    console.error(`The peers could not be installed. By hand: apt-get install ${peers.join(' ')}`);
    process.exit(status);
  }
}

/** Free memory that temporary files may need, bytes. */
const neededBytes = 2 * 2 ** 30;

/**
 * A folder in memory for temporary files, because databases that wait for a disk make up a third of some suites. Undefined if the
 * system has none from which programs can be started, or not enough memory.
 */
function memoryFolder(): string | undefined {
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize < neededBytes) return undefined;
    folder = mkdtempSync('/dev/shm/scadawatch-test-');
    // peers with users of their own read files in it, as in /tmp
    chmodSync(folder, 0o1777);
    const program = join(folder, 'program');
    writeFileSync(program, '', { mode: 0o755 });
    accessSync(program, constants.X_OK);
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true });
    return undefined;
  }
}

if (process.env['CI'] === 'true') installPeers();

const built = run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'dashboard/client', '--logLevel', 'warn']);
if (built !== 0) process.exit(built);

const args = process.argv.slice(2);
// the long suites also measure the disk
const temporary = args.includes('vitest.long.config.ts') ? undefined : memoryFolder();
const env = {
  // some hundred processes start in a run and load the same modules
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'),
  ...process.env,
  ...(temporary === undefined ? {} : { TMPDIR: temporary }),
};
const status = run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], env);
if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
process.exit(status);
