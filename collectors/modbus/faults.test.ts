import { getEventListeners } from 'node:events';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { isGood, qualityName } from '../../src/core/quality.ts';
import { Random } from '../../src/core/random.ts';
import { type ModbusPki, openModbusPki } from '../../test/support/certificates.ts';
import { findPeer, requirePeer } from '../../test/support/peers.ts';
import { SerialPair } from '../../test/support/pty.ts';
import { mbap } from '../../test/support/raw-modbus.ts';
import {
  answerPdu,
  answerRight,
  frameFor,
  rightPdu,
  type ScriptedOptions,
  type ScriptedPeer,
  type ScriptedRequest,
  scriptedRegister,
  startScriptedPeer,
} from '../../test/support/scripted-modbus.ts';
import { SocketClock } from '../../test/support/socket-clock.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { createModbusCollector, modbus } from './index.ts';

/** Tools of a peer for its faults. */
interface Stage {
  readonly random: Random;
  readonly clock: Clock;
  /** Frame of its first answer. */
  readonly first: Buffer;
  /** Time after which an answer is late, ms. */
  readonly timeoutMs: number;
}

/** Behaviour of a peer instead of an answer, and the expected outcome. */
interface Fault {
  readonly act: (request: ScriptedRequest, stage: Stage) => void;
  /** Qualities that must occur, besides good ones. */
  readonly qualities: readonly string[];
  /** Codes of the events and errors that must occur. */
  readonly codes: readonly string[];
  /** The fault concerns fields that RTU frames do not have. */
  readonly onlyMbap?: true;
  /** The fault concerns the end of a connection, which a serial line does not have. */
  readonly onlyNetwork?: true;
}

const rightFrame = (request: ScriptedRequest): Buffer => frameFor(request, rightPdu(request));
/** A well-formed reply with values that were not requested. */
const wrongValues = (request: ScriptedRequest): Buffer => {
  const pdu = rightPdu(request);
  pdu.fill(0x5a, 2);
  return pdu;
};
const later = (clock: Clock, ms: number, act: () => void): void => void clock.sleep(ms).then(act);

const missed = { qualities: ['UncertainNoCommunicationLastUsableValue', 'BadTimeout'], codes: ['DEVICE_TIMEOUT'] };
const broken = { qualities: ['BadCommunicationError'], codes: ['DEVICE_PROTOCOL'] };
const ended = { qualities: [], codes: ['DEVICE_UNREACHABLE'], onlyNetwork: true } as const;
const harmless = { qualities: [], codes: [] };

const faults: Readonly<Record<string, Fault>> = {
  'is slow': { act: (request, { clock }) => later(clock, 10, () => answerRight(request)), ...harmless },
  'is late': { act: (request, { clock, timeoutMs }) => later(clock, timeoutMs + 20, () => answerRight(request)), ...missed },
  'comes byte by byte': {
    act: (request, { clock }) =>
      rightFrame(request).forEach((byte, i) => later(clock, i / 10, () => request.socket.write(Buffer.from([byte])))),
    ...harmless,
  },
  'is cut off': {
    act: (request, { random }) => {
      const frame = rightFrame(request);
      request.socket.write(frame.subarray(0, random.integer(1, frame.length - 1)));
    },
    qualities: ['BadCommunicationError'],
    codes: ['DEVICE_PROTOCOL', 'DEVICE_UNREACHABLE'],
  },
  'is cut off, then the connection ends': {
    act: (request, { random }) => {
      const frame = rightFrame(request);
      request.socket.end(frame.subarray(0, random.integer(1, frame.length - 1)));
    },
    ...ended,
  },
  'is a reset': {
    act: ({ socket }) => void (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
    ...ended,
  },
  'is an end': { act: (request) => request.socket.end(), ...ended },
  'has another transaction id': {
    onlyMbap: true,
    act: (request) => request.socket.write(mbap(wrongValues(request), request.unit, request.transaction ^ 0x80)),
    ...missed,
  },
  'answers a later request': {
    onlyMbap: true,
    act: (request) => request.socket.write(mbap(wrongValues(request), request.unit, (request.transaction + 1) & 0xffff)),
    ...missed,
  },
  'is one that was given before': {
    onlyMbap: true,
    act: (request, { first }) => request.socket.write(first),
    ...missed,
  },
  'has another unit': { act: (request) => answerPdu({ ...request, unit: request.unit + 1 }, wrongValues(request)), ...broken },
  'has another function': {
    act: (request) => answerPdu(request, Buffer.from([4, ...wrongValues(request).subarray(1)])),
    ...broken,
  },
  'has another protocol id': {
    onlyMbap: true,
    act: (request) => {
      const frame = rightFrame(request);
      frame.writeUInt16BE(1, 2);
      request.socket.write(frame);
    },
    qualities: ['BadCommunicationError'],
    codes: ['DEVICE_PROTOCOL', 'DEVICE_UNREACHABLE'],
  },
  'has a length that is too short': {
    onlyMbap: true,
    act: (request) => {
      const frame = rightFrame(request);
      frame.writeUInt16BE(frame.readUInt16BE(4) - 2, 4);
      request.socket.write(frame);
    },
    ...broken,
  },
  'has a length that is too long': {
    onlyMbap: true,
    act: (request) => {
      const frame = rightFrame(request);
      frame.writeUInt16BE(frame.readUInt16BE(4) + 4, 4);
      request.socket.write(frame);
    },
    qualities: ['BadCommunicationError'],
    codes: ['DEVICE_PROTOCOL', 'DEVICE_UNREACHABLE'],
  },
  'has a length of 65535': {
    onlyMbap: true,
    act: (request) => {
      const frame = rightFrame(request);
      frame.writeUInt16BE(65_535, 4);
      request.socket.write(frame);
    },
    qualities: ['BadCommunicationError'],
    codes: ['DEVICE_PROTOCOL', 'DEVICE_UNREACHABLE'],
  },
  'is longer than asked': {
    act: (request) => answerPdu(request, Buffer.concat([rightPdu(request), Buffer.from([0x12, 0x34])])),
    ...broken,
  },
  'counts its bytes wrongly': {
    act: (request, { random }) => {
      const pdu = wrongValues(request);
      pdu.writeUInt8((pdu.readUInt8(1) + random.integer(1, 255)) & 0xff, 1);
      answerPdu(request, pdu);
    },
    ...broken,
  },
  'comes twice': {
    act: (request) => {
      answerRight(request);
      request.socket.write(frameFor(request, wrongValues(request)));
    },
    ...harmless,
  },
  'is garbage': {
    act: (request, { random }) =>
      request.socket.write(Buffer.from(Array.from({ length: random.integer(1, 300) }, () => random.integer(0, 255)))),
    qualities: ['BadCommunicationError'],
    codes: ['DEVICE_PROTOCOL', 'DEVICE_UNREACHABLE'],
  },
  'is nothing': { act: () => {}, ...missed },
  'is a device failure': {
    act: (request) => answerPdu(request, [0x80 | request.pdu.readUInt8(0), 4]),
    qualities: ['BadDeviceFailure'],
    codes: ['DEVICE_REFUSED'],
  },
  'is busy': {
    act: (request) => answerPdu(request, [0x80 | request.pdu.readUInt8(0), 6]),
    qualities: ['BadResourceUnavailable'],
    codes: ['DEVICE_REFUSED'],
  },
  'is from the gateway': {
    act: (request) => answerPdu(request, [0x80 | request.pdu.readUInt8(0), 11]),
    qualities: ['BadNoCommunication'],
    codes: ['DEVICE_REFUSED'],
  },
};

const registers = [0, 1, 2, 60, 61, 200];
const tags = testTags(registers.map((register) => testTag(`R${register}`, { table: 'holding', register }, { scanMs: 200 })));

/** Faults that a peer produces after some correct answers, before it answers correctly again. */
interface Script {
  readonly choose: (random: Random) => Fault['act'];
  /** Number of requests during the faults, and the share of them with a correct answer. */
  readonly faulty: number;
  readonly misses?: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const healthy = 6;

/** A peer that plays the script. */
const startPeer = (
  { choose, faulty, misses = 0, seed, clock, timeoutMs }: Script,
  options: ScriptedOptions,
): Promise<ScriptedPeer> => {
  const random = new Random(seed);
  let first: Buffer | undefined;
  return startScriptedPeer((request) => {
    first ??= rightFrame(request);
    const fault = request.number >= healthy && request.number < healthy + faulty && random.next() >= misses;
    if (fault) choose(random)(request, { random, clock, first, timeoutMs });
    else request.socket.write(rightFrame(request));
  }, options);
};

/** Collects samples and events until all tags are good again and the peer's script has ended. */
function watch(peer: ScriptedPeer, { faulty, clock, timeoutMs }: Script, place: object) {
  const seen = { wrong: [] as string[], qualities: new Set<string>(), codes: new Set<string>(), connections: 0 };
  const collector = createModbusCollector(
    modbus.schema.parse({ ...place, timeoutMs, identity: false, busyWaitMs: 1 }),
    { device: 'plc1', tags, dataDir: '', devices: [] },
    testContext(clock),
    clock,
  );
  const stop = new AbortController();
  let recovered = 0;
  const good = new Set<number>();
  const session = async (): Promise<void> => {
    seen.connections++;
    try {
      await using open = await collector.connect(stop.signal);
      for await (const observation of open) {
        if (observation.kind === 'event' && observation.event.type === 'poll-failed') seen.codes.add(observation.event.code);
        if (observation.kind !== 'batch') continue;
        const { batch } = observation;
        for (let row = 0; row < batch.length; row++) {
          const tag = batch.tag[row] ?? 0;
          const quality = batch.quality[row] ?? 0;
          if (!isGood(quality)) {
            seen.qualities.add(qualityName(quality));
            good.clear();
            recovered = 0;
          } else if (batch.value[row] === scriptedRegister(registers[tag] ?? 0)) good.add(tag);
          else seen.wrong.push(`R${registers[tag]} = ${batch.value[row]}`);
        }
        if (good.size === registers.length && peer.asked.length > healthy + faulty) {
          good.clear();
          recovered++;
        }
        if (recovered >= 3) return;
      }
    } catch (thrown) {
      expect(thrown).toMatchObject({ kind: 'retryable' });
      seen.codes.add((thrown as { code: string }).code);
    }
  };
  const playing = async (): Promise<typeof seen> => {
    while (recovered < 3) {
      await session();
      await clock.sleep(100);
    }
    // no listener is left behind
    expect(getEventListeners(stop.signal, 'abort').length).toBe(0);
    return seen;
  };
  return playing();
}

describe.each(['tcp', 'rtu-over-tcp', 'tls'] as const)('over %s a peer whose reply', (transport) => {
  const rtu = transport === 'rtu-over-tcp';
  const possible = Object.entries(faults).filter(([, { onlyMbap = false }]) => !(rtu && onlyMbap));
  let pki: ModbusPki | undefined;
  beforeAll(async () => {
    const openssl = transport === 'tls' ? findPeer('openssl') : undefined;
    if (openssl !== undefined) pki = await openModbusPki(openssl);
  });
  afterAll(async () => await pki?.[Symbol.asyncDispose]());

  /** Runs a script on its own clock, and checks that no connection or timer remains. */
  async function play(test: TestContext, script: Omit<Script, 'clock' | 'timeoutMs'>) {
    if (transport === 'tls') requirePeer('openssl', test);
    using clock = new SocketClock();
    const timeoutMs = 50;
    const whole = { ...script, clock, timeoutMs };
    const secure = pki === undefined ? {} : { tls: pki.server };
    await using peer = await startPeer(whole, { framing: rtu ? 'rtu' : 'mbap', ...secure });
    const place = { transport, host: '127.0.0.1', port: peer.port, tls: pki?.client };
    const seen = await clock.run(watch(peer, whole, place), peer.sockets, 600_000);
    await clock.run(clock.sleep(timeoutMs * 4), peer.sockets);
    expect(peer.sockets.size).toBe(0);
    expect(clock.sleepers).toBe(0);
    return seen;
  }

  it.for(possible)('%s never yields a wrong good value, is reported, and is recovered from', async ([, fault], test) => {
    const seen = await play(test, { choose: () => fault.act, faulty: 12, seed: 11 });
    expect(seen.wrong).toEqual([]);
    // Over RTU silence and noise end a request in more than one way.
    expect(seen.codes.size > 0).toBe(fault.codes.length > 0);
    if (rtu) return;
    expect([...seen.qualities]).toEqual(expect.arrayContaining([...fault.qualities]));
    expect([...seen.codes]).toEqual(expect.arrayContaining([...fault.codes]));
    if (fault === faults['comes twice'] || fault === faults['is slow']) expect(seen.connections).toBe(1);
  });

  it.for(Array.from({ length: 12 }, (_, i) => 100 + i))('is any of these, by seed %s', async (seed, test) => {
    const choose = (random: Random): Fault['act'] => possible[random.integer(0, possible.length - 1)]?.[1].act ?? answerRight;
    const { wrong } = await play(test, { choose, faulty: 80, seed, misses: 0.4 });
    expect(wrong).toEqual([]);
  });
});

// The bytes pass through another process, so that the clock is the machine's and cannot be injected.
describe.concurrent('on a serial line a peer whose reply', () => {
  const possible = Object.entries(faults).filter(([, { onlyMbap = false, onlyNetwork = false }]) => !onlyMbap && !onlyNetwork);

  it.for(possible)('%s never yields a wrong good value, is reported, and is recovered from', async ([, fault], test) => {
    const socat = requirePeer('socat', test);
    const script = { choose: () => fault.act, faulty: 3, seed: 11, clock: systemClock, timeoutMs: 150 };
    await using peer = await startPeer(script, { framing: 'rtu' });
    await using line = await SerialPair.open(socat, peer.port);
    const serial = { path: line.a, baudRate: 115_200, parity: 'none' };
    const seen = await watch(peer, script, { transport: 'serial', serial });
    expect(seen.wrong).toEqual([]);
    if (fault.codes.length > 0) expect(seen.codes.size).toBeGreaterThan(0);
  });
});
