import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../core/module.ts';
import { ScadaError } from '../core/errors.ts';
import { RpcClient } from '../core/rpc.ts';
import { threadPort } from '../core/rpc-ports.ts';
import { type ConfigDocument, readDocument } from './document.ts';

/** Calls of the thread. */
export interface DocumentCalls {
  readonly read: { readonly args: { readonly text: string; readonly file: string }; readonly result: unknown };
}

/** Length above which a file is read in a thread, characters: some 5 000 tags. */
const largeFile = 1_000_000;

/**
 * Like `readDocument`. A large file is read in a thread that then ends: its syntax tree needs a hundred times the size of the file, which
 * the heap of this thread would keep. Lines of such a file are known only after a second reading, for messages about problems.
 */
export async function readDocumentApart(text: string, file: string): Promise<ConfigDocument> {
  if (text.length < largeFile) return readDocument(text, file);
  const worker = new Worker(moduleBeside(import.meta.url, './document-worker'), { name: 'configuration', execArgv: [] });
  const thread = new RpcClient<DocumentCalls>(threadPort(worker), {
    name: 'the thread that reads the configuration',
    unavailable: (reason, cause) => new ScadaError('config', 'CONFIG_UNREADABLE', `${file} cannot be read: ${reason}`, { cause }),
  });
  try {
    const value = await thread.call('read', { text, file });
    let document: ConfigDocument | undefined;
    return { value, locate: (path) => (document ??= readDocument(text, file)).locate(path) };
  } finally {
    await worker.terminate();
  }
}
