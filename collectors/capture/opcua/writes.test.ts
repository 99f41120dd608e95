import { describe, expect, it } from 'vitest';
import { bodies, fault, request, response, Sender, Writer } from './encoder.twin.ts';
import { type Listener, listening } from './listener.twin.ts';

const start = (
  open: () => Listener,
): { readonly on: Listener; readonly ask: (id: number, asked: Buffer, answered?: Buffer) => void } => {
  const on = open();
  const sender = new Sender();
  for (const [side, bytes] of sender.handshake()) on.say(side, bytes);
  const ask = (id: number, asked: Buffer, answered?: Buffer): void => {
    on.say('client', sender.message('client', id, asked));
    if (answered !== undefined) on.say('server', sender.message('server', id, answered));
  };
  return { on, ask };
};
const pump = 'ns=2;s=Pump.Speed';
const [good, denied] = [0, 0x801f0000];
const dataChange = (handle: number, value: number): Writer => new Writer().u32(1, handle).measured(value).u32(0xffffffff);
const publish = (handle: number, value: number): Buffer =>
  response('Publish', (to) =>
    to
      .u32(3)
      .list([], String)
      .u8(0)
      .u32(1)
      .time(Date.UTC(2026))
      .list([dataChange(handle, value).bytes], (body) => to.extension('i=811', body))
      .list([], String)
      .list([], String),
  );

describe('values of tags in a response', () => {
  it('are reported for reads and notifications, the latest of each node, once in the scan period', () => {
    const { on, ask } = start(listening({ node: 'ns=2;s=Other' }, { node: pump }));
    ask(2, bodies.read('i=2258', pump, 'ns=2;s=Unknown'), bodies.readResult(7, 40, 3));
    ask(3, bodies.read(pump), bodies.readResult(41));
    on.wait(1_000);
    ask(4, bodies.read(pump, pump), bodies.readResult(42, 43));
    expect(on.readings).toEqual([
      { operation: 'Read', readings: [{ tag: 1, value: 40 }] },
      { operation: 'Read', readings: [{ tag: 1, value: 43 }] },
    ]);
  });
});

describe('a write', () => {
  it('is reported with its tag, the previous value and the new value, once it is answered', () => {
    const { on, ask } = start(listening({ node: 'ns=2;s=Other' }, { node: pump }));
    ask(2, bodies.read('i=2258', pump), bodies.readResult(7, 40));
    ask(3, bodies.write([pump, 55]));
    expect(on.writes).toEqual([]);
    ask(4, bodies.write([pump, 60], ['ns=2;s=Unknown', 1]), bodies.statuses('Write', good, denied));
    ask(5, bodies.write([pump, 65]), fault(denied));
    ask(6, bodies.write([pump, 70]), bodies.statuses('Write', good));
    on.decoder.end(on.now());
    const of = { operation: 'Write', target: pump, tag: 1 };
    expect(on.writes).toEqual([
      { ...of, before: 40, after: 60, accepted: true },
      { operation: 'Write', target: 'ns=2;s=Unknown', tag: undefined, before: undefined, after: 1, accepted: false },
      { ...of, before: 60, after: 65, accepted: false },
      { ...of, before: 60, after: 70, accepted: true },
      { ...of, before: 70, after: 55, accepted: undefined },
    ]);
  });

  it('that is not answered for long is reported without the answer', () => {
    const { on, ask } = start(listening());
    ask(2, bodies.write([pump, 1]));
    on.wait(20_000);
    ask(3, bodies.write([pump, 2]));
    on.wait(11_000);
    ask(4, bodies.read('i=1'), bodies.readResult(1));
    expect(on.writes.map(({ after, accepted }) => [after, accepted])).toEqual([[1, undefined]]);
    on.decoder.end(on.now());
    expect(on.writes.length).toBe(2);
    expect(on.faults).toEqual([]);
  });

  it('takes the previous value from a subscription, and from another connection to the server', () => {
    const open = listening({ node: pump });
    const { ask } = start(open);
    const items = request('CreateMonitoredItems', (to) =>
      to
        .u32(3, 2)
        .list([pump], (node) =>
          to.node(node).u32(13).text('').qualified(0, '').u32(2, 17).f64(100).extension('i=0').u32(1).u8(1),
        ),
    );
    const created = response('CreateMonitoredItems', (to) =>
      to.list([1], (id) => to.u32(good, id).f64(100).u32(1).extension('i=0')).list([], String),
    );
    ask(2, items, created);
    ask(
      3,
      request('Publish', (to) => to.list([], String)),
      publish(17, 42.5),
    );
    const other = start(open);
    other.ask(2, bodies.write([pump, 0]), bodies.statuses('Write', good));
    expect(other.on.writes).toEqual([{ operation: 'Write', target: pump, tag: 0, before: 42.5, after: 0, accepted: true }]);
  });

  it('finds the tag if the address is a namespace URI or a browse path, or if the node was registered', () => {
    const { on, ask } = start(
      listening({ namespaceUri: 'urn:plant', id: 's=Valve' }, { path: '/2:Line/2:Belt' }, { node: pump }),
    );
    const namespaces = response('Read', (to) =>
      to.list([0], () => to.u8(1, 0x8c).list(['', 'urn:lib', 'urn:plant'], (uri) => to.text(uri))).list([], String),
    );
    ask(2, bodies.read('i=2255'), namespaces);
    const path = request('TranslateBrowsePathsToNodeIds', (to) =>
      to.list(['i=85'], (from) => to.node(from).list(['Line', 'Belt'], (name) => to.node('i=33').u8(0, 1).qualified(2, name))),
    );
    const there = response('TranslateBrowsePathsToNodeIds', (to) =>
      to.list([good], (status) => to.u32(status).list(['ns=2;i=77'], (node) => to.node(node).u32(0xffffffff))).list([], String),
    );
    ask(3, path, there);
    ask(
      4,
      request('RegisterNodes', (to) => to.list([pump], (node) => to.node(node))),
      response('RegisterNodes', (to) => to.list(['ns=9;i=1'], (node) => to.node(node))),
    );
    ask(5, bodies.write(['ns=2;s=Valve', 1], ['ns=2;i=77', 2], ['ns=9;i=1', 3]), bodies.statuses('Write', good, good, good));
    expect(on.writes.map(({ target, tag }) => [target, tag])).toEqual([
      ['ns=2;s=Valve', 0],
      ['ns=2;i=77', 1],
      [pump, 2],
    ]);
  });

  it("of an attribute, a range or a text is not a write of the tag's value", () => {
    const { on, ask } = start(listening({ node: pump }));
    const body = request('Write', (to) =>
      to.list([17, 13], (attribute) => {
        to.node(pump)
          .u32(attribute)
          .text(attribute === 13 ? '1:2' : '');
        to.u8(1, 0x8c).list(['a', 'b'], (item) => to.text(item));
      }),
    );
    ask(2, body, bodies.statuses('Write', good, good));
    expect(on.writes.map(({ target, tag, after }) => [target, tag, after])).toEqual([
      [`${pump} AccessLevel`, undefined, '[a, b]'],
      [`${pump}[1:2]`, undefined, '[a, b]'],
    ]);
  });

  it('of more nodes than are kept reports how many more there are', () => {
    const { on, ask } = start(listening());
    const many = Array.from({ length: 1_500 }, (_, row): [string, number] => [`ns=1;i=${row}`, row]);
    ask(2, bodies.write(...many), bodies.statuses('Write', ...many.map(() => good)));
    expect(on.writes.length).toBe(1_001);
    expect(on.writes.at(-1)).toMatchObject({ target: '500 more', after: 'not read' });
  });
});

describe('a call', () => {
  const call = (method: string, ...inputs: string[]): Buffer =>
    request('Call', (to) =>
      to.list([method], (id) =>
        to
          .node('ns=2;s=Pump')
          .node(id)
          .list(inputs, (input) => to.u8(12).text(input)),
      ),
    );
  const called = (status: number): Buffer =>
    response('Call', (to) =>
      to.list([status], (each) => to.u32(each).list([], String).list([], String).list([], String)).list([], String),
    );

  it('is reported with its object, its method and its arguments', () => {
    const { on, ask } = start(listening());
    ask(2, call('ns=2;s=Pump.Stop', 'now', 'please'), called(good));
    ask(3, call('ns=2;s=Pump.Stop'), called(denied));
    const of = { operation: 'Call', target: 'ns=2;s=Pump → ns=2;s=Pump.Stop', tag: undefined, before: undefined };
    expect(on.writes).toEqual([
      { ...of, after: '(now, please)', accepted: true },
      { ...of, after: '()', accepted: false },
    ]);
  });

  it('with passphrases or keys is reported without them', () => {
    const { on, ask } = start(listening());
    ask(2, call('i=24304', 'mallory', 'hunter2'), called(good));
    ask(3, call('i=24310', 'old one', 'new one'), called(good));
    expect(on.writes.map(({ after }) => after)).toEqual(['(2 arguments, not shown)', '(2 arguments, not shown)']);
  });
});
