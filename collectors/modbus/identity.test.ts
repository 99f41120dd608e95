import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, PacedClock, systemClock } from '../../src/core/clock.ts';
import type { Event } from '../../src/core/observation.ts';
import {
  answerPdu,
  answerRight,
  type ScriptedPeer,
  type ScriptedRequest,
  startScriptedPeer,
} from '../../test/support/scripted-modbus.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { createModbusCollector, modbus } from './index.ts';

const part = (from: number, more: number, next: number, texts: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from([43, 14, 2, 0x82, more, next, texts.length]),
    ...texts.flatMap((text, i) => [Buffer.from([from + i, text.length]), Buffer.from(text, 'latin1')]),
  ]);

describe('the identity of a device', () => {
  let peer: ScriptedPeer;
  afterEach(async () => {
    await peer[Symbol.asyncDispose]();
  });

  /** A deadline short enough for a test, and long enough for an answer on a busy machine. */
  const silent = { timeoutMs: 500 };

  /** Identity reported at each of `connections`; undefined if the device only answered a read. */
  async function identities(
    connections: number,
    tell: (request: ScriptedRequest) => void,
    settings: object = {},
  ): Promise<(Event | undefined)[]> {
    const collector = await collectorOf(tell, settings);
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
  async function collectorOf(tell: (request: ScriptedRequest) => void, settings: object, machine: Clock = systemClock) {
    const framing = 'transport' in settings && settings.transport === 'rtu-over-tcp' ? 'rtu' : 'mbap';
    peer = await startScriptedPeer((request) => ((request.pdu[0] ?? 0) > 4 ? tell(request) : answerRight(request)), { framing });
    const config = modbus.schema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs: 60_000, pauseMs: 0, ...settings });
    const tags = testTags([testTag('A', { table: 'holding', register: 1 })]);
    return createModbusCollector(config, { device: 'plc1', tags, dataDir: '', devices: [] }, testContext(), machine);
  }
  const asked = (): string[] => peer.asked.filter((pdu) => /^(2b|11)/.test(pdu));

  it('is assembled from its parts', async () => {
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

  it('is reported with the previous one if it has changed', async () => {
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
    ['refuses both functions', (request) => answerPdu(request, [0x80 | (request.pdu[0] ?? 0), 1])],
    ['is silent', () => {}],
    ['refuses the second part', (request) => answerPdu(request, request.pdu[3] === 0 ? part(0, 0xff, 1, ['A']) : [0xab, 4])],
    ['always promises the same part', (request) => answerPdu(request, part(0, 0xff, 0, ['A']))],
    [
      'sends objects that fall',
      (request) => answerPdu(request, part(request.pdu[3] === 0 ? 0 : 4, 0xff, request.pdu[3] === 0 ? 5 : 6, ['A'])),
    ],
    ['sends an object longer than its frame', (request) => answerPdu(request, [43, 14, 2, 0x82, 0, 0, 1, 0, 99, 65])],
    ['sends nothing', (request) => answerPdu(request, [43, 14, 2, 0x82, 0xff, 1, 0])],
    ['answers late', (request) => setTimeout(() => answerPdu(request, part(0, 0, 0, ['A'])), 700)],
  ])('is not read again from a device that %s', async (_, tell) => {
    expect(await identities(2, tell, silent)).toEqual([undefined, undefined]);
    expect(asked().length).toBeLessThanOrEqual(2);
  });

  it.each<[string, (request: ScriptedRequest) => void]>([
    ['hangs up', (request) => request.socket.resetAndDestroy()],
    ['answers by half', (request) => request.socket.write(Buffer.from([0x43, 0, 0, 0, 0, 20, 1, 43]))],
    ['answers garbage', (request) => request.socket.write('HTTP/1.1 400')],
  ])('costs one connection of a device that %s', async (_, tell) => {
    expect(await identities(2, tell, silent)).toEqual([undefined]);
    expect(asked().length).toBe(1);
    expect(peer.connections).toBe(2);
  });

  it('is the server id if the device refuses the identification', async () => {
    const tell = (request: ScriptedRequest): void =>
      answerPdu(request, request.pdu[0] === 43 ? [0xab, 1] : [17, 4, 0xb4, 0xff, 65, 66]);
    const events = await identities(2, tell);
    expect(events.map((event) => (event?.type === 'identity' ? event.identity : event))).toEqual(
      Array.from({ length: 2 }, () => ({ ServerId: '´ÿAB', ServerIdBytes: 'b4ff4142' })),
    );
    expect(asked()).toEqual(['2b0e0200', '11', '11']);
  });

  it('is not read by function 17 unless configured, nor after mere silence', async () => {
    expect(await identities(1, (request) => answerPdu(request, [0xab, 1]), { serverId: false })).toEqual([undefined]);
    expect(asked()).toEqual(['2b0e0200']);
    await peer[Symbol.asyncDispose]();
    expect(await identities(1, () => {}, silent)).toEqual([undefined]);
    expect(asked()).toEqual(['2b0e0200']);
  });

  it.each<[string, number[]]>([
    ['counts its bytes wrongly', [17, 9, 65, 66]],
    ['says nothing', [17, 0]],
    ['refuses that too', [0x91, 1]],
  ])('is empty for a device whose server id %s', async (_, pdu) => {
    const tell = (request: ScriptedRequest): void => answerPdu(request, request.pdu[0] === 43 ? [0xab, 1] : pdu);
    expect(await identities(2, tell)).toEqual([undefined, undefined]);
    expect(asked()).toEqual(['2b0e0200', '11']);
  });

  it.each([6, 11])('is read again after exception %s, which does not concern the function', async (exception) => {
    let asking = 0;
    const tell = (request: ScriptedRequest): void =>
      answerPdu(request, asking++ === 0 ? [0xab, exception] : part(0, 0, 0, ['Acme']));
    expect(await identities(2, tell)).toEqual([undefined, expect.objectContaining({ identity: { VendorName: 'Acme' } })]);
    expect(asked()).toEqual(['2b0e0200', '2b0e0200']);
  });

  it('is read over RTU in parts and by server id', async () => {
    const rtu = { transport: 'rtu-over-tcp', silenceMs: 5 };
    const parts = (request: ScriptedRequest): void =>
      answerPdu(request, request.pdu[3] === 0 ? part(0, 0xff, 3, ['Acme', 'PLC-9', 'v1']) : part(3, 0, 0, ['acme.example']));
    const [event] = await identities(1, parts, rtu);
    expect(event).toMatchObject({ identity: { VendorName: 'Acme', MajorMinorRevision: 'v1', VendorUrl: 'acme.example' } });
    await peer[Symbol.asyncDispose]();
    const [other] = await identities(
      1,
      (request) => answerPdu(request, request.pdu[0] === 43 ? [0xab, 1] : [17, 3, 65, 66, 0xff]),
      rtu,
    );
    expect(other).toMatchObject({ identity: { ServerIdBytes: '4142ff' } });
  });

  it('is read again while the connection is open, and reported when it has changed', async () => {
    let revision = 1;
    const tell = (request: ScriptedRequest): void => answerPdu(request, part(0, 0, 0, ['Acme', 'PLC-9', `v${revision}`]));
    // The machine clock runs at 3600 times its speed, so that deadlines must be long.
    const fast = new PacedClock({ plantMs: 0, wallMs: Date.now(), speed: 3_600 });
    const collector = await collectorOf(tell, { timeoutMs: 60_000, identityEveryMs: 600_000 }, fast);
    await using session = await collector.connect(new AbortController().signal);
    const events: Event[] = [];
    let others = 0;
    for await (const observation of session) {
      if (observation.kind === 'event' && observation.event.type === 'identity') events.push(observation.event);
      else if (++others > 3) revision = 2;
      if (events.length === 2) break;
    }
    expect(events).toMatchObject([
      { identity: { MajorMinorRevision: 'v1' } },
      { identity: { MajorMinorRevision: 'v2' }, previous: { MajorMinorRevision: 'v1' } },
    ]);
  });

  it('is kept after one bad answer of a device that has answered correctly before', async () => {
    let asking = 0;
    const tell = (request: ScriptedRequest): void => {
      if (asking++ !== 1) answerPdu(request, part(0, 0, 0, ['Acme', 'PLC-9', 'v1']));
    };
    const events = await identities(3, tell, silent);
    expect(events.map((event) => (event?.type === 'identity' ? event.identity['VendorName'] : ''))).toEqual([
      'Acme',
      'Acme',
      'Acme',
    ]);
    expect(asked().length).toBe(3);
  });

  it('is limited to 16 parts', async () => {
    const endless = (request: ScriptedRequest): void => {
      const from = request.pdu[3] ?? 0;
      answerPdu(request, part(from, 0xff, from + 1, ['A']));
    };
    expect(await identities(1, endless)).toEqual([undefined]);
    expect(asked().length).toBe(16);
  });
});
