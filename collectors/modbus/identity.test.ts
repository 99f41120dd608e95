import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/observation.ts';
import {
  answerPdu,
  answerRight,
  type ScriptedPeer,
  type ScriptedRequest,
  startScriptedPeer,
  forbidden,
} from '../../test/support/scripted-modbus.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { modbus } from './index.ts';

const part = (from: number, more: number, next: number, texts: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from([43, 14, 2, 0x82, more, next, texts.length]),
    ...texts.flatMap((text, i) => [Buffer.from([from + i, text.length]), Buffer.from(text, 'latin1')]),
  ]);

describe('the identity of a device', () => {
  let peer: ScriptedPeer;
  afterEach(async () => {
    expect(forbidden(peer)).toEqual([]);
    await peer[Symbol.asyncDispose]();
  });

  /** What the device said of itself at each of `connections`, undefined where it said nothing but answered a read. */
  async function identities(connections: number, tell: (request: ScriptedRequest) => void): Promise<(Event | undefined)[]> {
    peer = await startScriptedPeer((request) => (request.pdu[0] === 43 ? tell(request) : answerRight(request)));
    const config = modbus.schema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs: 60, pauseMs: 0 });
    const tags = testTags([testTag('A', { table: 'holding', register: 1 })]);
    const collector = modbus.create(config, { device: 'plc1', tags, dataDir: '', devices: [] }, testContext());
    const events: (Event | undefined)[] = [];
    for (let i = 0; i < connections; i++) {
      try {
        await using session = await collector.connect(new AbortController().signal);
        for await (const observation of session) {
          events.push(observation.kind === 'event' ? observation.event : undefined);
          break;
        }
      } catch (thrown) {
        expect(thrown).toMatchObject({ kind: 'retryable' });
      }
    }
    return events;
  }
  const asked = (): string[] => peer.asked.filter((pdu) => pdu.startsWith('2b'));

  it('is put together from its parts', async () => {
    const [event] = await identities(1, (request) =>
      answerPdu(request, request.pdu[3] === 0 ? part(0, 0xff, 3, ['Acme\0', 'PLC-9', 'v1 ']) : part(3, 0, 0, ['acme.example'])),
    );
    expect(event).toMatchObject({
      type: 'identity',
      device: 'plc1',
      identity: { VendorName: 'Acme', ProductCode: 'PLC-9', MajorMinorRevision: 'v1', VendorUrl: 'acme.example' },
    });
    expect(asked()).toEqual(['2b0e0200', '2b0e0203']);
  });

  it('is told with what it was before, if it has changed', async () => {
    let revision = 1;
    const events = await identities(3, (request) => {
      answerPdu(request, part(0, 0, 0, ['Acme', 'PLC-9', `v${revision}`]));
      revision = 2;
    });
    expect(events.map((event) => (event?.type === 'identity' ? event.previous?.['MajorMinorRevision'] : ''))).toEqual([
      undefined,
      'v1',
      undefined,
    ]);
  });

  it.each<[string, (request: ScriptedRequest) => void]>([
    ['refuses', (request) => answerPdu(request, [0xab, 1])],
    ['is silent', () => {}],
    ['refuses the second part', (request) => answerPdu(request, request.pdu[3] === 0 ? part(0, 0xff, 1, ['A']) : [0xab, 4])],
    ['always promises the same part', (request) => answerPdu(request, part(0, 0xff, 0, ['A']))],
    [
      'sends objects that fall',
      (request) => answerPdu(request, part(request.pdu[3] === 0 ? 0 : 4, 0xff, request.pdu[3] === 0 ? 5 : 6, ['A'])),
    ],
    ['sends an object longer than its frame', (request) => answerPdu(request, [43, 14, 2, 0x82, 0, 0, 1, 0, 99, 65])],
    ['sends nothing', (request) => answerPdu(request, [43, 14, 2, 0x82, 0xff, 1, 0])],
    ['answers late', (request) => setTimeout(() => answerPdu(request, part(0, 0, 0, ['A'])), 75)],
  ])('is not asked again of a device that %s', async (_, tell) => {
    expect(await identities(2, tell)).toEqual([undefined, undefined]);
    expect(asked().length).toBeLessThanOrEqual(2);
  });

  it.each<[string, (request: ScriptedRequest) => void]>([
    ['hangs up', (request) => request.socket.resetAndDestroy()],
    ['answers by half', (request) => request.socket.write(Buffer.from([0x43, 0, 0, 0, 0, 20, 1, 43]))],
    ['answers garbage', (request) => request.socket.write('HTTP/1.1 400')],
  ])('costs one connection of a device that %s', async (_, tell) => {
    expect(await identities(2, tell)).toEqual([undefined]);
    expect(asked().length).toBe(1);
    expect(peer.connections).toBe(2);
  });

  it('is capped at 16 parts', async () => {
    const endless = (request: ScriptedRequest): void => {
      const from = request.pdu[3] ?? 0;
      answerPdu(request, part(from, 0xff, from + 1, ['A']));
    };
    expect(await identities(1, endless)).toEqual([undefined]);
    expect(asked().length).toBe(16);
  });
});
