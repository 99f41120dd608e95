import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { away } from '../../test/support/notify.ts';
import { contextOf } from '../../test/support/samples.ts';
import { VirtualClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { RecordSource, SecurityRecord } from '../core/security-record.ts';
import { Records } from './records.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-records-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A stream of numbers; a position is the last number. */
class Source implements RecordSource {
  readonly stream = 'audit';
  last = 0;

  async end(): Promise<string> {
    return String(this.last);
  }

  async after(position: string, limit: number) {
    const from = Number(position);
    const to = Math.min(this.last, from + limit);
    const records = Array.from({ length: to - from }, (_, i): SecurityRecord => {
      const number = from + i + 1;
      return { id: String(number), stream: 'audit', time: number, kind: 'user.created', text: `act ${number}`, site: 'North' };
    });
    return { records, position: String(to) };
  }
}

function open(source: Source, epoch = 'e') {
  const clock = new VirtualClock(0);
  const sent: SecurityRecord[] = [];
  const receiver = {
    sent,
    isBusy: false,
    fail: (_records: readonly SecurityRecord[]): ScadaError | undefined => undefined,
    canaryFails: (): ScadaError | undefined => undefined,
  };
  const records = new Records({
    name: 'syslog-1',
    notifier: {
      sendRecords: async (all) => {
        const error = receiver.fail(all);
        if (error !== undefined) throw error;
        sent.push(...all);
      },
      canary: async () => {
        const error = receiver.canaryFails();
        if (error !== undefined) throw error;
      },
    },
    source,
    epoch,
    dir,
    context: contextOf(clock),
    isBusy: () => receiver.isBusy,
    clock,
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n++) await clock.advance(1_000);
  };
  return { receiver, records, pass, numbers: () => sent.map(({ id }) => Number(id)) };
}

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, i) => from + i);
const refused = (): ScadaError => new ScadaError('fatal', 'NOTIFY_FAILED', 'HTTP 403');

it('sends each record once and in order, from the first after its start', async () => {
  const source = new Source();
  source.last = 500;
  const { records, pass, numbers } = open(source);
  await using _ = records;
  await pass(2);
  source.last = 1_700;
  await pass(5);
  expect(numbers()).toEqual(upTo(1_700, 501));
});

it('continues after an outage and after a restart, without a gap', async () => {
  const source = new Source();
  const first = open(source);
  await first.pass(2);
  source.last = 250;
  await first.pass(5);
  first.receiver.fail = () => away();
  first.receiver.canaryFails = () => away();
  source.last = 900;
  await first.pass(60);
  expect(first.records.fault).toMatchObject({ isRefused: false });
  await first.records[Symbol.asyncDispose]();
  source.last = 1_000;
  const second = open(source);
  await using _ = second.records;
  await second.pass(5);
  expect([...first.numbers(), ...second.numbers()]).toEqual(upTo(1_000));
});

it('keeps its place while a run has a stand-in for the state', async () => {
  const source = new Source();
  const first = open(source);
  await first.pass(2);
  source.last = 100;
  await first.pass(3);
  await first.records[Symbol.asyncDispose]();
  const temporary = open(new Source(), 'stand-in');
  await temporary.pass(3);
  await temporary.records[Symbol.asyncDispose]();
  source.last = 150;
  const second = open(source);
  await using _ = second.records;
  await second.pass(3);
  expect([...first.numbers(), ...second.numbers()]).toEqual(upTo(150));
});

it('reports a stream that cannot be read, until it can', async () => {
  const source = new Source();
  const { records, pass, numbers } = open(source);
  await using _ = records;
  await pass(2);
  const after = source.after.bind(source);
  source.after = () => Promise.reject(new ScadaError('retryable', 'STATE_UNAVAILABLE', 'the disk does not answer'));
  await pass(5);
  expect(records.fault).toMatchObject({ isRefused: false, error: { code: 'STATE_UNAVAILABLE' } });
  source.after = after;
  await pass(60);
  expect(records.fault).toBeUndefined();
  source.last = 3;
  await pass(2);
  expect(numbers()).toEqual(upTo(3));
});

it('lets alerts go first', async () => {
  const source = new Source();
  const { receiver, records, pass, numbers } = open(source);
  await using _ = records;
  await pass(2);
  receiver.isBusy = true;
  source.last = 10;
  await pass(30);
  expect(numbers()).toEqual([]);
  receiver.isBusy = false;
  await pass(2);
  expect(numbers()).toEqual(upTo(10));
});

it('replaces the one record that a receiver refuses by the statement that it is missing', async () => {
  const source = new Source();
  const { receiver, records, pass, numbers } = open(source);
  await using _ = records;
  await pass(2);
  receiver.fail = (all) => (all.some(({ id, kind }) => id === '7' && kind !== 'gap') ? refused() : undefined);
  source.last = 20;
  await pass(90);
  expect(numbers()).toEqual(upTo(20));
  expect(receiver.sent[6]).toMatchObject({ id: '7', kind: 'gap', text: expect.stringContaining('refused') });
  expect(records.fault).toBeUndefined();
});

it('waits while a receiver refuses all records and takes canaries, which is a fault', async () => {
  const source = new Source();
  const { receiver, records, pass, numbers } = open(source);
  await using _ = records;
  await pass(2);
  receiver.fail = refused;
  source.last = 20;
  await pass(60);
  expect(records.fault).toMatchObject({ isRefused: true, error: { message: 'HTTP 403' } });
  receiver.fail = () => undefined;
  await pass(420);
  expect(numbers()).toEqual(upTo(20));
  expect(records.fault).toBeUndefined();
});
