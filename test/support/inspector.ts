import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';

/** Evaluates an expression in the newest thread of a module, as a debugger does. @param module end of the module's address */
export async function evaluateInThread(module: string, expression: string): Promise<void> {
  const session = new Session();
  session.connect();
  const attached: { readonly sessionId: string; readonly url: string }[] = [];
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) =>
    attached.push({ sessionId, url: workerInfo.url }),
  );
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const sessionId = attached.findLast(({ url }) => url.endsWith(module))?.sessionId;
  if (sessionId === undefined) throw new Error(`there is no thread of ${module}: ${attached.map(({ url }) => url).join(', ')}`);
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  await session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
}

/** Blocks the newest thread of a module, so that it does not answer. Resolves once it is blocked. */
export async function blockThread(module: string, ms: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-blocked-'));
  const mark = join(folder, 'mark');
  const leaveMark = `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`;
  await evaluateInThread(module, `${leaveMark}; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`);
  // a thread that ends while it receives the expression can keep its inspector waiting forever
  while (!existsSync(mark)) await systemClock.sleep(5);
  rmSync(folder, { recursive: true });
}
