import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTest, sourceFiles } from './source.ts';

/** Folders whose endless loops depend on a device, a receiver, a store or another thread. */
const folders =
  /^(collectors|src\/(detection\/threads|feeds|historian|ingest|monitor|notifiers?|notifier-kit|notify|service|storage)|dashboard\/server)\//;

/** A loop that ends only from within. */
const endless = /^ *(for \(;;\)|while \((true|!.*(aborted|closed|stopped|disposed).*)\)) \{?/;

/** Each round begins with a paced wait. */
const paced = /^(await |if \(!?\(?await )[\w.#]*(rounds\.next|(clock|wall|machine|Clock)\.sleep)\(/i;

/** Number of loops of a file over a content that ends, or whose rounds wait by themselves. */
const exceptions: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  'collectors/capture/sources/file.ts': [1, 'reads a file to its end'],
  'collectors/capture/file/pcapng.ts': [1, 'parses bytes in memory'],
  'collectors/modbus/poll.ts': [1, 'merges sessions, each of which is paced'],
  'collectors/modbus/transport/channel.ts': [2, 'sleeps for the rest of a time that is longer than zero'],
  'collectors/opcua/subscription/subscription.ts': [1, 'takes from the chain of publish requests, which is paced'],
  'src/detection/threads/live.ts': [1, 'takes from a queue in memory'],
  'src/feeds/read.ts': [1, 'takes the rest of a feed from its thread'],
  'src/historian/duckdb/day-file.ts': [1, 'reads a file to its end'],
  'src/historian/duckdb/engine.ts': [1, 'reads a result to its end'],
  'src/ingest/polling/heap.ts': [1, 'goes down a heap'],
  'src/monitor/plant-reset.ts': [1, 'takes from a queue in memory'],
  'src/monitor/replay-player.ts': [1, 'sleeps for the rest of a time that is longer than zero'],
  'src/service/guard.ts': [1, 'beats, then sleeps for the interval of the beats'],
};

it('each endless loop begins its rounds with a wait', () => {
  const files = sourceFiles().filter((file) => folders.test(file) && !isTest(file));
  const found = files.flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line, at) => {
      if (!endless.test(line)) return [];
      const body = lines.slice(at + 1).map((one) => one.trim());
      const first = body.find((one) => !one.startsWith('//') && !/^(try \{|let \w+: \w+;)$/.test(one)) ?? '';
      return [{ file, isPaced: paced.test(first), place: `${file}:${at + 1} ${first}` }];
    });
  });
  const unpaced = found.filter(({ isPaced }) => !isPaced);
  const counts = Object.fromEntries(Object.entries(exceptions).map(([file, [count]]) => [file, count]));
  const places = Map.groupBy(unpaced, ({ file }) => file);
  const unexpected = [...places].filter(([file, all]) => all.length !== counts[file]);
  expect(unexpected.flatMap(([, all]) => all.map(({ place }) => place))).toEqual([]);
  expect(Object.keys(exceptions).filter((file) => !places.has(file))).toEqual([]);
  expect(found.length - unpaced.length).toBeGreaterThan(20);
});
