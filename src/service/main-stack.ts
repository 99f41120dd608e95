import { readFile } from 'node:fs/promises';
import { type Debugger, Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { sleepUnreferenced } from '../core/clock.ts';

/** Time that the main thread has to report its stack, ms. It reports none while it is in a system call. */
const patienceMs = 1_000;
/** Most frames of a stack. */
const mostFrames = 30;

/**
 * Takes the stack of the main thread from another thread, through the inspector, and lets the main thread continue. A main thread in a
 * system call has no stack to report; the result then names the kernel function in which it waits.
 */
export async function mainThreadStack(): Promise<string> {
  const session = new Session();
  const urls = new Map<string, string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.on('Debugger.paused', ({ params }) =>
    resolve(
      params.callFrames
        .slice(0, mostFrames)
        .map((frame) => line(frame, urls))
        .join('\n'),
    ),
  );
  try {
    session.connectToMainThread();
    session.post('Debugger.enable');
    session.post('Debugger.pause');
    const stack = await Promise.race([promise, sleepUnreferenced(patienceMs)]);
    if (stack !== undefined) session.post('Debugger.resume');
    return stack ?? (await kernelFunction());
  } catch (thrown) {
    return `not available: ${String(thrown)}`;
  } finally {
    session.disconnect();
  }
}

function line({ functionName, location }: Debugger.CallFrame, urls: ReadonlyMap<string, string>): string {
  const url = urls.get(location.scriptId) ?? '';
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return `at ${functionName === '' ? '<anonymous>' : functionName} (${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`;
}

/** Kernel function in which the main thread waits, as Linux reports it; `0` while it runs. */
async function kernelFunction(): Promise<string> {
  const name = await readFile(`/proc/self/task/${process.pid}/wchan`, 'utf8').catch(() => '0');
  return name === '0' ? 'it did not report its stack' : `in a system call: ${name}`;
}
