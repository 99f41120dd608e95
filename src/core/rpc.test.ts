import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { PeerCalls } from '../../test/support/rpc-peer.ts';
import { VirtualClock } from './clock.ts';
import { ScadaError } from './errors.ts';
import { RpcClient, type RpcOptions } from './rpc.ts';
import { processPort, threadPort } from './rpc-ports.ts';

const peer = new URL('../../test/support/rpc-peer.ts', import.meta.url);

interface Started extends AsyncDisposable {
  readonly rpc: RpcClient<PeerCalls, string>;
}

function startThread(options: Partial<RpcOptions<string>> = {}): Started {
  const worker = new Worker(peer);
  const rpc = new RpcClient<PeerCalls, string>(threadPort(worker), { name: 'the peer', ...options });
  return { rpc, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}

function startProcess(options: Partial<RpcOptions<string>> = {}): Started {
  const child = fork(peer, { serialization: 'advanced' });
  const exited = Promise.withResolvers<void>();
  child.once('exit', () => exited.resolve());
  const rpc = new RpcClient<PeerCalls, string>(processPort(child), { name: 'the peer', ...options });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited.promise;
  };
  return { rpc, [Symbol.asyncDispose]: end };
}

describe.each([
  { side: 'thread', start: startThread },
  { side: 'process', start: startProcess },
])('calls of another $side', ({ start }) => {
  it('returns results in the order of the calls, and events in the order of sending', async () => {
    const order: string[] = [];
    await using started = start({ onEvent: (event) => order.push(`event ${event}`) });
    const { rpc } = started;
    const texts = Array.from({ length: 50 }, (_, i) => String(i));
    await Promise.all(texts.map(async (text) => order.push(`result ${await rpc.call('emit', text)}`)));
    const resultsOf = (kind: string): string[] =>
      order.filter((each) => each.startsWith(kind)).map((each) => each.split(' ')[1] ?? '');
    expect(resultsOf('event')).toEqual(texts);
    expect(resultsOf('result')).toEqual(texts);
    expect(texts.every((text) => order.indexOf(`event ${text}`) < order.indexOf(`result ${text}`))).toBe(true);
    const columns = { values: Float64Array.of(1, Number.NaN), missing: undefined };
    expect(await rpc.call('echo', columns)).toEqual(columns);
  });

  it('throws the error of the handler with kind, code and hint, and accepts further calls', async () => {
    await using started = start();
    const { rpc } = started;
    const refusal = { kind: 'config', code: 'INPUT_INVALID', message: 'the peer refuses', hint: 'Ask for something else.' };
    const refused = rpc.call('refuse', undefined);
    await expect(refused).rejects.toBeInstanceOf(ScadaError);
    await expect(refused).rejects.toMatchObject(refusal);
    const fault = { kind: 'fatal', code: 'INTERNAL', message: 'a fault of the peer' };
    await expect(rpc.call('fault', undefined)).rejects.toMatchObject({
      ...fault,
      cause: { stack: expect.stringMatching(/TypeError: a fault of the peer\n.*rpc-peer/) as string },
    });
    await expect(rpc.call('full', undefined)).rejects.toMatchObject({ code: 'INTERNAL', cause: { code: 'ENOSPC' } });
    await expect(rpc.call('missing' as 'echo', 1)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await rpc.call('echo', 1)).toBe(1);
  });

  it('rejects all waiting calls when the other side ends, and every later call', async () => {
    const failures: string[] = [];
    await using started = start({
      unavailable: (reason) => new ScadaError('retryable', 'STORE_UNAVAILABLE', reason),
      onFailed: ({ message }) => failures.push(message),
    });
    const { rpc } = started;
    const outcomes = await Promise.allSettled([rpc.call('wait', undefined), rpc.call('exit', 3), rpc.call('echo', 1)]);
    const error = { code: 'STORE_UNAVAILABLE', message: 'the peer has ended (exit status 3)' };
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: error });
    await expect(rpc.call('echo', 1)).rejects.toMatchObject(error);
    expect(rpc.failure).toMatchObject(error);
    rpc.fail(new ScadaError('fatal', 'INTERNAL', 'given up later'));
    expect(failures).toEqual([error.message]);
  });

  it('passes progress on in order, before the result', async () => {
    await using started = start();
    const steps: number[] = [];
    const result = await started.rpc.call('steps', 4, { onProgress: ({ step }) => steps.push(step) });
    expect([result, ...steps]).toEqual(['done', 1, 2, 3, 4]);
  });

  it('ends the wait of an aborted call at once and aborts its handler, without effect on others', async () => {
    await using started = start();
    const { rpc } = started;
    const stop = new AbortController();
    const stopped = rpc.call('wait', undefined, { signal: stop.signal });
    const other = rpc.call('wait', undefined);
    expect(await rpc.call('aborted', undefined)).toBe(0);
    stop.abort(new Error('no longer needed'));
    await expect(stopped).rejects.toThrow('no longer needed');
    expect(await rpc.call('aborted', undefined)).toBe(1);
    await expect(rpc.call('echo', 1, { signal: stop.signal })).rejects.toThrow('no longer needed');
    await rpc.call('stopOthers', undefined);
    expect(await other).toBe('stopped');
    expect(await rpc.call('aborted', undefined)).toBe(2);
  });

  it('refuses calls beyond its limit until others are answered', async () => {
    await using started = start({ bound: 2 });
    const { rpc } = started;
    const waiting = [rpc.call('echo', 1), rpc.call('echo', 2)];
    await expect(rpc.call('echo', 3)).rejects.toThrow('the peer has 2 calls to answer and takes no more');
    expect(await Promise.all(waiting)).toEqual([1, 2]);
    expect(await rpc.call('echo', 3)).toBe(3);
  });
});

it('reports the number of answers and the wait of the oldest call, to detect a hang', async () => {
  await using started = startThread();
  const { rpc } = started;
  const clock = new VirtualClock(0);
  expect([rpc.answered, rpc.waitingMs(clock)]).toEqual([undefined, 0]);
  void rpc.call('wait', undefined).catch(() => {});
  await rpc.call('echo', 1);
  expect([rpc.answered, rpc.waitingMs(clock)]).toEqual([1, 0]);
  await clock.advance(5_000);
  expect([rpc.answered, rpc.waitingMs(clock)]).toEqual([1, 5_000]);
});

it('reports progress of a handler that keeps its thread busy', async () => {
  await using started = startThread();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const release = (): void => {
    Atomics.store(cell, 0, 1);
    Atomics.notify(cell, 0);
  };
  expect(await started.rpc.call('busy', cell, { onProgress: release })).not.toBe('timed-out');
});
