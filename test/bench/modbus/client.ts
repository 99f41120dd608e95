import { connect, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import { modbus } from '../../../collectors/modbus/index.ts';
import { mbap } from '../../support/raw-modbus.ts';
import { testTag, testTags } from '../../support/tags.ts';
import { testContext } from '../../support/tiny-plant.ts';

/**
 * One run of one client of the Modbus bench, a process of its own: `client.ts KIND PORT REGISTERS MS` prints requests per
 * second. All kinds ask for the same blocks, one in flight.
 */
const [kind, port, registers, ms] = [process.argv[2], ...process.argv.slice(3).map(Number)] as [string, number, number, number];
/** Blocks lie so far apart that the planner does not join them. */
const stride = registers + 70;
const starts = Array.from({ length: Math.floor((65_536 - registers) / stride) }, (_, i) => i * stride);

async function opened(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

/** A bare socket that sends ready-made bytes and counts whole replies: the limit. */
async function bareSocket(): Promise<number> {
  const socket = await opened();
  const requests = starts.map((start, i) =>
    mbap(Buffer.from([3, start >> 8, start & 0xff, registers >> 8, registers & 0xff]), 1, i & 0xff),
  );
  const expected = 9 + 2 * registers;
  return await new Promise((resolve) => {
    let asked = 0;
    let received = 0;
    const begin = performance.now();
    const next = (): boolean => socket.write(requests[asked++ % requests.length] as Buffer);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < expected) return;
      received -= expected;
      const passed = performance.now() - begin;
      if (passed < ms) next();
      else {
        socket.destroy();
        resolve((asked / passed) * 1000);
      }
    });
    next();
  });
}

/** The library alone: what it costs without deadlines, decoding and batches. */
async function library(): Promise<number> {
  const socket = await opened();
  const client = new modbusSerial.default();
  await client.linkTCP(socket, { port: 0 });
  const begin = performance.now();
  let asked = 0;
  for (; performance.now() - begin < ms; asked++) {
    const start = starts[asked % starts.length] ?? 0;
    await new Promise<void>((resolve) => client.writeFC3(1, start, registers, () => resolve()));
  }
  const rate = (asked / (performance.now() - begin)) * 1000;
  socket.destroy();
  return rate;
}

/** The collector's session: planned, watched, decoded, in batches. */
async function session(): Promise<number> {
  const tags = testTags(
    starts.flatMap((start) =>
      Array.from({ length: registers }, (_, i) =>
        testTag(`R${start + i}`, { table: 'holding', register: start + i }, { scanMs: 1 }),
      ),
    ),
  );
  const settings = { host: '127.0.0.1', port, pauseMs: 0, maxRequestsPerSecond: 100_000, identity: false };
  const collector = modbus.create(
    modbus.schema.parse(settings),
    { device: 'plc1', tags, dataDir: '', devices: [] },
    testContext(),
  );
  await using open = await collector.connect(new AbortController().signal);
  let samples = 0;
  const begin = performance.now();
  for await (const observation of open) {
    if (observation.kind === 'batch') samples += observation.batch.length;
    if (performance.now() - begin >= ms) break;
  }
  const { requests } = open.stats();
  if (samples !== requests * registers) throw new Error(`${samples} samples of ${requests} requests`);
  return (requests / (performance.now() - begin)) * 1000;
}

const kinds: Readonly<Record<string, () => Promise<number>>> = { socket: bareSocket, library, session };
const run = kinds[kind];
if (run === undefined) throw new Error(`no client ${kind}`);
console.log(await run());
process.exit(0);
