import { ScadaError } from '../core/errors.ts';
import { starterPort } from '../core/rpc-ports.ts';
import { RpcServer } from '../core/rpc-server.ts';
import { Collected } from './collected.ts';
import type { Indicator } from './indicator.ts';
import { type KeptFeed, readKept, writeKept } from './kept.ts';
import { OwnAddresses } from './own-addresses.ts';
import { parseFeed } from './parse.ts';
import type { ReadCalls, ReadOptions, ReadResult } from './read.ts';
import { type FeedContent, readFeed, reasonOf } from './source.ts';

let indicators: readonly Indicator[] = [];
/** What is kept, and where. */
let last: { readonly file: string; readonly content: KeptFeed } | undefined;

async function read(options: ReadOptions, signal: AbortSignal): Promise<ReadResult | undefined> {
  const { settings, now, kept, isFromKept } = options;
  const content = isFromKept ? readKept(kept, settings.mostBytes) : { ...(await readFeed(settings, signal)), readAt: now };
  if (content === undefined) return undefined;
  const { files, at, readAt } = content;
  const { refused, refusals } = parse(files, options);
  last = { file: kept, content: { version: 1, readAt, at, files } };
  return { at, readAt, refused, refusals };
}

function parse(files: FeedContent['files'], { settings, own, now, room }: ReadOptions): Collected {
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
  return collected;
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
  keep: () => {
    if (last !== undefined) writeKept(last.file, last.content);
    return undefined;
  },
  alive: () => undefined,
  take: ({ from, most }) => indicators.slice(from, from + most),
});
