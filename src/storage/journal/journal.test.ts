import { expect, test } from 'vitest';
import { Journal } from './index.ts';

const down = (time: number, reason: string) => ({ type: 'device', time, device: 'plc1', state: 'down', reason }) as const;

const nameOf = (tag: number): string => ['CL.SP', 'PS.P1.CMD'][tag] ?? '';

test('newest first; repetitions are counted; ticks are not listed', () => {
  const journal = new Journal(nameOf);
  journal.take(down(1, 'refused'));
  journal.take({ type: 'tick', time: 2 });
  journal.take(down(3, 'refused'));
  journal.take({ type: 'clock', time: 4, offsetMs: -60_000 });
  journal.take(down(5, 'reset'));
  expect(journal.read(10).map(({ device, count, lastTime, text }) => [device, count, lastTime, text])).toEqual([
    ['plc1', 1, 5, 'down: reset'],
    ['monitor', 1, 4, 'the clock of the monitor was set back by 1 min'],
    ['plc1', 2, 3, 'down: refused'],
  ]);
  expect(journal.read(10, 'monitor')).toHaveLength(1);
  expect(journal.read(1)).toHaveLength(1);
});

test('keeps its bound, and counts nothing on an entry that is gone', () => {
  const journal = new Journal(nameOf, 3);
  journal.take({ type: 'clock', time: 1, offsetMs: 5_000 });
  for (let time = 2; time < 6; time++) journal.take(down(time, `reason ${time}`));
  journal.take({ type: 'clock', time: 6, offsetMs: 5_000 });
  expect(journal.read(10).map(({ time, count }) => [time, count])).toEqual([
    [6, 1],
    [5, 1],
    [4, 1],
  ]);
});

test('alternating repetitions do not remove the rest', () => {
  const journal = new Journal(nameOf, 10);
  journal.take({ type: 'clock', time: 0, offsetMs: 5_000 });
  for (let time = 1; time <= 1_000; time++) journal.take(down(time, `reason ${time % 4}`));
  expect(journal.read(10).map(({ lastTime, count }) => [lastTime, count])).toEqual([
    [1_000, 250],
    [999, 250],
    [998, 250],
    [997, 250],
    [0, 1],
  ]);
});

test('a write on the network has client, place, old and new value', () => {
  const journal = new Journal(nameOf);
  const ends = { client: '10.0.0.66', server: '10.0.0.7', port: 502, protocol: 'modbus', device: 'plc1' } as const;
  const write = {
    type: 'wire-write',
    time: 1,
    tap: 'tap',
    ends,
    operation: 'FC6',
    target: 'holding 12',
    before: 0.8,
    after: 0.3,
  } as const;
  journal.take({ ...write, tag: 0, accepted: true });
  expect(journal.read(1)[0]).toMatchObject({
    device: 'plc1',
    text: '10.0.0.66 → 10.0.0.7:502: FC6 CL.SP (holding 12): 0.8 → 0.3, accepted',
  });
});

test('a changed hardware address on the network has its host and the one before; the first one is not listed', () => {
  const journal = new Journal(nameOf);
  const ends = { client: '10.0.0.7', server: '10.0.0.7', port: 0, protocol: 'arp' } as const;
  const first = { type: 'wire-address', time: 1, tap: 'tap', ends, address: '02:00:00:00:00:01' } as const;
  journal.take(first);
  journal.take({ ...first, time: 2, address: '02:00:00:00:00:02', before: first.address });
  expect(journal.read(2).map(({ device, text }) => [device, text])).toEqual([
    ['tap', '10.0.0.7: hardware address 02:00:00:00:00:01 → 02:00:00:00:00:02'],
  ]);
});
