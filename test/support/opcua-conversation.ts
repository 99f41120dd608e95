import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Random } from '../../src/core/random.ts';
import { damage, pick, segments } from './opcua-mutate.ts';
import { type Chunk, ChunkReader, nodeIdBytes, service, setSequence } from './opcua-wire.ts';

/** One message of a recorded conversation without security. */
export interface Said {
  readonly byServer: boolean;
  readonly chunk: Chunk;
}

/** Offsets in a message without security, and in the header of its body after the encoding number. */
const at = { channel: 8, token: 12, request: 20, body: 24, handle: 36, result: 40 } as const;
/** Difference between the encoding numbers of a response and its request. */
const answerIs = 3;

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
};

/** Relays messages between a client and a server without security, and records them. */
export async function openRecorder(
  target: number,
): Promise<AsyncDisposable & { readonly endpoint: string; readonly said: Said[] }> {
  const said: Said[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pairs = [
      [client, upstream, false],
      [upstream, client, true],
    ] as const;
    for (const [from, to, byServer] of pairs) {
      const reader = new ChunkReader();
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.on('data', (data: Buffer) => {
        for (const chunk of reader.feed(data)) said.push({ byServer, chunk });
        to.write(data);
      });
    }
  });
  const port = await listening(server);
  return {
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    said,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface HostileOptions {
  readonly said: readonly Said[];
  readonly random: Random;
  /** Time without a message after which a connection is closed, ms. */
  readonly patienceMs: number;
}

/**
 * A server that repeats recorded answers and damages one or several messages of a connection, at any stage, until it is stopped.
 */
export class HostileServer implements AsyncDisposable {
  readonly #options: HostileOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<number, Chunk[][]>();
  readonly #others: readonly Buffer[];
  port = 0;
  /** Number of damaged messages that were sent. */
  damaged = 0;
  connections = 0;
  /** False: every message is sent as it was recorded. */
  hostile = true;

  private constructor(options: HostileOptions) {
    this.#options = options;
    const fromServer = options.said.filter(({ byServer }) => byServer).map(({ chunk }) => chunk);
    this.#others = fromServer.map(({ bytes }) => bytes);
    let parts: Chunk[] = [];
    for (const chunk of fromServer) {
      if (chunk.kind !== 'MSG') continue;
      parts = chunk.later ? [...parts, chunk] : [chunk];
      if (chunk.bytes.toString('latin1', 3, 4) !== 'F') continue;
      const number = parts[0]?.service ?? 0;
      this.#answers.set(number, [...(this.#answers.get(number) ?? []), parts]);
    }
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async open(options: HostileOptions): Promise<HostileServer> {
    const server = new HostileServer(options);
    server.port = await listening(server.#server);
    return server;
  }

  get endpoint(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    const { random: all, patienceMs } = this.#options;
    const random = all.fork(`connection ${++this.connections}`);
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    if (this.hostile) socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    const reader = new ChunkReader();
    const turns = new Map<number, number>();
    /** First message that is damaged; later ones are damaged at random. */
    const first = random.integer(0, random.integer(0, 3) === 0 ? 3 : 24);
    let turn = 0;
    let sequence = 0;
    let sent: Promise<unknown> = Promise.resolve();
    const send = async (bytes: Buffer): Promise<void> => {
      // sent byte by byte, a long answer misses its deadline on a busy machine; a server without faults sends it whole
      for (const segment of this.hostile ? segments(bytes, random) : [bytes]) {
        if (socket.destroyed) return;
        socket.write(segment);
        await setImmediate();
      }
    };
    const say = (bytes: Buffer): void => {
      const damages = this.hostile && (turn === first || (turn > first && random.integer(0, 2) === 0));
      turn++;
      if (damages) this.damaged++;
      // bytes after an Acknowledge in the same segment are a failure of their own
      const more = damages && random.integer(0, 3) === 0 ? [bytes] : [];
      const out = damages ? Buffer.concat([...more, damage(bytes, random, pick(this.#others, random))]) : bytes;
      sent = sent.then(async () => await send(out));
    };
    socket.on('data', (data: Buffer) => {
      for (const chunk of reader.feed(data)) {
        if (chunk.kind === 'HEL') say(this.#plain('ACK'));
        else if (chunk.kind === 'OPN') {
          const open = this.#plain('OPN');
          sequence = 51 - 1;
          say(renumberOpen(open, requestOfOpen(chunk.bytes), ++sequence));
        } else if (chunk.kind === 'MSG' && !chunk.later) {
          const known = this.#answers.get(chunk.service + answerIs) ?? [];
          const place = turns.get(chunk.service) ?? 0;
          turns.set(chunk.service, place + 1);
          // a publish request waits if the recorded server sent nothing more
          if (chunk.service === service.publish && place >= known.length) continue;
          for (const part of known[place % Math.max(1, known.length)] ?? []) say(answerTo(chunk.bytes, part, ++sequence));
        }
      }
    });
  }

  #plain(kind: string): Buffer {
    const found = this.#options.said.find(({ byServer, chunk }) => byServer && chunk.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} was recorded`);
    return Buffer.from(found.chunk.bytes);
  }
}

/** Offset of the sequence number in an OpenSecureChannel message, after its policy and certificates. */
function sequenceOfOpenAt(bytes: Buffer): number {
  let place = 12;
  for (let field = 0; field < 3; field++) place += 4 + Math.max(0, bytes.readInt32LE(place));
  return place;
}

const requestOfOpen = (bytes: Buffer): number => bytes.readUInt32LE(sequenceOfOpenAt(bytes) + 4);

function renumberOpen(bytes: Buffer, request: number, sequence: number): Buffer {
  const place = sequenceOfOpenAt(bytes);
  bytes.writeUInt32LE(sequence, place);
  bytes.writeUInt32LE(request, place + 4);
  bytes.writeUInt32LE(request, place + 20);
  return bytes;
}

/** Adapts a recorded answer to another request. */
function answerTo(request: Buffer, part: Chunk, sequence: number): Buffer {
  const bytes = Buffer.from(part.bytes);
  setSequence(bytes, sequence);
  request.copy(bytes, at.request, at.request, at.body);
  if (!part.later) bytes.writeUInt32LE(request.readUInt32LE(at.request), at.handle);
  return bytes;
}

/** Reaction of a server to a hostile client. */
export interface Attack {
  readonly damaged: number;
  /** The server ended the connection, or answered with an error. */
  readonly refused: boolean;
}

/**
 * Sends a recorded conversation with the channel and session numbers of the present connection. Damages one message and random
 * later ones. Ends when the server closes or stops answering.
 */
export async function attack(port: number, said: readonly Said[], random: Random, patienceMs: number): Promise<Attack> {
  const mine = said.filter(({ byServer }) => !byServer).map(({ chunk }) => chunk);
  const others = mine.map(({ bytes }) => bytes);
  const oldToken = tokenOf(said);
  const first = random.integer(0, random.integer(0, 3) === 0 ? 2 : mine.length - 1);
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const reader = new ChunkReader();
  let damaged = 0;
  let refused = false;
  let channel = 0;
  let token = 0;
  let session: Buffer | undefined;
  let wake = (): void => {};
  const answers: Chunk[] = [];
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => {
      refused = true;
      wake();
      resolve();
    });
  });
  socket.on('data', (data: Buffer) => {
    for (const chunk of reader.feed(data)) {
      answers.push(chunk);
      if (chunk.kind === 'ERR') refused = true;
      if (chunk.kind === 'OPN') {
        channel = chunk.bytes.readUInt32LE(at.channel);
        token = chunk.bytes.readUInt32LE(sequenceOfOpenAt(chunk.bytes) + 8 + 4 + 8 + 4 + 4 + 1 + 4 + 3 + 4 + 4);
      }
      if (chunk.service === service.createSessionResponse) session = sessionTokenOf(chunk.bytes);
    }
    wake();
  });
  await once(socket, 'connect').catch(() => {});
  for (const [turn, { kind, bytes }] of mine.entries()) {
    if (socket.destroyed) break;
    const message = Buffer.from(bytes);
    if (kind === 'MSG' || kind === 'CLO') {
      message.writeUInt32LE(channel, at.channel);
      message.writeUInt32LE(token, at.token);
      if (session !== undefined && oldToken !== undefined && session.length === oldToken.length) {
        const place = message.indexOf(oldToken);
        if (place >= 0) session.copy(message, place);
      }
    }
    const damages = turn === first || (turn > first && random.integer(0, 2) === 0);
    if (damages) damaged++;
    const more = damages && random.integer(0, 3) === 0 ? [message] : [];
    const out = damages ? Buffer.concat([...more, damage(message, random, pick(others, random))]) : message;
    const before = answers.length;
    for (const segment of segments(out, random)) {
      if (socket.destroyed) break;
      socket.write(segment);
      await setImmediate();
    }
    if (answers.length === before && !socket.destroyed && kind !== 'CLO') {
      const heard = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([heard, setTimeout(patienceMs)]);
    }
  }
  socket.destroy();
  await closed;
  return { damaged, refused };
}

/** Authentication token of a CreateSession response, encoded. */
function sessionTokenOf(bytes: Buffer): Buffer {
  // type, time, handle, result, no diagnostics, no strings, no additional header
  let place = at.body + 4 + 8 + 4 + 4 + 1 + 4 + 3;
  place += nodeIdBytes(bytes, place);
  return Buffer.from(bytes.subarray(place, place + nodeIdBytes(bytes, place)));
}

function tokenOf(said: readonly Said[]): Buffer | undefined {
  const answer = said.find(({ byServer, chunk }) => byServer && chunk.service === service.createSessionResponse);
  return answer === undefined ? undefined : sessionTokenOf(answer.chunk.bytes);
}
