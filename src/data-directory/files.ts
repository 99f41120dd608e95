import { type ChildProcess, fork } from 'node:child_process';
import * as local from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { Deadline } from '../core/deadline.ts';
import { ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { moduleBeside } from '../core/module.ts';
import { RpcClient } from '../core/rpc.ts';
import { processPort } from '../core/rpc-ports.ts';
import { dataDisk } from './disk-access.ts';
import { useFileOperations } from './operations.ts';

/** Time without an answer after which the process is ended, ms. */
const hungMs = 20_000;

/** Size of a part that is read at once, bytes. */
const partBytes = 262_144;

/** An operation on files, or on an open file. A file is opened again by a process that does not have it. */
export type FileRequest =
  | { readonly act: 'file'; readonly name: FileOperation; readonly args: readonly unknown[] }
  | { readonly act: 'open'; readonly id: number; readonly path: string; readonly flags: string | number; readonly mode?: number }
  | {
      readonly act: 'handle';
      readonly id: number;
      readonly path: string;
      readonly isReadOnly: boolean;
      readonly name: HandleOperation;
      readonly args: readonly unknown[];
    };

export type FileOperation = 'appendFile' | 'mkdir' | 'readdir' | 'rename' | 'rm' | 'truncate' | 'writeFile' | 'stat';
export type HandleOperation = 'write' | 'read' | 'sync' | 'datasync' | 'stat' | 'close';

/** The result, or an error of the file system with its code. */
export type FileAnswer = { readonly result: unknown } | { readonly error: { readonly message: string; readonly code: string } };

export interface FileCalls {
  readonly run: { readonly args: FileRequest; readonly result: FileAnswer };
}

/** The methods of `FileHandle` that a running monitor uses. Positions are explicit: a file can be opened again at any time. */
export interface OpenFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<unknown>;
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  stat(): Promise<{ readonly size: number }>;
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly rpc: RpcClient<FileCalls>;
  hasExited: boolean;
}

let isRemote = false;
let running: Running | undefined;
let hung: Deadline | undefined;
let lastHandle = 0;

/**
 * Performs all later operations on files in a process of their own, until disposal. A thread of this process that waits in the kernel for
 * a dead disk would keep it and its ports, also after SIGKILL.
 */
export function useFileProcess(clock: Clock): Disposable {
  isRemote = true;
  const replacing = useFileOperations({ mkdir, rename, rm, writeFile });
  hung = new Deadline(clock, hungMs, giveUp);
  start();
  return {
    [Symbol.dispose]: () => {
      isRemote = false;
      replacing[Symbol.dispose]();
      if (running?.child.connected === true) running.child.disconnect();
      // it ends when it has done everything; nothing here waits for it
      running?.child.unref();
      running = undefined;
    },
  };
}

/** A file whose writes are complete, or reject: on a disk that becomes full, the file system writes a part without an error. */
function whole(handle: local.FileHandle): OpenFile {
  return {
    write: async (bytes, offset, length, position) => await writeAll(handle, bytes.subarray(offset, offset + length), position),
    read: async (bytes, offset, length, position) => await handle.read(bytes, offset, length, position),
    sync: async () => await handle.sync(),
    datasync: async () => await handle.datasync(),
    stat: async () => await handle.stat(),
    close: async () => await handle.close(),
  };
}

/** Writes all bytes at a position. The next write after a part reports why the rest does not fit. */
export async function writeAll(handle: local.FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC: nothing was written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** @param mode of a file that is created */
export async function open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
  if (!isRemote) return whole(await local.open(path, flags, mode));
  const id = ++lastHandle;
  await run({ act: 'open', id, path, flags, ...(mode === undefined ? {} : { mode }) });
  const isReadOnly = flags === 'r';
  const call = async (name: HandleOperation, ...args: readonly unknown[]): Promise<unknown> =>
    await run({ act: 'handle', id, path, isReadOnly, name, args });
  return {
    // a copy of the part: the message would contain the whole memory behind a view
    write: async (bytes, offset, length, position) =>
      await call('write', Uint8Array.from(bytes.subarray(offset, offset + length)), position),
    read: async (bytes, offset, length, position) => {
      const found = (await call('read', length, position)) as Uint8Array;
      bytes.set(found, offset);
      return { bytesRead: found.length };
    },
    sync: async () => void (await call('sync')),
    datasync: async () => void (await call('datasync')),
    stat: async () => (await call('stat')) as { size: number },
    close: async () => void (await call('close')),
  };
}

export const appendFile = async (path: string, data: string | Uint8Array, options?: { mode: number }): Promise<void> =>
  await (isRemote ? file('appendFile', path, data, options) : local.appendFile(path, data, options));
export const writeFile = async (path: string, data: string | Uint8Array, options?: { mode: number }): Promise<void> =>
  await (isRemote ? file('writeFile', path, data, options) : local.writeFile(path, data, options));
export const mkdir = async (path: string, options: { recursive: true; mode?: number }): Promise<void> =>
  void (await (isRemote ? file('mkdir', path, options) : local.mkdir(path, options)));
export const rename = async (from: string, to: string): Promise<void> =>
  await (isRemote ? file('rename', from, to) : local.rename(from, to));
export const rm = async (path: string, options: { force: true; recursive?: true }): Promise<void> =>
  await (isRemote ? file('rm', path, options) : local.rm(path, options));
export const truncate = async (path: string, length: number): Promise<void> =>
  await (isRemote ? file('truncate', path, length) : local.truncate(path, length));
export const stat = async (path: string): Promise<{ readonly size: number }> =>
  await dataDisk.run(async () =>
    isRemote ? ((await file('stat', path)) as unknown as { size: number }) : await local.stat(path),
  );

export const readdir = async (path: string): Promise<string[]> =>
  await dataDisk.run(async () => (isRemote ? ((await file('readdir', path)) as unknown as string[]) : await local.readdir(path)));

/** The content of a file in parts, also of one that is being written. @throws ScadaError STATE_UNAVAILABLE if the disk does not answer */
export async function* partsOf(path: string): AsyncGenerator<Buffer, void, void> {
  const handle = await dataDisk.run(
    () => open(path, 'r'),
    (late) => void late.close().catch(() => {}),
  );
  try {
    for (let position = 0; ; ) {
      const part = Buffer.alloc(partBytes);
      const { bytesRead } = await dataDisk.run(() => handle.read(part, 0, partBytes, position));
      if (bytesRead === 0) return;
      position += bytesRead;
      yield part.subarray(0, bytesRead);
    }
  } finally {
    // nothing is written to it, so that nothing waits for its end
    void handle.close().catch(() => {});
  }
}

/** The whole content of a file. @throws like `partsOf` */
export async function readFile(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of partsOf(path)) parts.push(part);
  return Buffer.concat(parts);
}

/** Removes a file when this process is about to end. The answer is not awaited. @returns false if there is no process of the files */
export function removeLast(path: string): boolean {
  if (!isRemote || running?.child.connected !== true) return false;
  void file('rm', path, { force: true }).catch(() => {});
  return true;
}

/** Writes text at a position when this process is about to end. The answer is not awaited. */
export function writeLast(path: string, text: string, position: number): boolean {
  if (!isRemote || running?.child.connected !== true) return false;
  void run({ act: 'handle', id: 0, path, isReadOnly: false, name: 'write', args: [Buffer.from(text), position] }).catch(() => {});
  return true;
}

const file = async (name: FileOperation, ...args: readonly unknown[]): Promise<void> =>
  (await run({ act: 'file', name, args })) as undefined;

async function run(request: FileRequest): Promise<unknown> {
  const { rpc } = current();
  const answer = await (hung as Deadline).within(rpc.call('run', request));
  if ('result' in answer) return answer.result;
  const { message, code } = answer.error;
  throw Object.assign(new Error(message), { code });
}

function current(): Running {
  return running === undefined || running.hasExited ? start() : running;
}

function start(): Running {
  const child = fork(moduleBeside(import.meta.url, './file-process'), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--max-old-space-size=128', '--max-semi-space-size=1'],
  });
  const started: Running = {
    child,
    rpc: new RpcClient<FileCalls>(processPort(child), { name: 'the process of the files', unavailable: fault }),
    hasExited: false,
  };
  const end = (): void => void (started.hasExited = true);
  child.on('exit', end);
  child.on('error', () => {
    if (child.pid === undefined) end();
  });
  running = started;
  return started;
}

function giveUp(): ScadaError {
  const error = fault(`the disk has not answered for ${formatDuration(hungMs)}`);
  running?.rpc.fail(error);
  // one that is stopped ends; one that waits for its disk ends when the disk answers
  running?.child.kill('SIGKILL');
  return error;
}

const fault = (reason: string): ScadaError =>
  new ScadaError('retryable', 'STATE_UNAVAILABLE', reason, { hint: 'check the disk of the data directory' });
