import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** How a receiver treats what it gets. */
export type Behaviour = 'accepts' | 'is busy' | 'refuses';

/** Opens a server that behaves so, and calls `received` for each delivery. */
export type OpenReceiver = (behaviour: Behaviour, received: () => void) => Server;

export const httpReceiver: OpenReceiver = (behaviour, received) => {
  const status = { accepts: 204, 'is busy': 503, refuses: 403 }[behaviour];
  return createHttpServer((request, response) => {
    received();
    const isRead = request.method === 'GET' && behaviour === 'accepts';
    request.resume().on('end', () => (isRead ? response.writeHead(200).end('{}') : response.writeHead(status).end()));
  });
};

/** Reads until the sender ends, then ends too. */
export const syslogReceiver: OpenReceiver = (behaviour, received) =>
  serverOf((socket) => {
    if (behaviour !== 'accepts') socket.resetAndDestroy();
    socket.on('data', received);
  });

/** SMTP without extensions (RFC 5321). A refusing one takes no receiver. */
export const smtpReceiver: OpenReceiver = (behaviour, received) =>
  serverOf((socket) => {
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    say(behaviour === 'is busy' ? '421 busy' : '220 ready');
    let inText = false;
    linesOf(socket, (line) => {
      if (inText) {
        if (line !== '.') return;
        inText = false;
        received();
        say('250 taken');
      } else if (line === 'DATA') {
        inText = true;
        say('354 go on');
      } else if (line.startsWith('RCPT') && behaviour === 'refuses') say('550 no such user');
      else say(line === 'QUIT' ? '221 bye' : '250 ok');
    });
  });

/** Confirms the connection and each message of quality of service 1 (MQTT 5). */
export const mqttReceiver: OpenReceiver = (behaviour, received) =>
  serverOf((socket) => {
    if (behaviour !== 'accepts') socket.resetAndDestroy();
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let packet = takePacket(rest); packet !== undefined; packet = takePacket(rest)) {
        rest = packet.rest;
        if (packet.type === 1) {
          received();
          socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        } else if (packet.type === 3) {
          const at = 2 + packet.body.readUInt16BE(0);
          socket.write(Buffer.from([0x40, 2, packet.body[at] ?? 0, packet.body[at + 1] ?? 0]));
        }
      }
    });
  });

/** A server of NATS with a stream that confirms each message. */
export const natsReceiver: OpenReceiver = (behaviour, received) =>
  serverOf((socket) => {
    if (behaviour !== 'accepts') socket.resetAndDestroy();
    const information = { server_id: 'test', version: '2.10.27', proto: 1, headers: true, max_payload: 1_048_576 };
    socket.write(`INFO ${JSON.stringify(information)}\r\n`);
    let subscription = '';
    linesOf(socket, (line) => {
      const [verb, ...words] = line.split(' ');
      if (verb === 'PING') socket.write('PONG\r\n');
      else if (verb === 'SUB') subscription = words.at(-1) ?? '';
      else if (verb === 'HPUB') {
        received();
        const answer = '{"stream":"ALERTS","seq":1}';
        socket.write(`MSG ${words[1]} ${subscription} ${answer.length}\r\n${answer}\r\n`);
      }
    });
  });

const serverOf = (serve: (socket: Socket) => void): Server =>
  createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });

function linesOf(socket: Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.on('data', (bytes) => {
    const lines = (rest + bytes.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

/** The first packet: a byte with its type, its length in groups of seven bits, its body. */
function takePacket(bytes: Buffer): { type: number; body: Buffer; rest: Buffer } | undefined {
  let length = 0;
  let at = 1;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) return undefined;
    length += (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (bytes.length < at + length) return undefined;
  return { type: (bytes[0] ?? 0) >> 4, body: bytes.subarray(at, at + length), rest: bytes.subarray(at + length) };
}
