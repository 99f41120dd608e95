import { fork } from 'node:child_process';
import { type Clock, systemClock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { ScadaError } from '../core/errors.ts';
import { moduleBeside } from '../core/module.ts';

/** Longest wait of a start for its disk, ms. */
const patienceMs = 8_000;

/** A request to the process that waits for the disk. */
export type DiskRequest =
  | { readonly act: 'probe'; readonly path: string }
  | { readonly act: 'copy'; readonly path: string; readonly to: string };

/** True if a directory can be created, written and read, or the attempt fails: then the disk answers. */
export async function doesAnswer(path: string): Promise<boolean> {
  return (await askDisk({ act: 'probe', path })).isComplete;
}

/**
 * Accesses a disk in a process of its own, because a process that waits for a dead disk cannot be ended. It is left alone when it is late.
 * @returns entries that are done, and if all of the work is
 */
export async function askDisk(
  request: DiskRequest,
  clock: Clock = systemClock,
): Promise<{ done: string[]; isComplete: boolean }> {
  const child = fork(moduleBeside(import.meta.url, './disk-process'), [JSON.stringify(request)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  const done: string[] = [];
  const ended = Promise.withResolvers<void>();
  child.on('message', (name) => done.push(name as string));
  child.on('error', (cause) => ended.reject(cause));
  child.on('exit', () => ended.resolve());
  const late = new ScadaError('retryable', 'STATE_UNAVAILABLE', 'the disk does not answer');
  try {
    await new Deadline(clock, patienceMs, () => late).within(ended.promise);
    return { done, isComplete: true };
  } catch (thrown) {
    if (thrown !== late) throw thrown;
    child.kill('SIGKILL');
    child.disconnect();
    child.unref();
    return { done, isComplete: false };
  }
}
