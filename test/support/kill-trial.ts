import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { needsAcknowledgement } from '../../src/core/alert.ts';
import { systemClock } from '../../src/core/clock.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { startReadModbusServer } from './modbus-simulator.ts';
import { RunProcess, tankConfig } from './run-process.ts';
import { TinyPlant } from './tiny-plant.ts';

const second = { name: 'bert', passphrase: 'purple monkey dishwasher' } as const;

/** Users of a running monitor: an administrator and an engineer. */
export interface TrialUsers {
  readonly chief: Browser;
  readonly bert: Browser;
}

/** An act of a user, as it shows afterwards. */
export interface TrialAct {
  /** Its entry in the audit trail. */
  readonly action: string;
  /** @returns status of the answer */
  readonly run: (users: TrialUsers) => Promise<number>;
  /** True if the act has taken effect. */
  readonly shows: (users: TrialUsers) => Promise<boolean>;
}

/** A monitor of a tank in alarm, whose process is killed at a write or sync of state.db and started again. */
export class KillTrial implements AsyncDisposable {
  readonly #data: string;
  readonly #config: string;
  readonly #disk: FaultyDisk;
  readonly #cleanup: AsyncDisposableStack;
  #monitor: RunProcess | undefined;
  #users: TrialUsers | undefined;

  private constructor(data: string, config: string, disk: FaultyDisk, cleanup: AsyncDisposableStack) {
    this.#data = data;
    this.#config = config;
    this.#disk = disk;
    this.#cleanup = cleanup;
  }

  static async start(compiler: string): Promise<KillTrial> {
    await using cleanup = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-kill-acts-'));
    cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
    const data = join(dir, 'data');
    mkdirSync(data);
    const plant = new TinyPlant();
    plant.set('LEVEL', 4.5);
    const server = cleanup.use(await startReadModbusServer({ plant }));
    const config = tankConfig(dir, server.port);
    appendFileSync(config, 'alarms: {secondPerson: true, shelving: 2h}\n');
    // the state database with its WAL alone, so that the calls of one act are counted
    const disk = cleanup.use(new FaultyDisk(join(data, 'state.db'), dir, compiler));
    const trial = new KillTrial(data, config, disk, cleanup.move());
    const { chief } = await trial.users();
    await chief.call('POST /api/users/add', { ...second, role: 'engineer' });
    trial.#users = undefined;
    return trial;
  }

  /** Starts the monitor if it does not run. */
  async users(): Promise<TrialUsers> {
    if (this.#users !== undefined) return this.#users;
    this.#monitor ??= this.#cleanup.use(await RunProcess.start(this.#config, this.#data, this.#disk.environment));
    const chief = await this.#monitor.signIn();
    const bert = new Browser(this.#monitor.address);
    await bert.call('POST /api/login', second);
    return (this.#users = { chief, bert });
  }

  /**
   * Performs an act and kills the process before a call on the disk, then starts it again.
   * @returns the answered status, if any, and whether the process was killed
   */
  async perform(act: TrialAct, call: number): Promise<{ readonly status: number | undefined; readonly killed: boolean }> {
    const users = await this.users();
    this.#disk.killBefore(call);
    const status = await act.run(users).catch(() => undefined);
    const monitor = this.#monitor as RunProcess;
    // an answer precedes the next write, so that a killed process has not answered
    const killed = status === undefined || !monitor.isRunning;
    this.#disk.set('none');
    if (killed) {
      await monitor.end('SIGKILL');
      this.#monitor = undefined;
      this.#users = undefined;
    }
    return { status, killed };
  }

  /** Kills the process at once. */
  async kill(): Promise<void> {
    await this.#monitor?.end('SIGKILL');
    this.#monitor = undefined;
    this.#users = undefined;
  }

  /** Id of the alarm of the tank, once it needs an acknowledgement or `anyState`. */
  async alarm(anyState = true): Promise<string> {
    const { chief } = await this.users();
    for (;;) {
      const { alerts } = (await chief.call('GET /api/alerts', {})).body;
      const found = alerts.find(({ tags, state }) => tags.includes('LEVEL') && (anyState || needsAcknowledgement(state)));
      if (found !== undefined) return found.id;
      await systemClock.sleep(100);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }
}
