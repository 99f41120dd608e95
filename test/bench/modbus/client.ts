import { connect, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import { modbus } from '../../../collectors/modbus/index.ts';
import { mbap } from '../../support/raw-modbus.ts';
import { testTag, testTags } from '../../support/tags.ts';
import { testContext } from '../../support/tiny-plant.ts';

/**
 * One run of one client of the Modbus bench, a process of its own: `client.ts KIND PORT REGISTERS MS` prints as JSON the requests
 * per second and the CPU time of each, µs, after as long a time that warms the code. All kinds ask for the same blocks, one in
 * flight.
 */
const [kind, port, registers, ms] = [process.argv[2], ...process.argv.slice(3).map(Number)] as [string, number, number, number];
/** Output of a client. */
export interface ClientResult {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** Blocks lie so far apart that the planner does not join them. */
const stride = registers + 70;
const starts = Array.from({ length: Math.floor((65_536 - registers) / stride) }, (_, i) => i * stride);

/** Counts requests once the code is warm; `isOver` after each. */
class Meter {
  readonly #began = performance.now();
  #from: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly requests: number } | undefined;

  /** @param requests so far */
  isOver(requests: number): boolean {
    const now = performance.now();
    if (this.#from === undefined && now - this.#began >= ms) this.#from = { at: now, cpu: process.cpuUsage(), requests };
    return now - this.#began >= 2 * ms;
  }

  /** @param requests in all */
  result(requests: number): ClientResult {
    if (this.#from === undefined) throw new Error('ended before it was warm');
    const count = requests - this.#from.requests;
    const { user, system } = process.cpuUsage(this.#from.cpu);
    return { perSecond: (count / (performance.now() - this.#from.at)) * 1000, cpuUs: (user + system) / count };
  }
}

async function opened(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

/** A bare socket that sends ready-made bytes and counts whole replies: the limit. */
async function bareSocket(): Promise<ClientResult> {
  const socket = await opened();
  const requests = starts.map((start, i) =>
    mbap(Buffer.from([3, start >> 8, start & 0xff, registers >> 8, registers & 0xff]), 1, i & 0xff),
  );
  const expected = 9 + 2 * registers;
  return await new Promise((resolve) => {
    let asked = 0;
    let received = 0;
    const meter = new Meter();
    const next = (): boolean => socket.write(requests[asked++ % requests.length] as Buffer);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < expected) return;
      received -= expected;
      if (!meter.isOver(asked)) next();
      else {
        socket.destroy();
        resolve(meter.result(asked));
      }
    });
    next();
  });
}

/** The library alone: its cost without deadlines, decoding and batches. */
async function library(): Promise<ClientResult> {
  const socket = await opened();
  const client = new modbusSerial.default();
  await client.linkTCP(socket, { port: 0 });
  const meter = new Meter();
  let asked = 0;
  for (; !meter.isOver(asked); asked++) {
    const start = starts[asked % starts.length] ?? 0;
    await new Promise<void>((resolve) => client.writeFC3(1, start, registers, () => resolve()));
  }
  socket.destroy();
  return meter.result(asked);
}

/** The collector's session: planned, watched, decoded, in batches. */
async function session(): Promise<ClientResult> {
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
  let batches = 0;
  const meter = new Meter();
  for await (const observation of open) {
    if (observation.kind !== 'batch') continue;
    if (observation.batch.length !== registers) throw new Error(`${observation.batch.length} samples of ${registers} registers`);
    batches++;
    if (meter.isOver(batches)) break;
  }
  return meter.result(batches);
}

const kinds: Readonly<Record<string, () => Promise<ClientResult>>> = { socket: bareSocket, library, session };
const run = kinds[kind];
if (run === undefined) throw new Error(`no client ${kind}`);
console.log(JSON.stringify(await run()));
process.exit(0);
