import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { observeEvent } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { TagTable } from '../../core/tag.ts';
import { EventLog } from './log.ts';
import { endOfLog, type LogPosition, readAfter } from './members.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-members-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const tags = new TagTable([]);
const openLog = (more: object = {}): Promise<EventLog> => EventLog.open({ dir, tags, logger: silentLogger, ...more });

/** Writes events with the given numbers, and a member at each tick. */
async function write(log: EventLog, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    await log.take(observeEvent({ type: 'device', time: n, device: `plc${n}`, state: 'up', reason: `${n}` }));
    if (n % 3 === 0) await log.take(observeEvent({ type: 'tick', time: n }));
  }
  await log.take(observeEvent({ type: 'tick', time: to }));
}

/** Everything after a position. */
async function read(from: LogPosition) {
  const numbers: number[] = [];
  const gaps: string[] = [];
  let at = from;
  for (;;) {
    const { lines, next, gap } = await readAfter(dir, at);
    numbers.push(...lines.map((line) => (JSON.parse(line) as { event: { time: number } }).event.time));
    if (gap !== undefined) gaps.push(gap);
    if (next.file === at.file && next.byte === at.byte) return { numbers, gaps, at };
    at = next;
  }
}

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, i) => from + i);

it('reads each line once and in order while the log is written, over files and starts', async () => {
  const start = await endOfLog(dir);
  const numbers: number[] = [];
  let at = start;
  for (let run = 0; run < 3; run++) {
    await using log = await openLog({ segmentBytes: 600 });
    for (let part = 0; part < 3; part++) {
      const from = run * 30 + part * 10 + 1;
      await write(log, from, from + 9);
      const found = await read(at);
      numbers.push(...found.numbers);
      expect(found.gaps).toEqual([]);
      at = found.at;
    }
  }
  expect(numbers).toEqual(upTo(90));
  expect(readdirSync(dir).length).toBeGreaterThan(3);
  expect((await read({ file: 1, byte: 0 })).numbers).toEqual(upTo(90));
});

it('begins at the end for a new reader', async () => {
  await using log = await openLog();
  await write(log, 1, 5);
  const at = await endOfLog(dir);
  await write(log, 6, 9);
  expect((await read(at)).numbers).toEqual(upTo(9, 6));
});

it('waits for the rest of a member that is being written', async () => {
  await using log = await openLog();
  await write(log, 1, 3);
  const { at } = await read({ file: 1, byte: 0 });
  const path = join(dir, readdirSync(dir)[0] ?? '');
  const member = gzipSync('{"kind":"event","at":4,"event":{"type":"device","time":4}}\n');
  appendFileSync(path, member.subarray(0, member.length - 5));
  expect(await read(at)).toEqual({ numbers: [], gaps: [], at });
  appendFileSync(path, member.subarray(member.length - 5));
  expect((await read(at)).numbers).toEqual([4]);
});

it('states files that were deleted before they were read, and a damaged end', async () => {
  await using log = await openLog({ segmentBytes: 300 });
  await write(log, 1, 90);
  const files = readdirSync(dir).toSorted();
  rmSync(join(dir, files[1] ?? ''));
  const damaged = join(dir, files[3] ?? '');
  truncateSync(damaged, statSync(damaged).size - 4);
  const { gaps, numbers } = await read({ file: 1, byte: 0 });
  expect(gaps).toEqual([
    '1 file of the event log was deleted before they were sent',
    expect.stringMatching(/^the file .* of the event log cannot be read beyond its first \d+ bytes$/),
  ]);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBe(90);
});
