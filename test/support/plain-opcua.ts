import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { recordedServices } from './opcua-record.ts';
import { assertReadServices } from './read-only.ts';

/** Options of `test/interop/opcua/plain.c`: number and pace of its nodes, stated and enforced limits, lifetime of a token. */
export type PlainOptions = Readonly<Partial<Record<(typeof keys)[number], number>>>;
const keys = [
  'nodes',
  'period',
  'odd',
  'read',
  'browse',
  'translate',
  'call',
  'perSubscription',
  'subscriptions',
  'items',
  'references',
  'token',
] as const;

/** An open62541 server without security, in a process of its own on loopback. Disposal throws if any request was not a read. */
export class PlainServer implements AsyncDisposable {
  readonly #program: string;
  readonly #options: PlainOptions;
  readonly #command: (program: string, args: readonly string[]) => [string, string[]];
  readonly port: number;
  #process: ChildProcess | undefined;

  /** @param command command that runs a program, e.g. on a single core */
  constructor(
    program: string,
    port: number,
    options: PlainOptions = {},
    command = (path: string, args: readonly string[]): [string, string[]] => [path, [...args]],
  ) {
    this.#program = program;
    this.port = port;
    this.#options = options;
    this.#command = command;
  }

  get endpoint(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  get #record(): string {
    return `${this.#program}-${this.port}.record`;
  }

  /** Process id, while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const args = [String(this.port), ...Object.entries(this.#options).map(([key, value]) => `${key}=${value}`)];
    const env = { ...process.env, RECORD: this.#record };
    const child = spawn(...this.#command(this.#program, args), { stdio: ['ignore', 'pipe', 'ignore'], env });
    this.#process = child;
    const lines = createInterface(child.stdout);
    for await (const line of lines) if (line === 'ready') break;
    // the rest of its log is not used, but must not fill the pipe
    child.stdout.resume();
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
  }

  /** Ends it: SIGKILL is a crash, SIGTERM an orderly stop. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    assertReadServices('the server', await recordedServices(this.#record));
  }
}
