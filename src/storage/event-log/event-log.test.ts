import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChildProcesses } from '../../../test/support/child-processes.ts';
import { batchOf, tableOf } from '../../../test/support/samples.ts';
import { systemClock } from '../../core/clock.ts';
import { type Event, observeBatch, observeEvent } from '../../core/observation.ts';
import { silentLogger } from '../../core/plugin.ts';
import { useFileProcess } from '../../data-directory/files.ts';
import { type ClockLine, decodeEvent, EventLog, type EventLogOptions, type LoggedEvent, readEventLog } from './index.ts';

const tags = tableOf({ plc1: ['LEVEL', 'FLOW'] });
const { signal } = new AbortController();
const ends = { client: '10.0.0.66', server: '10.0.0.7', port: 502, protocol: 'modbus' } as const;

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'event-log-')), 'events');
});
afterEach(async () => {
  await rm(join(dir, '..'), { recursive: true });
});

const openLog = (rest: Partial<EventLogOptions> = {}): Promise<EventLog> =>
  EventLog.open({ dir, tags, logger: silentLogger, ...rest });
const down = (time: number, reason = 'refused') => ({ type: 'device', time, device: 'plc1', state: 'down', reason }) as const;

async function read(from = -Infinity, to = Infinity, table = tags): Promise<{ heard: LoggedEvent[]; damaged: string[] }> {
  const heard: LoggedEvent[] = [];
  const damaged: string[] = [];
  for await (const line of readEventLog(dir, { from, to }, signal, ({ file }) => damaged.push(file)))
    if (line.kind === 'event') heard.push(decodeEvent(line, table));
  return { heard, damaged };
}

const figure = fc.double();
const someEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ time: fc.nat(), code: fc.string(), message: fc.string(), tags: fc.subarray([0, 1]) }).map((own) => {
    return { type: 'poll-failed', device: 'plc1', ...own } as const;
  }),
  fc.record({ time: fc.nat(), latencyMs: figure, latencyMaxMs: figure, ageMs: figure, budgetUsed: figure }).map((own) => {
    return { type: 'device-health', device: 'plc1', intervalMs: 5_000, requests: 1, errors: 0, bytes: 9, ...own } as const;
  }),
  fc.record({ time: fc.nat(), tag: fc.constantFrom(0, 1), before: fc.oneof(figure, fc.string()), after: figure }).map((own) => {
    return { type: 'wire-write', tap: 'tap', ends, operation: 'FC6', target: 'holding 1', ...own } as const;
  }),
);

describe('the event log', () => {
  it('returns every event unchanged, in the order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someEvent, { maxLength: 30 }), async (events) => {
        await rm(dir, { recursive: true, force: true });
        await using log = await openLog();
        for (const event of events) await log.take(observeEvent(event));
        await log[Symbol.asyncDispose]();
        expect((await read()).heard.map(({ event }) => event)).toEqual(events);
      }),
      { seed: 11, numRuns: 50 },
    );
  });

  it('records when each was received: with the batch or tick before it, or at its own time if that is later', async () => {
    await using log = await openLog();
    await log.take(observeBatch(batchOf(tags, 'plc1', [{ tag: 'LEVEL', time: 5_000, value: 1 }])));
    await log.take(observeEvent(down(4_200)));
    await log.take(observeEvent({ type: 'tick', time: 6_000 }));
    await log.take(observeEvent(down(6_100)));
    await log.take(observeEvent({ type: 'tick', time: 7_000 }));
    expect((await read()).heard.map(({ at, event }) => [at, event.time])).toEqual([
      [5_000, 4_200],
      [6_100, 6_100],
    ]);
    expect((await read(5_001)).heard).toHaveLength(1);
    expect((await read(-Infinity, 6_100)).heard).toHaveLength(1);
  });

  it('is readable up to the last tick while it is written, and with its end cut off', async () => {
    await using log = await openLog();
    for (let time = 0; time < 100_000; time += 1_000) {
      await log.take(observeEvent(down(time, `reason ${time}`)));
      await log.take(observeEvent({ type: 'tick', time: time + 1_000 }));
    }
    expect((await read()).heard).toHaveLength(100);
    const [name = ''] = await readdir(dir);
    const { length } = await readFile(join(dir, name));
    await truncate(join(dir, name), Math.floor(length / 2));
    const { heard, damaged } = await read();
    expect(heard.length).toBeGreaterThan(20);
    expect(heard.length).toBeLessThan(100);
    expect(heard.every(({ event }, i) => event.time === i * 1_000)).toBe(true);
    expect(damaged).toEqual([]);
  });

  it('reports a damaged file and continues with the next', async () => {
    for (const time of [1_000, 2_000, 3_000]) {
      await using log = await openLog();
      await log.take(observeEvent(down(time)));
    }
    const names = (await readdir(dir)).toSorted();
    await writeFile(join(dir, names[1] ?? ''), 'this is no gzip');
    const { heard, damaged } = await read();
    expect(heard.map(({ at }) => at)).toEqual([1_000, 3_000]);
    expect(damaged).toEqual([names[1]]);
  });

  it('keeps its bound by deleting the oldest file', async () => {
    await using log = await openLog({ segmentBytes: 2_000, boundBytes: 10_000 });
    for (let time = 1; time <= 3_000; time++) {
      await log.take(observeEvent(down(time, crypto.randomUUID())));
      await log.take(observeEvent({ type: 'tick', time }));
    }
    await log[Symbol.asyncDispose]();
    const files = await Promise.all((await readdir(dir)).map(async (name) => (await readFile(join(dir, name))).length));
    expect(files.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(14_000);
    const { heard } = await read();
    expect(heard.at(-1)?.at).toBe(3_000);
    expect(heard[0]?.at).toBeGreaterThan(2_000);
  });

  it('omits tags that another configuration does not have', async () => {
    {
      await using log = await openLog();
      await log.take(observeEvent({ type: 'maintenance', time: 1, tags: [0, 1], text: 'works' }));
      await log.take(
        observeEvent({ type: 'wire-write', time: 2, tap: 't', ends, operation: 'FC6', target: '', tag: 0, after: 1 }),
      );
      const readings = [
        { tag: 0, value: 2.5 },
        { tag: 1, value: -0 },
      ];
      await log.take(observeEvent({ type: 'wire-readings', time: 3, tap: 't', ends, operation: 'FC3', unit: 1, readings }));
    }
    const { heard } = await read(-Infinity, Infinity, tableOf({ plc1: ['OTHER', 'FLOW'] }));
    expect(heard[0]?.event).toMatchObject({ tags: [1] });
    expect(heard[1]?.event).not.toHaveProperty('tag');
    expect(heard[2]?.event).toMatchObject({ type: 'wire-readings', unit: 1, readings: [{ tag: 1, value: -0 }] });
  });

  it('keeps events in memory while the disk does not accept them, and writes them when it does', async () => {
    await using log = await openLog();
    await rm(dir, { recursive: true });
    await log.take(observeEvent(down(1)));
    await log.take(observeEvent({ type: 'tick', time: 2 }));
    await log.take(observeEvent(down(3)));
    await log.take(observeEvent({ type: 'tick', time: 4 }));
    expect(log.lost).toBe(0);
    expect(log.fault).toContain('ENOENT');
    await mkdir(dir);
    await log.take(observeEvent(down(5)));
    await log[Symbol.asyncDispose]();
    expect(log.fault).toBeUndefined();
    expect((await read()).heard.map(({ at }) => at)).toEqual([1, 3, 5]);
  });

  it('loses the oldest events past the bound, and counts them', async () => {
    await using log = await openLog();
    await rm(dir, { recursive: true });
    for (let n = 0; n < 20_003; n++) await log.take(observeEvent(down(n)));
    await log.take(observeEvent({ type: 'tick', time: 30_000 }));
    expect(log.lost).toBeGreaterThanOrEqual(3);
    const { lost } = log;
    await mkdir(dir);
    await log[Symbol.asyncDispose]();
    const { heard } = await read();
    expect(heard[0]?.at).toBeGreaterThan(0);
    expect(heard.length).toBeGreaterThanOrEqual(20_003 - lost - 1);
  });
});

/** A machine with a settable clock. */
class SetClock {
  #monotonic = 5_000;
  #day = Date.UTC(2026, 10, 24, 6);

  now = (): number => this.#day;
  monotonic = (): number => this.#monotonic;

  pass(ms: number): void {
    this.#monotonic += ms;
    this.#day += ms;
  }

  set(byMs: number): void {
    this.#day += byMs;
  }
}

it('a disk that does not answer refuses the reader within seconds, and is no damage', async () => {
  for (const time of [1, 2]) {
    await using log = await openLog();
    await log.take(observeEvent(down(time)));
  }
  using children = new ChildProcesses();
  using _files = useFileProcess(systemClock);
  const damaged: unknown[] = [];
  const reading = async (): Promise<void> => {
    for await (const { kind } of readEventLog(dir, { from: -Infinity, to: Infinity }, signal, (one) => damaged.push(one)))
      if (kind === 'event') children.of('file-process').at(-1)?.kill('SIGSTOP');
  };
  await expect(reading()).rejects.toMatchObject({ kind: 'retryable', code: 'STATE_UNAVAILABLE' });
  expect(damaged).toEqual([]);
});

const clockLines = async (): Promise<ClockLine[]> => {
  const lines: ClockLine[] = [];
  for await (const line of readEventLog(dir, { from: -Infinity, to: Infinity }, signal, () => {}))
    if (line.kind === 'clock') lines.push(line);
  return lines;
};

/** The possible monotonic times of a receive time, by the rule of the README. */
function monotonicOf(received: number, lines: readonly ClockLine[]): number[] {
  return lines.flatMap((before, i) => {
    const since = before.monotonicMs + (received - before.at);
    const after = lines[i + 1];
    if (after?.run !== before.run) return received >= before.at && received < before.at + 61_000 ? [since] : [];
    const until = after.monotonicMs - (after.at - received);
    const both = Math.abs(since - until) < 20 ? [since] : [since, until];
    return both.filter((time) => time >= before.monotonicMs && time < after.monotonicMs);
  });
}

describe('the state of the clocks', () => {
  it('is recorded at the start, each minute and around each step, so that monotonic time follows from any receive time', async () => {
    const machine = new SetClock();
    const clocks = { site: machine, machine, run: 'first' };
    const steps = [0, 3_600_000, 0, -250, 0, -1_800_000, 40];
    const received: { time: number; monotonic: number }[] = [];
    {
      await using log = await openLog({ clocks });
      for (const step of steps) {
        for (let i = 0; i < 450; i++) {
          machine.pass(137);
          // in the middle between two ticks
          if (i === 203) machine.set(step);
          received.push({ time: machine.now(), monotonic: machine.monotonic() });
          if (i % 7 === 0) await log.take(observeEvent({ type: 'tick', time: machine.now() }));
        }
      }
    }
    const lines = await clockLines();
    expect(lines.length).toBeLessThan(30);
    expect(lines[0]).toEqual({
      kind: 'clock',
      at: Date.UTC(2026, 10, 24, 6),
      wallMs: Date.UTC(2026, 10, 24, 6),
      monotonicMs: 5_000,
      run: 'first',
    });
    const told = received.map(({ time, monotonic }) => ({ monotonic, times: monotonicOf(time, lines) }));
    for (const { monotonic, times } of told) expect(times).toContainEqual(expect.closeTo(monotonic, 3));
    // more than one only for times so close to a small step that they may be on either side of it
    const several = told.filter(({ times }) => times.length > 1);
    expect(several.length).toBeLessThan(30);
    for (const { times } of several) expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(250);
  });

  it('distinguishes runs, ignores differences that are no steps, and is not recorded in a replay', async () => {
    const machine = new SetClock();
    for (const run of ['first', 'second']) {
      await using log = await openLog({ clocks: { site: machine, machine, run } });
      for (let second = 0; second < 59; second++) {
        machine.pass(1_000);
        machine.set(second % 2 === 0 ? 1 : -1);
        await log.take(observeEvent({ type: 'tick', time: machine.now() }));
      }
    }
    {
      await using replayed = await openLog();
      await replayed.take(observeEvent({ type: 'tick', time: machine.now() }));
    }
    expect((await clockLines()).map(({ run }) => run)).toEqual(['first', 'second']);
    expect((await read()).heard).toEqual([]);
  });
});
