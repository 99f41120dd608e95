import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { Random } from '../../../src/core/random.ts';
import { rtu } from '../../../test/support/raw-modbus.ts';
import {
  answerPdu,
  answerRight,
  frameFor,
  rightPdu,
  type ScriptedFraming,
  type ScriptedPeer,
  type ScriptedRequest,
  startScriptedPeer,
} from '../../../test/support/scripted-modbus.ts';
import { Channel, type ChannelRules } from './channel.ts';
import { MbapFraming } from './mbap.ts';
import { RtuFraming } from './rtu.ts';

const read = (address: number, count = 1): Buffer => Buffer.from([3, address >> 8, address & 0xff, 0, count]);
const right = (address: number, count = 1): string => rightPdu({ pdu: read(address, count) }).toString('hex');

describe('a channel', () => {
  let peer: ScriptedPeer;
  let channel: Channel;

  const open = async (
    framing: ScriptedFraming,
    script: (request: ScriptedRequest) => void,
    rules: Partial<ChannelRules> = {},
  ): Promise<void> => {
    peer = await startScriptedPeer(script, { framing });
    const socket = connect({ host: '127.0.0.1', port: peer.port, noDelay: true });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const { acceptUnits = [] } = rules;
    const all = { timeoutMs: 500, silenceMs: 20, acceptUnits, machine: systemClock, explain: () => undefined, ...rules };
    channel = new Channel(socket, framing === 'rtu' ? new RtuFraming(acceptUnits) : new MbapFraming(), all);
  };
  const ask = async (address: number, unit = 1): Promise<string> => {
    const answer = await channel.request(unit, read(address));
    return answer.kind === 'reply' ? answer.pdu.toString('hex') : answer.kind;
  };

  afterEach(async () => {
    await channel[Symbol.asyncDispose]();
    await peer[Symbol.asyncDispose]();
  });

  it.each<ScriptedFraming>(['mbap', 'rtu'])('does not take a late reply for the next one (%s)', async (framing) => {
    await open(framing, (request) => (request.number === 0 ? setTimeout(() => answerRight(request), 700) : answerRight(request)));
    expect(await ask(1)).toBe('timeout');
    expect(await ask(2)).toBe(right(2));
    await sleep(250);
    expect(await ask(3)).toBe(right(3));
  });

  it.each<[string, (request: ScriptedRequest) => void, string]>([
    ['is damaged on its way', (request) => request.socket.write(rtu(rightPdu(request), 1).fill(0x55, 3, 4)), 'malformed'],
    ['is garbage', (request) => request.socket.write('HTTP/1.1 400 Bad Request'), 'malformed'],
    ['is cut off', (request) => request.socket.write(rtu(rightPdu(request), 1).subarray(0, 6)), 'malformed'],
    ['is another unit’s', (request) => answerRight({ ...request, unit: 9 }), 'malformed'],
    ['is another function’s', (request) => answerPdu(request, [4, 2, 0, 1]), 'malformed'],
    ['is longer', (request) => answerPdu(request, [3, 4, 0, 1, 0, 2]), 'malformed'],
    ['is nothing', () => {}, 'timeout'],
    [
      'comes behind the echo of the request',
      (request) => request.socket.write(Buffer.concat([rtu(request.pdu, 1), rtu(rightPdu(request), 1)])),
      right(1),
    ],
    [
      'comes behind a glitch',
      (request) => {
        request.socket.write(Buffer.from([0]));
        setTimeout(() => answerRight(request), 60);
      },
      right(1),
    ],
    [
      'comes behind that of another unit',
      (request) => {
        answerRight({ ...request, unit: 9 });
        setTimeout(() => answerRight(request), 60);
      },
      right(1),
    ],
  ])('resynchronises over RTU when a reply %s', async (_, fault, outcome) => {
    await open('rtu', (request) => (request.number === 0 ? fault(request) : answerRight(request)));
    expect(await ask(1)).toBe(outcome);
    expect(await ask(2)).toBe(right(2));
    expect(channel.lost.aborted).toBe(false);
  });

  it('accepts no wrong value over RTU, for any mixture of bytes', async () => {
    const random = new Random(4);
    let last: ScriptedRequest | undefined;
    const faults: readonly ((request: ScriptedRequest) => void)[] = [
      // late, but not after the next request: no device answers an earlier one, and nobody could tell its answer from a right one
      (request) =>
        setTimeout(() => {
          if (last === request) answerRight(request);
        }, 60),
      (request) => request.socket.write(frameFor(request, rightPdu(request)).subarray(0, random.integer(1, 6))),
      (request) => {
        const frame = frameFor(request, rightPdu(request));
        frame.writeUInt8(random.integer(0, 255), random.integer(0, frame.length - 1));
        request.socket.write(frame);
      },
      (request) =>
        request.socket.write(Buffer.from(Array.from({ length: random.integer(1, 300) }, () => random.integer(0, 255)))),
      (request) => answerRight({ ...request, unit: 2 }),
      (request) => answerPdu(request, [0x83, random.integer(1, 11)]),
      (request) => request.socket.write(Buffer.concat([rtu(rightPdu(request), 1), rtu(rightPdu(request), 1)])),
      () => {},
    ];
    await open(
      'rtu',
      (request) => {
        last = request;
        if (random.next() < 0.4) answerRight(request);
        else faults[random.integer(0, faults.length - 1)]?.(request);
      },
      { timeoutMs: 50, silenceMs: 5 },
    );
    const seen = { reply: 0, timeout: 0, malformed: 0 };
    for (let address = 0; address < 120; address++) {
      const answer = await channel.request(1, read(address));
      seen[answer.kind]++;
      if (answer.kind === 'reply' && answer.pdu[0] === 3) expect(answer.pdu.toString('hex')).toBe(right(address));
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
  });

  it('tolerates a line without silence', async () => {
    let babble: NodeJS.Timeout | undefined;
    await open('rtu', (request) => {
      babble = setInterval(() => request.socket.write(Buffer.alloc(40, 0x11)), 5);
    });
    expect(await ask(1)).toBe('malformed');
    clearInterval(babble);
  });

  it.each<ScriptedFraming>(['mbap', 'rtu'])('lets other units answer if configured (%s)', async (framing) => {
    await open(framing, (request) => answerRight({ ...request, unit: 255 }), { acceptUnits: [0, 255] });
    expect(await ask(1, 17)).toBe(right(1));
  });

  it('rejects the answer of another unit, and stays open', async () => {
    await open('mbap', (request) => answerRight({ ...request, unit: request.number === 0 ? 255 : 1 }));
    expect(await channel.request(1, read(1))).toEqual({ kind: 'malformed', why: 'unit 255 answers instead of 1' });
    expect(await ask(2)).toBe(right(2));
  });

  it('closes a TCP connection if the rest of a reply is missing', async () => {
    await open('mbap', (request) => request.socket.write(frameFor(request, rightPdu(request)).subarray(0, 8)));
    expect(await channel.request(1, read(1))).toEqual({ kind: 'malformed', why: 'a reply was cut off' });
    expect(channel.lost.reason).toMatchObject({ kind: 'retryable', message: 'the connection ended: a reply was cut off' });
    await expect(channel.request(1, read(1))).rejects.toThrow(/cut off/);
  });

  it.each<[string, (request: ScriptedRequest) => void]>([
    ['resets', (request) => request.socket.resetAndDestroy()],
    ['hangs up', (request) => request.socket.end()],
  ])('detects at once that a peer %s', async (_, fault) => {
    await open('mbap', fault, { timeoutMs: 60_000 });
    await expect(channel.request(1, read(1))).rejects.toMatchObject({ code: 'DEVICE_UNREACHABLE' });
  });

  it('has one request in flight, and can be disposed twice during it', async () => {
    await open('mbap', () => {}, { timeoutMs: 60_000 });
    const asking = channel.request(1, read(1));
    expect(() => channel.request(1, read(2))).toThrow(/in flight/);
    await Promise.all([channel[Symbol.asyncDispose](), channel[Symbol.asyncDispose]()]);
    await expect(asking).rejects.toThrow(/ended/);
    expect(peer.asked.length).toBeLessThanOrEqual(1);
  });
});
