import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import packageJson from '../../../package.json' with { type: 'json' };
import { onCore } from '../row.ts';

/** Flags of Node that the monitor is started with. */
export const monitorFlags = packageJson.scripts.scadawatch.split(' ').filter((word) => word.startsWith('--'));

/**
 * Starts a module in a process of its own, which ends when its input ends.
 * @param core the only one it may run on, where the machine can be told so; any unless given
 */
export function startProcess(module: URL, args: readonly string[], core?: number): ChildProcess {
  const command = [...monitorFlags, fileURLToPath(module), ...args];
  const [program, all] = core === undefined ? [process.execPath, command] : onCore(core, command);
  return spawn(program, all, { stdio: ['pipe', 'pipe', 'inherit'] });
}

export function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error('the process has no output');
  return createInterface(child.stdout);
}

export async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child)) {
    // Whatever else it says must not fill the pipe.
    child.stdout?.resume();
    return line;
  }
  throw new Error('the process ended before it said anything');
}

/** Ends the input of a process and waits for its end. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) throw new Error(`a process of the load died by ${child.signalCode}`);
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  await gone;
}

/** Exchanges lines of JSON with a process: each line of its input is answered by one of its output. */
export class Dialogue {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = linesOf(child)[Symbol.asyncIterator]();
  }

  /** @throws Error if the process ends instead */
  async next(): Promise<unknown> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('the process ended without an answer');
    return JSON.parse(line.value) as unknown;
  }

  async ask(line: string): Promise<unknown> {
    this.#child.stdin?.write(`${line}\n`);
    return await this.next();
  }
}
