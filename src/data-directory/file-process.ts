import * as files from 'node:fs/promises';
import { RpcServer } from '../core/rpc-server.ts';
import { starterPort } from '../core/rpc-ports.ts';
import { type FileAnswer, type FileCalls, type FileRequest, writeAll } from './files.ts';

/** Process that performs the operations on files of a monitor. It ends when the monitor has ended and everything is done. */
const open = new Map<number, files.FileHandle>();

async function perform(request: FileRequest): Promise<unknown> {
  if (request.act === 'file') return await onFile(request);
  if (request.act === 'open') {
    open.set(request.id, await files.open(request.path, request.flags, request.mode));
    return undefined;
  }
  return await onHandle(request);
}

async function onFile({ name, args }: Extract<FileRequest, { act: 'file' }>): Promise<unknown> {
  const call = files[name] as (...args: readonly unknown[]) => Promise<unknown>;
  const result = await call(...args);
  if (name === 'readdir') return result;
  return name === 'stat' ? { size: (result as { size: number }).size } : undefined;
}

async function onHandle({ id, path, isReadOnly, name, args }: Extract<FileRequest, { act: 'handle' }>): Promise<unknown> {
  if (name === 'close') {
    await open.get(id)?.close();
    open.delete(id);
    return undefined;
  }
  let handle = open.get(id);
  // an earlier process had it
  if (handle === undefined) open.set(id, (handle = await files.open(path, isReadOnly ? 'r' : 'r+')));
  switch (name) {
    case 'write': {
      const [bytes, position] = args as [Uint8Array, number];
      await writeAll(handle, bytes, position);
      return undefined;
    }
    case 'read': {
      const [length, position] = args as [number, number];
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      return Uint8Array.from(buffer.subarray(0, bytesRead));
    }
    case 'stat':
      return { size: (await handle.stat()).size };
    case 'sync':
    case 'datasync':
      return await handle[name]();
  }
}

new RpcServer<FileCalls>(starterPort(), {
  run: async (request): Promise<FileAnswer> => {
    try {
      return { result: await perform(request) };
    } catch (thrown) {
      const { message, code = '' } = thrown as NodeJS.ErrnoException;
      return { error: { message, code } };
    }
  },
});

// a terminal and a service manager signal every process of the group; the monitor ends this one after everything is stored
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});
