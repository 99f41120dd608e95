import { EventEmitter } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { needsParent, Parent } from './parent.ts';

const plain = { argv: ['node', 'start.js', 'run', 'plant.yaml'], env: {}, pid: 7, send: undefined };

it.each<readonly [string, Partial<Parameters<typeof needsParent>[0]>, boolean]>([
  ['the monitor of a command line', {}, true],
  ['a lab', { argv: ['node', 'start.js', 'lab'] }, true],
  ['a command that ends', { argv: ['node', 'start.js', 'check'] }, false],
  ['no command', { argv: ['node', 'start.js'] }, false],
  ['a service of systemd', { env: { SYSTEMD_EXEC_PID: '7', INVOCATION_ID: 'x' } }, false],
  ['a service that systemd watches', { env: { NOTIFY_SOCKET: '/run/x' } }, false],
  ['a terminal that systemd has started', { env: { SYSTEMD_EXEC_PID: '3', INVOCATION_ID: 'x' } }, true],
  ['a process that another program has forked', { send: () => true }, false],
])('%s: %o', (_, process, expected) => {
  expect(needsParent({ ...plain, ...process })).toBe(expected);
});

/** An end of the monitor: its exit code or signal, how long it ran, and if it was ready. */
interface End {
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  readonly ranMs?: number;
  readonly ready?: boolean;
}

const listeners = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };
afterEach(() => {
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    for (const listener of process.listeners(name)) if (!listeners[name].includes(listener)) process.off(name, listener);
});

/** Runs a parent whose monitor ends as listed; a monitor beyond the list runs until it is stopped. */
function play(ends: readonly End[]) {
  const clock = new VirtualClock(0);
  const starts: { at: number; endedBy: string | undefined }[] = [];
  const printed: string[] = [];
  const killed: string[] = [];
  const start = (endedBy: string | undefined): ChildProcess => {
    const end = ends[starts.length];
    starts.push({ at: clock.monotonic(), endedBy });
    const child = Object.assign(new EventEmitter(), {
      kill: (name: string) => {
        killed.push(name);
        child.emit('exit', 0, null);
      },
    });
    if (end !== undefined)
      void clock.sleep(end.ranMs ?? 5_000).then(() => {
        if (end.ready !== false) child.emit('message', 'ready');
        child.emit('exit', end.signal === undefined ? (end.code ?? 0) : null, end.signal ?? null);
      });
    return child as unknown as ChildProcess;
  };
  const result: { status?: number } = {};
  void new Parent({ start, clock, print: (text) => printed.push(text) }).run().then((status) => (result.status = status));
  return { clock, starts, printed, killed, result };
}

it.each<readonly [string, readonly End[], number]>([
  ['a stop', [{ code: 0 }], 0],
  ['an error of the configuration', [{ code: 2 }], 2],
  ['an error of the configuration after a failure', [{ code: 3 }, { code: 2 }], 2],
  ['a second signal', [{ code: 130 }], 130],
  ['a first start that fails', [{ code: 3, ready: false }], 3],
])('ends after %s', async (_, ends, status) => {
  const { clock, starts, result } = play(ends);
  await clock.advance(600_000);
  expect(result.status).toBe(status);
  expect(starts).toHaveLength(ends.length);
});

it('starts the monitor again after each failure, with growing pauses, and says how it ended', async () => {
  const failures: readonly End[] = [
    { signal: 'SIGKILL' },
    { code: 3 },
    { code: 3, ready: false },
    { signal: 'SIGSEGV', ranMs: 120_000 },
    { signal: 'SIGKILL' },
  ];
  const { clock, starts, printed, result } = play(failures);
  await clock.advance(3_600_000);
  expect(starts.map(({ endedBy }) => endedBy)).toEqual([
    undefined,
    'SIGKILL',
    'exit status 3',
    'exit status 3',
    'SIGSEGV',
    'SIGKILL',
  ]);
  const waits = starts.slice(1).map(({ at }, i) => at - (starts[i]?.at ?? 0) - (failures[i]?.ranMs ?? 5_000));
  // a jitter of a quarter
  expect(waits.map((ms) => Math.round(Math.log2(ms / 1_000)) + 0)).toEqual([0, 1, 2, 0, 1]);
  expect(printed[0]).toMatch(/^the monitor has ended \(SIGKILL\) and is started again in /);
  expect(result.status).toBeUndefined();
});

it('passes signals on, and starts nothing after them', async () => {
  const running = play([]);
  process.emit('SIGTERM');
  await running.clock.advance(600_000);
  expect(running.killed).toEqual(['SIGTERM']);
  expect(running.result.status).toBe(0);
  const pausing = play([{ signal: 'SIGKILL' }]);
  await pausing.clock.advance(5_100);
  process.emit('SIGINT');
  await pausing.clock.advance(600_000);
  expect(pausing.result.status).toBe(130);
  expect(pausing.starts).toHaveLength(1);
});
