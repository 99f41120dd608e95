import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A store server from a Debian package, on loopback ports of its own. */
export interface RunningStore extends AsyncDisposable {
  readonly url: string;
  /** Id of the running process. */
  pid(): number;
  /** Kills the process with SIGKILL; its data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data. */
  restart(): Promise<void>;
}

export async function startInfluxd(program: string): Promise<RunningStore> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-influxd-'));
  const [http, backup] = [await freePort(), await freePort()];
  const config = join(dir, 'influxdb.toml');
  writeFileSync(
    config,
    `reporting-enabled = false
bind-address = "127.0.0.1:${backup}"
[meta]
dir = "${dir}/meta"
[data]
dir = "${dir}/data"
wal-dir = "${dir}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
`,
  );
  return await start(program, ['-config', config], `http://127.0.0.1:${http}`, dir);
}

export async function startVictoriaMetrics(program: string): Promise<RunningStore> {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-victoria-'));
  mkdirSync(join(dir, 'data'));
  const port = await freePort();
  const args = [
    `-httpListenAddr=127.0.0.1:${port}`,
    `-storageDataPath=${dir}/data`,
    '-retentionPeriod=100y',
    '-search.latencyOffset=0s',
  ];
  return await start(program, args, `http://127.0.0.1:${port}`, dir);
}

async function start(program: string, args: readonly string[], url: string, dir: string): Promise<RunningStore> {
  let child = run(program, args);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  await answers(url);
  return {
    url,
    pid: () => child.pid ?? -1,
    kill,
    restart: async () => {
      await kill();
      child = run(program, args);
      await answers(url);
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const run = (program: string, args: readonly string[]) => spawn(program, args, { stdio: 'ignore' });

async function answers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(`${url}/ping`);
      if (response.status === 204) return;
    } catch (error) {
      if (attempt > 300) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
