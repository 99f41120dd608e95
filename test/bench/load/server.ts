import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { registerAt } from './register.ts';

/**
 * Many cheap simulated Modbus devices in one process: `server.ts DEVICES` answers every read of holding registers, and prints its
 * ports as one line of JSON. Its own cost is not measured. Lines of its input: `down DEVICE`, `up DEVICE`, and
 * `hold DEVICE REGISTER VALUE` for a register that holds a value from then on instead of counting seconds.
 */
const devices = Number(process.argv[2]);
const headerBytes = 8;

class Device {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Values of the registers that do not count seconds. */
  readonly held = new Map<number, number>();
  port = 0;

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      let rest = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
        while (rest.length >= headerBytes && rest.length >= 6 + rest.readUInt16BE(4)) {
          const end = 6 + rest.readUInt16BE(4);
          socket.write(reply(rest.subarray(0, end), this.held));
          rest = rest.subarray(end);
        }
      });
    });
  }

  /** Listens; waits where somebody's outgoing connection has taken the port meanwhile. */
  async up(): Promise<void> {
    while (!(await this.#listens())) await setTimeout(500);
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async #listens(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const refused = (): void => resolve(false);
    this.#server.once('error', refused);
    this.#server.listen({ host: '127.0.0.1', port: this.port }, () => resolve(true));
    const listens = await promise;
    this.#server.off('error', refused);
    return listens;
  }

  async down(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }
}

function reply(request: Buffer, held: ReadonlyMap<number, number>): Buffer {
  const [functionCode = 0] = request.subarray(7);
  if (functionCode !== 3) {
    const refused = Buffer.from(request.subarray(0, 9));
    refused.writeUInt16BE(3, 4);
    refused[7] = functionCode | 0x80;
    refused[8] = 1;
    return refused;
  }
  const start = request.readUInt16BE(8);
  const count = request.readUInt16BE(10);
  const answer = Buffer.allocUnsafe(9 + 2 * count);
  request.copy(answer, 0, 0, 8);
  answer.writeUInt16BE(3 + 2 * count, 4);
  answer[8] = 2 * count;
  const second = Math.floor(Date.now() / 1000);
  for (let i = 0; i < count; i++) answer.writeUInt16BE(registerAt(second, start + i), 9 + 2 * i);
  for (const [register, value] of held)
    if (register >= start && register < start + count) answer.writeUInt16BE(value, 9 + 2 * (register - start));
  return answer;
}

const all = Array.from({ length: devices }, () => new Device());
for (const device of all) await device.up();
console.log(JSON.stringify(all.map(({ port }) => port)));
const lines = createInterface(process.stdin);
lines.on('line', (line) => {
  const [what, index, register, value] = line.split(' ');
  const device = all[Number(index)];
  if (what === 'down') void device?.down();
  else if (what === 'up') void device?.up();
  else if (what === 'hold') device?.held.set(Number(register), Number(value));
});
lines.on('close', () => process.exit(0));
