import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A Modbus device of the bench, a process of its own: prints its port and answers each read of registers. A line of its input sets all values:
 * `normal`, `crossed`, or `flapping`, which changes every three seconds. Ends with its input.
 */
const high = 100;
const flapMs = 3_000;
let mode = 'normal';
const value = (): number =>
  mode === 'crossed' || (mode === 'flapping' && Math.floor(performance.now() / flapMs) % 2 === 1) ? high : 1;

function answer(frame: Buffer): Buffer {
  const count = frame.readUInt16BE(10);
  const reply = Buffer.alloc(9 + 2 * count);
  frame.copy(reply, 0, 0, 8);
  reply.writeUInt16BE(3 + 2 * count, 4);
  reply[8] = 2 * count;
  for (let i = 0; i < count; i++) reply.writeUInt16BE(value(), 9 + 2 * i);
  return reply;
}

function serve(socket: Socket): void {
  let bytes = Buffer.alloc(0);
  socket.setNoDelay();
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (; bytes.length >= 12; bytes = bytes.subarray(12)) socket.write(answer(bytes.subarray(0, 12)));
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
const lines = createInterface(process.stdin);
lines.on('line', (line) => {
  mode = line;
});
lines.on('close', () => process.exit(0));
