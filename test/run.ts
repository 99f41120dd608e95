import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { missingPackages } from './support/peers.ts';

/**
 * `npm test` and `npm run test:long`: builds the page that the browser tests open and runs the suites of a vitest configuration.
 * Temporary files are in memory where the system allows it. With CI=true it first installs the peers that the interop suites need, and a missing peer then fails instead of skipping.
 */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;
}

function installPeers(): void {
  const missing = missingPackages();
  if (missing === undefined) return;
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const unpack = [
    'cd "$(mktemp -d)"',
    `apt-get download -qq ${missing.unpack.join(' ')}`,
    ...missing.unpack.map((name) => `dpkg-deb -x ${name}_*.deb /opt/${name}`),
  ].join(' && ');
  const status =
    run('apt-get', ['update', '-qq'], quiet) ||
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing.install], quiet) ||
    run('sh', ['-c', unpack], quiet);
  if (status !== 0) {
    console.error(`The peers could not be installed. By hand: apt-get install ${missing.install.join(' ')}`);
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
