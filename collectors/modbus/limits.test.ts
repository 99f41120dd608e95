import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { defaultType, type ModbusTable } from '../../src/modbus/address.ts';
import { mbap } from '../../test/support/raw-modbus.ts';
import { answerPdu, answerRight, rightPdu, type ScriptedRequest, startScriptedPeer } from '../../test/support/scripted-modbus.ts';
import { SocketClock } from '../../test/support/socket-clock.ts';
import { testTag, testTags } from '../../test/support/tags.ts';
import { testContext } from '../../test/support/tiny-plant.ts';
import { createModbusCollector, modbus } from './index.ts';

const tables: readonly ModbusTable[] = ['coil', 'discrete', 'holding', 'input'];

const address = fc
  .record({
    table: fc.constantFrom(...tables),
    register: fc.integer({ min: 0, max: 400 }),
    type: fc.constantFrom('uint16' as const, 'float32' as const, 'int64' as const),
    unit: fc.constantFrom(undefined, 2, 9),
  })
  .map(({ table, type, ...rest }) => ({ ...rest, table, type: defaultType(table) === 'bit' ? ('bit' as const) : type }));

const range = fc
  .record({
    table: fc.constantFrom(...tables),
    from: fc.integer({ min: 0, max: 400 }),
    length: fc.integer({ min: 0, max: 8 }),
    unit: fc.constantFrom(undefined, 2),
  })
  .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length }));

const device = fc.record({
  tags: fc.array(fc.record({ address, scanMs: fc.constantFrom(200, 1000, 5000) }), { minLength: 1, maxLength: 40 }),
  forbidden: fc.array(range, { maxLength: 4 }),
  maxRegisters: fc.integer({ min: 4, max: 125 }),
  maxBits: fc.integer({ min: 1, max: 200 }),
  fillRegisters: fc.integer({ min: 0, max: 124 }),
  maxRequestsPerSecond: fc.constantFrom(0.7, 1, 2.5, 7, 20, 50),
  pauseMs: fc.constantFrom(0, 1, 20, 130),
  pauseAfterConnectMs: fc.constantFrom(0, 0, 1, 250),
  connections: fc.constantFrom(1, 1, 1, 2),
  closeAfterPoll: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1000 }),
});

interface Seen {
  readonly at: number;
  readonly request: ScriptedRequest;
  /** Time at which the device has answered, or the monitor has given up. */
  doneAt: number;
}

const timeoutMs = 300;

/** Any possible reaction of a device to a request. */
function misbehave(seen: Seen, clock: SocketClock, random: Random): void {
  const { request } = seen;
  const finish = (act: () => void): void => {
    seen.doneAt = Math.min(seen.doneAt, clock.monotonic());
    act();
  };
  const choice = random.integer(0, 31) - 12;
  if (choice < 9) finish(() => answerRight(request));
  else if (choice < 12) void clock.sleep(random.integer(1, timeoutMs + 100)).then(() => finish(() => answerRight(request)));
  else if (choice < 15)
    finish(() => answerPdu(request, [0x80 | request.pdu.readUInt8(0), [1, 2, 3, 4, 5, 6, 10, 11][random.integer(0, 7)] ?? 4]));
  else if (choice === 15) finish(() => request.socket.resetAndDestroy());
  else if (choice === 16) finish(() => request.socket.end(rightPdu(request)));
  else if (choice === 17) finish(() => answerRight({ ...request, unit: request.unit ^ 1 }));
  else if (choice === 18) request.socket.write(mbap(rightPdu(request), request.unit, request.transaction ^ 0x55));
}

describe('the requests to a device', () => {
  it('never exceed a limit of the device, for any tags, limits and faults', async () => {
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(device, async ({ tags, forbidden, seed, ...limits }) => {
        using clock = new SocketClock();
        const random = new Random(seed);
        const all: Seen[] = [];
        const connectedAt = new Map<Socket, number>();
        const script = (request: ScriptedRequest): void => {
          const at = clock.monotonic();
          const seen = { at, request, doneAt: at + timeoutMs };
          request.socket.setMaxListeners(0);
          request.socket.once('close', () => (seen.doneAt = Math.min(seen.doneAt, clock.monotonic())));
          all.push(seen);
          misbehave(seen, clock, random);
        };
        const accepted = (socket: Socket): void => void connectedAt.set(socket, clock.monotonic());
        await using peer = await startScriptedPeer(script, { accepted });
        const settings = modbus.schema.parse({ host: '127.0.0.1', port: peer.port, timeoutMs, forbidden, ...limits });
        const named = tags.map(({ address: where, scanMs }, i) => testTag(`T${i}`, where, { scanMs }));
        const misfit = new Set(modbus.check?.(settings, 'plc1', testTags(named)).map(({ tag }) => tag));
        const table = testTags(named.filter(({ name }) => !misfit.has(name)));
        const target = { device: 'plc1', tags: table, dataDir: '', devices: [] };
        const collector = createModbusCollector(settings, target, testContext(clock), clock);
        const stop = new AbortController();
        const watching = (async () => {
          while (!stop.signal.aborted) {
            try {
              await using session = await collector.connect(stop.signal);
              for await (const _ of session) if (stop.signal.aborted) break;
            } catch (thrown) {
              if (!stop.signal.aborted) expect(thrown).toMatchObject({ kind: 'retryable' });
            }
          }
        })();
        await clock.run(clock.sleep(15_000), peer.sockets);
        stop.abort();
        await clock.run(watching, peer.sockets);

        requests += all.length;
        all.forEach(({ at, request: { pdu, unit, socket } }, i) => {
          // rate limit: in any second
          const within = all.filter((other) => other.at >= at && other.at < at + 1000 - 1e-3).length;
          expect(within).toBeLessThanOrEqual(Math.max(1, limits.maxRequestsPerSecond));
          const before = all[i - 1];
          if (before !== undefined) {
            if (limits.maxRequestsPerSecond < 1)
              expect(at - before.at).toBeGreaterThan(1000 / limits.maxRequestsPerSecond - 1e-3);
            // pauses, after each answer and each abandoned request; each of two connections has its own
            const same = limits.connections === 1 || before.request.socket === socket;
            if (same && before.doneAt <= at) expect(at - before.doneAt).toBeGreaterThan(limits.pauseMs - 1e-3);
          }
          // no connection is used before its initial pause has passed
          const sinceConnect = at - (connectedAt.get(socket) ?? Number.NaN);
          expect(sinceConnect).toBeGreaterThan(limits.pauseAfterConnectMs - 1e-3);
          const inFlight = all.filter((other, j) => j <= i && (j === i || other.doneAt > at + 1e-3)).length;
          expect(inFlight).toBeLessThanOrEqual(limits.connections);
          const code = pdu.readUInt8(0);
          if (code > 4) return;
          const start = pdu.readUInt16BE(1);
          const count = pdu.readUInt16BE(3);
          expect(count).toBeLessThanOrEqual(code <= 2 ? limits.maxBits : limits.maxRegisters);
          const where = tables[code - 1];
          for (const one of forbidden) {
            if (one.table !== where || (one.unit ?? unit) !== unit) continue;
            expect(start > one.to || start + count <= one.from).toBe(true);
          }
        });
      }),
      { seed: 2026, numRuns: 100, endOnFailure: false },
    );
    expect(requests).toBeGreaterThan(3000);
  }, 120_000);
});
