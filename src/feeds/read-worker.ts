import { ScadaError } from '../core/errors.ts';
import { starterPort } from '../core/rpc-ports.ts';
import { RpcServer } from '../core/rpc-server.ts';
import { Collected } from './collected.ts';
import type { Indicator } from './indicator.ts';
import { OwnAddresses } from './own-addresses.ts';
import { parseFeed } from './parse.ts';
import type { ReadCalls, ReadOptions, ReadResult } from './read.ts';
import { readFeed, reasonOf } from './source.ts';

let indicators: readonly Indicator[] = [];

async function read({ settings, own, now, room }: ReadOptions, signal: AbortSignal): Promise<ReadResult> {
  const { files, at } = await readFeed(settings, signal);
  const collected = new Collected(room, now);
  const options = { ...settings, own: new OwnAddresses(own) };
  for (const { name, content } of files) {
    // only the files of a folder have a name of their own
    const prefix = files.length > 1 ? `${name}: ` : '';
    try {
      parseFeed(content, options, {
        take: (indicator) => collected.take(indicator),
        refuse: ({ id, reason }) => collected.refuse({ id: `${prefix}${id}`, reason }),
      });
    } catch (thrown) {
      const reason = thrown instanceof SyntaxError ? 'it is not JSON' : reasonOf(thrown);
      throw unreadable(`${prefix}${reason}`, thrown);
    }
  }
  indicators = collected.indicators();
  const { refused, refusals } = collected;
  return { at, refused, refusals };
}

const unreadable = (reason: string, cause: unknown): ScadaError =>
  new ScadaError('retryable', 'INPUT_INVALID', reason, { cause });

new RpcServer<ReadCalls>(starterPort(), {
  read: async (options, { signal }) => {
    try {
      return await read(options, signal);
    } catch (thrown) {
      throw thrown instanceof ScadaError ? thrown : unreadable(reasonOf(thrown), thrown);
    }
  },
  alive: () => undefined,
  take: ({ from, most }) => indicators.slice(from, from + most),
});
