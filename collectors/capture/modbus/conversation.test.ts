import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, dialogue, exchange } from '../../../test/support/modbus-exchanges.ts';
import { answer, ask, recorder, type Sent, testEnds } from '../../../test/support/modbus-wire.ts';
import { mbap } from '../../../test/support/raw-modbus.ts';
import { testTags } from '../../../test/support/tags.ts';
import type { Side, StreamDecoder } from '../decoder.ts';
import { ReadingPace } from '../reading-pace.ts';
import { modbusPoints, modbusStream } from './index.ts';

const noPoints = modbusPoints(testTags([]), []);
const noPace = new ReadingPace(testTags([]));
const frameOf = ({ pdu, unit, transaction }: Sent): Buffer => mbap(pdu, unit, transaction);

function listen() {
  const report = recorder();
  const stream = modbusStream(noPoints, noPace);
  const decoder = stream.create({ ends: testEnds, report });
  let number = 0;
  const send = (from: Side, bytes: Buffer, time = number) => decoder.data(from, bytes, { time, number: ++number });
  return {
    report,
    stream,
    decoder,
    send,
    request: (pdu: Buffer, transaction = 1, unit = 1, time?: number) => send('client', mbap(pdu, unit, transaction), time),
    respond: (pdu: Buffer, transaction = 1, unit = 1, time?: number) => send('server', mbap(pdu, unit, transaction), time),
  };
}

describe('a conversation', () => {
  it('is decoded as it was sent, for any segment boundaries', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 10 }), fc.array(fc.nat(), { maxLength: 12 }), (said, places) => {
        const { report, send, stream, decoder } = listen();
        const requests = Buffer.concat(said.map(({ request }, i) => mbap(request, 1, i)));
        const responses = Buffer.concat(said.map(({ response }, i) => mbap(response, 1, i)));
        for (const part of cut(requests, places)) send('client', part, 100);
        for (const part of cut(responses, places)) send('server', part, 130);
        decoder.end({ time: 130, number: 99 });
        const operations = said.map(({ operation }) => operation);
        const of = (kind: string) => report.messages.filter((message) => message.kind === kind);
        expect(of('request').map(({ operation }) => operation)).toEqual(operations);
        expect(of('response').map(({ operation }) => operation)).toEqual(operations);
        expect(of('response').map(({ refused }) => refused)).toEqual(said.map(({ refused }) => refused));
        expect(of('response').every(({ latencyMs }) => latencyMs === 30)).toBe(true);
        expect(report.faults.filter(({ fault }) => fault !== 'exception')).toEqual([]);
        expect(report.faults).toHaveLength(said.filter(({ refused }) => refused).length);
        expect(stream.figures?.().get('modbus-unanswered')).toBe(0);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('matches responses as a plain search over all requests does', () => {
    fc.assert(
      fc.property(dialogue, fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 30 }), (said, order) => {
        const { report, send, stream, decoder } = listen();
        const frames: Sent[] = [];
        const waiting: Sent[] = [];
        for (const { exchange: pair, unit, transaction, answered } of said) {
          frames.push({ from: 'client', transaction, unit, pdu: pair.request });
          for (let i = 0; i < Math.min(answered, 2); i++) waiting.push({ from: 'server', transaction, unit, pdu: pair.response });
          for (const [pick, now] of order.slice(frames.length, frames.length + 3)) {
            if (now) frames.push(...waiting.splice(pick % (waiting.length + 1), 1));
          }
        }
        frames.push(...waiting);
        frames.forEach((frame, time) => send(frame.from, frameOf(frame), time));
        decoder.end({ time: frames.length, number: frames.length });

        // reference: every response takes the oldest unanswered request of its transaction, unit and function
        const open: { key: string; time: number }[] = [];
        const latencies: (number | undefined)[] = [];
        frames.forEach(({ from, transaction, unit, pdu }, time) => {
          const key = `${transaction}/${unit}/${(pdu[0] ?? 0) & 0x7f}`;
          if (from === 'client') return open.push({ key, time });
          const index = open.findIndex((asked) => asked.key === key);
          const [asked] = index < 0 ? [] : open.splice(index, 1);
          latencies.push(asked === undefined ? undefined : time - asked.time);
        });
        const responses = report.messages.filter(({ kind }) => kind === 'response');
        expect(responses.map(({ latencyMs }) => latencyMs)).toEqual(latencies);
        expect(stream.figures?.().get('modbus-unanswered')).toBe(open.length);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('a response', () => {
  it('that is repeated, has another unit, or has no request is unmatched', () => {
    const { report, request, respond } = listen();
    const values = answer.registers(3, [5]);
    request(ask.read(3, 0, 1));
    respond(values);
    respond(values);
    expect(report.faults.at(-1)).toMatchObject({
      fault: 'unmatched',
      operation: 'FC3',
      unit: 1,
      detail: expect.stringMatching(/second response/),
    });
    request(ask.read(3, 0, 1), 2);
    respond(values, 2, 9);
    expect(report.faults.at(-1)).toMatchObject({
      fault: 'unmatched',
      unit: 9,
      detail: expect.stringMatching(/another unit or function/),
    });
    respond(values, 77);
    expect(report.faults.at(-1)).toMatchObject({ fault: 'unmatched', detail: expect.stringMatching(/nobody asked/) });
    expect(report.faults).toHaveLength(3);
    respond(values, 2);
    expect(report.faults).toHaveLength(3);
  });

  it('from a unit that may answer for any other is the answer', () => {
    const points = modbusPoints(testTags([]), [
      { name: 'plc1', type: 'modbus', config: { host: '10.0.0.1', acceptUnits: [255] } },
    ]);
    const report = recorder();
    const decoder = modbusStream(points, noPace).create({ ends: testEnds, report });
    decoder.data('client', mbap(ask.read(3, 0, 1), 7, 1), { time: 0, number: 1 });
    decoder.data('server', mbap(answer.registers(3, [1]), 255, 1), { time: 5, number: 2 });
    expect(report.messages.at(-1)).toMatchObject({ kind: 'response', unit: 7, latencyMs: 5 });
    expect(report.faults).toEqual([]);
  });

  it('without a request is accepted at the start of the capture and after a gap', () => {
    const { report, decoder, request, respond } = listen();
    respond(answer.registers(3, [5]), 41);
    request(ask.read(3, 0, 1), 42);
    respond(answer.registers(3, [5]), 42);
    decoder.gap('client', 12, { time: 9, number: 9 });
    respond(answer.registers(3, [5]), 43);
    expect(report.faults).toEqual([]);
  });

  it('with another quantity or echo than requested is malformed', () => {
    const { report, request, respond } = listen();
    request(ask.read(3, 0, 2));
    respond(answer.registers(3, [1, 2, 3]));
    request(ask.register(7, 1), 2);
    respond(ask.register(7, 2), 2);
    expect(report.faults.map(({ fault }) => fault)).toEqual(['malformed', 'malformed']);
    expect(report.writes.map(({ accepted }) => accepted)).toEqual([undefined]);
  });

  it('that rejects a request gives the reason', () => {
    const { report, request, respond } = listen();
    request(ask.diagnostic(1, 0));
    respond(answer.refusal(8, 1));
    expect(report.messages.at(-1)).toMatchObject({ kind: 'response', operation: 'FC8/1', refused: true });
    expect(report.faults).toEqual([
      {
        fault: 'exception',
        operation: 'FC8/1',
        unit: 1,
        detail: 'Diagnostics: Restart Communications Option: exception 1, illegal function',
      },
    ]);
  });

  it('that is missing is counted: after 30 s, beyond 64 requests in flight, and at the end', () => {
    const { stream, decoder, request } = listen();
    request(ask.read(3, 0, 1), 1, 1, 0);
    request(ask.read(3, 0, 1), 2, 1, 30_001);
    expect(stream.figures?.().get('modbus-unanswered')).toBe(1);
    for (let i = 0; i < 64; i++) request(ask.read(3, 0, 1), 100 + i, 1, 30_002);
    expect(stream.figures?.().get('modbus-unanswered')).toBe(2);
    decoder.end({ time: 30_003, number: 99 });
    expect(stream.figures?.().get('modbus-unanswered')).toBe(66);
  });
});

describe('bytes that violate the protocol', () => {
  it.each([
    ['a protocol identifier', Buffer.from([0, 1, 0, 7, 0, 6, 1, 3, 0, 0, 0, 1]), /protocol identifier/],
    ['a length beyond 254', Buffer.from([0, 1, 0, 0, 0, 255, 1, 3, 0, 0, 0, 1]), /beyond the longest/],
    ['a length of 1', Buffer.from([0, 1, 0, 0, 0, 1, 1]), /too short/],
    ['a quantity of 126', mbap(ask.read(3, 0, 126), 1, 1), /quantity/],
    ['a quantity of nothing', mbap(ask.read(1, 0, 0), 1, 1), /quantity/],
    ['a read that is too long', mbap(Buffer.concat([ask.read(3, 0, 1), Buffer.alloc(1)]), 1, 1), /longer/],
    ['a write whose byte count lies', mbap(Buffer.from([16, 0, 0, 0, 1, 4, 0, 0]), 1, 1), /byte count/],
    ['a write of more than its byte count', mbap(Buffer.from([16, 0, 0, 0, 2, 2, 0, 0]), 1, 1), /byte count/],
    ['a coil that is half on', mbap(Buffer.from([5, 0, 0, 0x12, 0x34]), 1, 1), /neither 0000 nor FF00/],
    ['function 0', mbap(Buffer.from([0, 0]), 1, 1), /cannot have/],
    ['a refusal as a request', mbap(Buffer.from([0x83, 2]), 1, 1), /cannot have/],
    ['a file of another reference type', mbap(Buffer.from([20, 7, 5, 0, 0, 0, 0, 0, 1]), 1, 1), /refers to a file/],
  ])('%s is malformed, and the next frame is decoded', (_, bytes, why) => {
    const { report, request, send, respond } = listen();
    request(ask.read(3, 0, 1), 5);
    respond(answer.registers(3, [1]), 5);
    send('client', bytes);
    request(ask.read(4, 10, 2), 8);
    respond(answer.registers(4, [1, 2]), 8);
    const malformed = report.faults.filter(({ fault }) => fault === 'malformed');
    expect(malformed[0]?.detail).toMatch(why);
    expect(malformed).toHaveLength(1);
    expect(report.messages.at(-1)).toMatchObject({ kind: 'response', operation: 'FC4', low: 10, high: 11 });
    expect(report.messages.at(-1)?.latencyMs).toBeDefined();
  });

  it('a length that extends over the next request is corrected', () => {
    const { report, send } = listen();
    const greedy = mbap(ask.read(3, 0, 1), 1, 1);
    greedy.writeUInt16BE(6 + 12, 4);
    send('client', Buffer.concat([greedy, mbap(ask.read(4, 0, 1), 1, 2)]));
    expect(report.messages.map(({ operation }) => operation)).toEqual(['FC3', 'FC4']);
    expect(report.faults.map(({ fault }) => fault)).toEqual(['malformed']);
  });

  it('are reported once, whatever their number', () => {
    const { report, send } = listen();
    for (let i = 0; i < 50; i++) send('client', Buffer.alloc(1000, 0xa5));
    expect(report.faults).toHaveLength(1);
    send('client', mbap(ask.read(3, 0, 1), 1, 1));
    expect(report.messages).toHaveLength(1);
  });

  it('never throw and never let the state grow', () => {
    const seeds = [1, 72, 1011, 20_161];
    for (const seed of seeds) {
      fc.assert(
        fc.property(
          fc.array(exchange, { minLength: 1, maxLength: 20 }),
          fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('flip', 'drop', 'insert', 'gap')), {
            maxLength: 20,
          }),
          (said, mutations) => {
            const { report, decoder, send } = listen();
            const mutate = (bytes: Buffer): Buffer => {
              const list = [...bytes];
              for (const [place, value, how] of mutations) {
                const at = place % list.length;
                if (how === 'flip') list[at] = value;
                else if (how === 'drop') list.splice(at, 1 + (value % 5));
                else if (how === 'insert') list.splice(at, 0, value, value ^ 0x55);
              }
              return Buffer.from(list);
            };
            const places = mutations.map(([place]) => place);
            const sides: Side[] = ['client', 'server'];
            for (const side of sides) {
              const all = Buffer.concat(
                said.map(({ request, response }, i) => mbap(side === 'client' ? request : response, 1, i)),
              );
              for (const part of cut(mutate(all), places)) {
                send(side, part);
                if (mutations.some(([, value, how]) => how === 'gap' && value % 3 === 0))
                  decoder.gap(side, 3, { time: 0, number: 0 });
              }
            }
            decoder.end({ time: 1, number: 1 });
            const bytes = 600 * said.length + 40;
            expect(report.messages.length).toBeLessThan(bytes);
            expect(report.faults.length).toBeLessThan(bytes);
          },
        ),
        { seed, numRuns: 150 },
      );
    }
  });
});

describe('sides that were assigned wrongly', () => {
  const swapped = (decoder: StreamDecoder, pdu: Buffer, asking: boolean, number: number): void =>
    decoder.data(asking ? 'server' : 'client', mbap(pdu, 1, number), { time: number, number });

  it('are swapped after two frames that only the other side can have sent', () => {
    const { report, decoder } = listen();
    for (let i = 0; i < 10; i++) {
      swapped(decoder, ask.read(3, 0, 2), true, i);
      swapped(decoder, answer.registers(3, [1, 2]), false, i);
    }
    const later = report.messages.slice(-16);
    expect(later.map(({ from, kind }) => `${from} ${kind}`)).toEqual(
      Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 'client request' : 'server response')),
    );
    expect(later.filter(({ latencyMs }) => latencyMs !== undefined)).toHaveLength(8);
    expect(report.faults.length).toBeLessThanOrEqual(2);
  });

  it('stay after one frame that confirms them', () => {
    const { report, request, respond, send } = listen();
    request(ask.read(3, 0, 2));
    respond(answer.registers(3, [1, 2]));
    for (let i = 0; i < 5; i++) send('client', mbap(answer.registers(3, [1, 2]), 1, i));
    expect(report.messages.filter(({ from }) => from === 'client')).toHaveLength(6);
    expect(report.faults).toHaveLength(5);
  });
});

describe('a stream', () => {
  const stream = modbusStream(noPoints, noPace);
  const request = mbap(ask.read(3, 0, 2), 1, 1);
  it.each([
    ['a request on another port', request, false, 'yes'],
    ['two requests', Buffer.concat([request, request]), false, 'yes'],
    ['a response', mbap(answer.registers(3, [1]), 1, 1), false, 'yes'],
    ['the first bytes', request.subarray(0, 5), false, 'more'],
    ['bytes that are no header', Buffer.from([1, 2, 3, 4, 5]), false, 'no'],
    ['a function of nobody on another port', mbap(Buffer.from([99, 1]), 1, 1), false, 'no'],
    ['a function of nobody where it is expected', mbap(Buffer.from([99, 1]), 1, 1), true, 'yes'],
    ['garbage where it is expected', Buffer.alloc(12, 0xa5), true, 'yes'],
    ['text where it is expected', Buffer.from('GET / HTTP/1.1\r\n'), true, 'no'],
    ['TLS where it is expected', Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196]), true, 'no'],
    ['an RTU frame where it is expected', Buffer.from([1, 3, 0, 0, 0, 10, 0xc5, 0xcd]), true, 'no'],
    ['OPC UA', Buffer.from('HELF\x20\x00\x00\x00'), false, 'no'],
  ] as const)('that begins with %s is recognised', (_, bytes, expected, verdict) => {
    expect(stream.recognise('client', bytes, expected)).toBe(verdict);
  });
});
