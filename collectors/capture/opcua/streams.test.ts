import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TagTable } from '../../../src/core/tag.ts';
import type { Side, StreamDecoder, WireReport } from '../decoder.ts';
import { ReadingPace } from '../reading-pace.ts';
import { Budget } from './budget.ts';
import { Connection } from './connection.ts';
import { bodies, error, request, response, Sender, Writer } from './encoder.twin.ts';
import { opcuaPoints, opcuaStream } from './index.ts';
import { Seen } from './seen.ts';

type Piece = readonly [side: Side, bytes: Buffer];

/** A conversation that contains every kind of message. */
function conversation(): Piece[] {
  const sender = new Sender();
  const pieces: Piece[] = sender.handshake();
  let id = 1;
  const ask = (asked: Buffer, answered: Buffer): void => {
    id++;
    pieces.push(['client', sender.message('client', id, asked)], ['server', sender.message('server', id, answered)]);
  };
  ask(bodies.createSession('urn:a'), response('CreateSession', undefined, 0x80010000));
  ask(bodies.activateSession('i=324', new Writer().text('p').text('u').text('x').text('').bytes), bodies.activated());
  ask(bodies.read('i=2255', 'ns=1;s=a'), bodies.readResult(1, 2));
  ask(bodies.write(['ns=1;s=a', 5]), bodies.statuses('Write', 0));
  const inputs = (to: Writer): unknown =>
    to.list([1], () =>
      to
        .node('i=1')
        .node('i=2')
        .list([1, 2], (value) => to.double(value)),
    );
  ask(
    request('Call', inputs),
    response('Call', (to) => to.list([], String).list([], String)),
  );
  pieces.push(
    ...sender
      .chunks('client', ++id, bodies.read(...Array<string>(60).fill('ns=3;s=some tag')), 256)
      .map((bytes): Piece => ['client', bytes]),
  );
  pieces.push(['server', error(0x80820000, 'why')]);
  return pieces;
}

interface Heard {
  readonly decoder: StreamDecoder;
  readonly told: unknown[];
  readonly budget: Budget;
}

function hear(bound = 1 << 24): Heard {
  const told: unknown[] = [];
  const tell = (what: unknown): void => void told.push(what);
  const report: WireReport = { message: tell, write: tell, answered: tell, session: tell, fault: tell };
  const ends = { client: 'a', server: 'b', port: 4840, protocol: 'opcua' } as const;
  const budget = new Budget(bound);
  const shared = { points: opcuaPoints(new TagTable([]), []), seen: new Seen(), budget, pace: new ReadingPace(new TagTable([])) };
  return { decoder: new Connection({ ends, report }, shared), told, budget };
}
const at = { time: 1, number: 1 };

/** Passes the pieces to the decoder, cut into parts as `cuts` determines, alternately by side. */
function play({ decoder }: Heard, pieces: readonly Piece[], cut: () => number): void {
  for (const [side, bytes] of pieces) {
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, from + cut());
      const part = Buffer.from(bytes.subarray(from, to));
      decoder.data(side, part, at);
      part.fill(0);
      from = to;
    }
  }
}

describe('any segmentation of the streams', () => {
  const pieces = conversation();
  const whole = hear();
  play(whole, pieces, () => 1 << 20);

  it('into single bytes and random parts gives the same events', () => {
    const single = hear();
    play(single, pieces, () => 1);
    expect(single.told).toEqual(whole.told);
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 120 })), (lengths) => {
        const heard = hear();
        play(heard, pieces, () => lengths.next().value ?? 1);
        expect(heard.told).toEqual(whole.told);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('with many messages in one segment gives the same events', () => {
    const joined = pieces.reduce<[Side, Buffer][]>((all, [side, bytes]) => {
      const last = all.at(-1);
      if (last?.[0] === side) last[1] = Buffer.concat([last[1], bytes]);
      else all.push([side, bytes]);
      return all;
    }, []);
    const heard = hear();
    play(heard, joined, () => 1 << 20);
    expect(heard.told).toEqual(whole.told);
  });
});

const damage = fc.record({
  piece: fc.nat(),
  offset: fc.nat(),
  kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat', 'length', 'gap'),
  value: fc.uint8Array({ minLength: 4, maxLength: 40 }),
});

/** The pieces with one of them damaged; a piece of no bytes stands for a gap. */
function broken(
  pieces: readonly Piece[],
  { piece, offset, kind, value }: { piece: number; offset: number; kind: string; value: Uint8Array },
): Piece[] {
  const row = piece % pieces.length;
  const [side, bytes] = pieces[row] as Piece;
  const where = offset % Math.max(1, bytes.length);
  const [before, after] = [bytes.subarray(0, where), bytes.subarray(where)];
  const parts: Record<string, Buffer[]> = {
    flip: [before, Buffer.from(value.subarray(0, after.length)), after.subarray(value.length)],
    cut: [before, after.subarray(value.length)],
    insert: [before, Buffer.from(value), after],
    repeat: [before, after, after],
    length: [before, Buffer.from([0xff, 0xff, 0xff, 0x7f]), after.subarray(4)],
    gap: [],
  };
  return pieces.with(row, [side, Buffer.concat(parts[kind] ?? [])]);
}

describe('untrusted bytes', () => {
  it('never make it throw, and at the end it holds nothing', () => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 2_000 }), (damages, size) => {
        const pieces = damages.reduce<Piece[]>(broken, conversation());
        const heard = hear();
        for (const piece of pieces) {
          if (piece[1].length === 0) heard.decoder.gap(piece[0], size, at);
          else play(heard, [piece], () => size);
        }
        heard.decoder.end(at);
        expect(heard.budget.used).toBe(0);
        const bytes = pieces.reduce((sum, piece) => sum + piece[1].length, 0);
        expect(heard.told.length).toBeLessThan(bytes / 8);
      }),
      { seed: 2, numRuns: 1_500 },
    );
  });

  it('of any kind are skipped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom<Side>('client', 'server'), fc.uint8Array({ maxLength: 400 })), { maxLength: 20 }),
        (pieces) => {
          const heard = hear();
          play(
            heard,
            pieces.map(([side, bytes]): Piece => [side, Buffer.from(bytes)]),
            () => 100,
          );
          heard.decoder.end(at);
          expect(heard.budget.used).toBe(0);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('do not make it keep more than its budget, and it reports its losses', () => {
    const heard = hear(10_000);
    const sender = new Sender();
    play(heard, sender.handshake(), () => 1 << 20);
    const long = sender.message('client', 2, bodies.read(...Array<string>(2_000).fill('ns=1;s=a')));
    play(
      heard,
      [
        ['client', long],
        ['client', sender.message('client', 3, bodies.read('i=1'))],
      ],
      () => 1_000,
    );
    expect(heard.budget.used).toBeLessThanOrEqual(10_000);
    expect(heard.told).toContainEqual({
      fault: 'lost',
      operation: '',
      detail: 'no memory is left to put a message of the client together',
    });
    expect(heard.told.at(-2)).toMatchObject({ operation: 'Read', kind: 'request' });
    heard.decoder.end(at);
    expect(heard.budget.used).toBe(0);
  });

  it('do not make it keep more than the maximum message size, in all its chunks', () => {
    const heard = hear();
    const sender = new Sender();
    play(heard, sender.handshake(), () => 1 << 20);
    const node = `ns=1;s=${'a'.repeat(400)}`;
    const chunks = sender.chunks('client', 2, bodies.write(...Array<[string, number]>(8_000).fill([node, 1])), 60_000);
    for (const chunk of chunks) {
      expect(heard.budget.used).toBeLessThanOrEqual(2 << 20);
      play(heard, [['client', chunk]], () => 1 << 20);
    }
    expect(heard.told.at(-2)).toMatchObject({ operation: 'Write', kind: 'request' });
    heard.decoder.end(at);
    expect(heard.told.filter((what) => (what as { target?: string }).target?.startsWith('ns=1;s=aaa')).length).toBe(1_000);
    expect(heard.told.at(-1)).toMatchObject({ target: '7000 more' });
    expect(heard.budget.messagesCut).toBe(1);
    expect(heard.budget.used).toBe(0);
  });

  it('delay the report of unanswered writes only as long as there is room', () => {
    const heard = hear();
    const sender = new Sender();
    play(heard, sender.handshake(), () => 1 << 20);
    for (let id = 2; id < 3_002; id++)
      play(heard, [['client', sender.message('client', id, bodies.write(['i=1', id]))]], () => 1 << 20);
    const told = heard.told.filter((what) => (what as { target?: string }).target === 'i=1');
    expect(told.length).toBe(3_000 - 512);
    expect(told[0]).toMatchObject({ after: 2, accepted: undefined });
    expect(heard.budget.requestsGivenUp).toBe(told.length);
    // Answers to requests that were given up are not responses without a request.
    play(heard, [['server', sender.message('server', 2, bodies.statuses('Write', 0))]], () => 1 << 20);
    expect(heard.told.at(-1)).toMatchObject({ operation: 'Write', kind: 'response' });
  });
});

describe('a stream', () => {
  const stream = opcuaStream(opcuaPoints(new TagTable([]), []), new ReadingPace(new TagTable([])));
  const hello = new Sender().handshake()[0]?.[1] ?? Buffer.alloc(0);

  it('counts the messages that it gave up', () => {
    expect([...(stream.figures?.() ?? [])]).toContainEqual(['opcua-messages-cut', 0]);
  });

  it('is recognised by its first message on any port', () => {
    expect([stream.protocol, stream.ports]).toEqual(['opcua', [4840]]);
    expect(stream.recognise('client', hello, false)).toBe('yes');
    expect(stream.recognise('client', hello.subarray(0, 5), false)).toBe('more');
    expect(stream.recognise('client', Buffer.from('GET / HTTP/1.1\r\n'), false)).toBe('no');
    expect(stream.recognise('client', Buffer.from('HELF but not of this kind'), false)).toBe('no');
  });

  it('may begin in the middle on an expected port, but not if it is recognised as another protocol', () => {
    expect(stream.recognise('client', Buffer.concat([Buffer.alloc(50), hello]), true)).toBe('yes');
    expect(stream.recognise('client', Buffer.alloc(50), true)).toBe('yes');
    expect(stream.recognise('client', Buffer.from('GET / HTTP/1.1\r\n'), true)).toBe('no');
    expect(stream.recognise('client', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3]), true)).toBe('no');
  });
});
