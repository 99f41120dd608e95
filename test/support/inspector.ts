import { Session } from 'node:inspector/promises';

/** Has the newest thread of a module evaluate an expression, as a debugger would. @param module end of the module's address */
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

/** Has the newest thread of a module wait inside its own code, so that it answers nothing. */
export async function blockThread(module: string, ms: number): Promise<void> {
  await evaluateInThread(module, `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`);
}
