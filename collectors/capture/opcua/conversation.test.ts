import { describe, expect, it } from 'vitest';
import { bodies, error, fault, hello, request, response, reverseHello, Sender, Writer } from './encoder.twin.ts';
import { type Listener, listening } from './listener.twin.ts';

const fresh = (...addresses: unknown[]): { readonly on: Listener; readonly sender: Sender } => {
  const on = listening(...addresses)();
  const sender = new Sender();
  for (const [side, bytes] of sender.handshake()) on.say(side, bytes);
  return { on, sender };
};
/** Sends one request and its response. */
function exchange({ on, sender }: ReturnType<typeof fresh>, id: number, asked: Buffer, answered: Buffer): void {
  on.say('client', sender.message('client', id, asked));
  on.say('server', sender.message('server', id, answered));
}
const [good, notWritable, denied] = [0, 0x803b0000, 0x801f0000];

describe('an unencrypted conversation', () => {
  it('is reported request by request, with the latency of each', () => {
    const { on, sender } = fresh();
    exchange({ on, sender }, 2, bodies.read('i=2258'), bodies.readResult(1));
    expect(on.messages).toEqual([
      { from: 'client', kind: 'request', operation: 'Hello' },
      { from: 'server', kind: 'response', operation: 'Hello', latencyMs: 1 },
      { from: 'client', kind: 'request', operation: 'OpenSecureChannel' },
      { from: 'server', kind: 'response', operation: 'OpenSecureChannel', refused: false, latencyMs: 1 },
      { from: 'client', kind: 'request', operation: 'Read', nodes: ['i=2258'] },
      { from: 'server', kind: 'response', operation: 'Read', refused: false, latencyMs: 1 },
    ]);
    expect(on.faults).toEqual([]);
  });

  it('names non-standard services by their number', () => {
    const { on, sender } = fresh();
    const own = new Writer().node('i=5555').node('i=1').time(Date.UTC(2026)).u32(1, 0).text('').u32(0).extension('i=0').bytes;
    on.say('client', sender.message('client', 2, own));
    expect(on.messages.at(-1)).toEqual({ from: 'client', kind: 'request', operation: 'service i=5555' });
    expect(on.faults).toEqual([]);
  });

  it('reports a rejected service call, and one whose operations were all rejected', () => {
    const talk = fresh();
    exchange(talk, 2, bodies.read('i=1'), fault(0x80250000));
    exchange(talk, 3, bodies.write(['i=1', 1], ['i=2', 2]), bodies.statuses('Write', notWritable, denied));
    exchange(talk, 4, bodies.write(['i=1', 1], ['i=2', 2]), bodies.statuses('Write', good, denied));
    exchange(
      talk,
      5,
      request('CloseSession', (to) => to.u8(1)),
      response('CloseSession', undefined, 0x87654321),
    );
    expect(talk.on.messages.filter(({ kind }) => kind === 'response').map(({ refused }) => refused)).toEqual([
      undefined,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(talk.on.faults).toEqual([
      { fault: 'exception', operation: 'Read', detail: 'BadSessionIdInvalid' },
      { fault: 'exception', operation: 'Write', detail: 'BadNotWritable' },
      { fault: 'exception', operation: 'CloseSession', detail: '0x87654321' },
    ]);
  });

  it('recognises a response without a request, a repeated one, and one to another service', () => {
    const talk = fresh();
    const { on, sender } = talk;
    exchange(talk, 2, bodies.read('i=1'), bodies.readResult(1));
    on.say('server', sender.message('server', 2, bodies.readResult(2)));
    on.say('server', sender.message('server', 77, bodies.readResult(2)));
    exchange(talk, 3, bodies.write(['i=1', 5]), bodies.readResult(2));
    expect(on.faults.map(({ fault: kind, operation, detail }) => [kind, operation, detail])).toEqual([
      ['unmatched', 'Read', 'response 2 answers no request that waits'],
      ['unmatched', 'Read', 'response 77 answers no request that waits'],
      ['unmatched', 'Read', 'response 3 answers a Write request'],
    ]);
    expect(on.writes.map(({ accepted }) => accepted)).toEqual([undefined]);
  });

  it("recognises an inserted message by its sequence number, and accepts the number's restart", () => {
    const talk = fresh();
    const { on, sender } = talk;
    on.say('client', new Sender().message('client', 50, bodies.read('i=1')));
    expect(on.faults).toEqual([{ fault: 'malformed', operation: 'MSG', detail: 'sequence number 1 after 1' }]);
    sender.sequence.client = 0xfffffffe;
    on.say('client', sender.message('client', 2, bodies.read('i=1')));
    sender.sequence.client = 5;
    on.say('client', sender.message('client', 3, bodies.read('i=1')));
    expect(on.faults.length).toBe(2);
  });

  it('assembles chunks, and drops messages that the sender aborted', () => {
    const { on, sender } = fresh();
    const many = Array.from({ length: 300 }, (_, row) => `ns=2;s=tag number ${row}`);
    const [first, ...rest] = sender.chunks('client', 2, bodies.read(...many), 1_000);
    on.say('client', first as Buffer, ...rest.slice(0, 3));
    expect(on.messages.length).toBe(4);
    on.say('client', ...rest.slice(3));
    on.say('server', ...sender.chunks('server', 2, bodies.readResult(...many.map((_, row) => row)), 500));
    expect(on.messages.slice(4).map(({ operation, kind }) => `${operation} ${kind}`)).toEqual(['Read request', 'Read response']);
    on.say('client', sender.message('client', 3, bodies.read('i=1')));
    on.say('server', sender.message('server', 3, bodies.readResult(1).subarray(0, 40), 'MSG', 'C'));
    on.say('server', sender.message('server', 3, new Writer().u32(0x80b90000).text('too much').bytes, 'MSG', 'A'));
    expect(on.messages.at(-1)).toEqual({ from: 'server', kind: 'response', operation: 'Read', refused: true, latencyMs: 2 });
    expect(on.faults).toEqual([{ fault: 'exception', operation: 'Read', detail: 'aborted: BadResponseTooLarge too much' }]);
  });

  it('reports malformed messages, and continues with the next one', () => {
    const talk = fresh();
    const { on, sender } = talk;
    on.say('client', sender.message('client', 2, bodies.write(['i=1', 5]).subarray(0, -3)));
    on.say('client', sender.message('client', 3, Buffer.concat([bodies.read('i=1'), Buffer.alloc(7)])));
    on.say('client', Buffer.from('not a message at all'), sender.message('client', 4, bodies.read('i=1')));
    on.say('server', error(0x80820000, 'so\nthere'));
    expect(on.faults.map(({ fault: kind, operation, detail }) => [kind, operation, detail])).toEqual([
      ['malformed', 'Write', expect.stringMatching(/^Write request cannot be read at byte \d+$/)],
      ['malformed', 'Read', 'Read request has 7 bytes after its end'],
      ['malformed', '', '6e6f742061206d65 where a message of the client should begin'],
      ['exception', 'Error', 'BadTcpInternalError: so\u{fffd}there'],
    ]);
    expect(on.messages.filter(({ operation }) => operation === 'Read').length).toBe(2);
  });

  it('decodes a connection that the server opened', () => {
    const on = listening()();
    const sender = new Sender();
    on.say('client', reverseHello());
    for (const [side, bytes] of sender.handshake()) on.say(side === 'client' ? 'server' : 'client', bytes);
    on.say('server', sender.message('client', 2, bodies.read('i=1')));
    expect(on.messages.map(({ from, kind, operation }) => `${from} ${kind} ${operation}`)).toEqual([
      'client other ReverseHello',
      'server request Hello',
      'client response Hello',
      'server request OpenSecureChannel',
      'client response OpenSecureChannel',
      'server request Read',
    ]);
  });

  it('reports a rejected Hello', () => {
    const on = listening()();
    on.say('client', hello());
    on.say('server', error(0x807d0000, ''));
    expect(on.messages.at(-1)).toEqual({ from: 'server', kind: 'response', operation: 'Hello', refused: true, latencyMs: 1 });
    expect(on.faults).toEqual([{ fault: 'exception', operation: 'Hello', detail: 'BadTcpServerTooBusy' }]);
  });
});

describe('a connection that began before the capture', () => {
  it('is decoded from the next message on, without false alarms about earlier requests', () => {
    const on = listening()();
    const sender = new Sender();
    const whole = sender.message('client', 40, bodies.read('i=1'));
    on.say('client', whole.subarray(30));
    on.say('server', sender.message('server', 39, bodies.readResult(1)));
    on.say('client', sender.message('client', 41, bodies.read('ns=2;s=a')));
    on.say('server', sender.message('server', 40, bodies.readResult(1)));
    on.say('server', sender.message('server', 41, bodies.readResult(1)));
    expect(on.messages.map(({ kind, operation, latencyMs }) => [kind, operation, latencyMs])).toEqual([
      ['response', 'Read', undefined],
      ['request', 'Read', undefined],
      ['response', 'Read', undefined],
      ['response', 'Read', 2],
    ]);
    expect(on.faults).toEqual([]);
    expect(on.sessions).toEqual([{ policy: '', mode: 'None', token: '', applicationUri: '' }]);
    on.say('server', sender.message('server', 41, bodies.readResult(1)));
    expect(on.faults.map(({ fault: kind }) => kind)).toEqual(['unmatched']);
  });

  it('does not count as encrypted because of chunks of a message whose beginning was missed', () => {
    const on = listening()();
    const sender = new Sender();
    const long = sender.chunks('server', 5, bodies.readResult(...Array<number>(500).fill(1)), 1_000);
    on.say('server', ...long.slice(1));
    on.say('client', sender.message('client', 6, bodies.read('i=1')));
    expect(on.messages.map(({ operation }) => operation)).toEqual(['MSG', 'Read']);
    expect(on.faults).toEqual([]);
  });

  it('is decoded after a gap: within a message, over several, and between chunks', () => {
    const { on, sender } = fresh();
    const message = (id: number): Buffer => sender.message('client', id, bodies.read('i=1', 'i=2', 'i=3'));
    const first = message(2);
    on.say('client', first.subarray(0, 30));
    on.decoder.gap('client', 20, on.now());
    on.say('client', first.subarray(50), message(3));
    expect(on.messages.slice(4).map(({ operation }) => operation)).toEqual(['Read']);
    const [lost, next] = [Buffer.concat([message(4), message(5)]), message(6)];
    on.decoder.gap('client', 60, on.now());
    on.say('client', lost.subarray(60), next);
    const chunks = sender.chunks('client', 7, bodies.read(...Array<string>(90).fill('i=1')), 400);
    on.say('client', chunks[0] as Buffer);
    on.decoder.gap('client', (chunks[1] as Buffer).length, on.now());
    on.say('client', ...chunks.slice(2), message(8));
    on.say('server', sender.message('server', 5, bodies.readResult(1)));
    expect(on.messages.slice(5).map(({ operation, kind }) => `${operation} ${kind}`)).toEqual([
      'Read request',
      'Read request',
      'MSG request',
      'Read request',
      'Read response',
    ]);
    expect(on.faults).toEqual([]);
  });

  it('without any message is reported as another protocol', () => {
    const on = listening()();
    on.say('client', Buffer.alloc(300, 1));
    on.decoder.end(on.now());
    on.decoder.end(on.now());
    expect(on.faults).toEqual([{ fault: 'malformed', operation: '', detail: 'no message in the 300 bytes of the client' }]);
  });
});
