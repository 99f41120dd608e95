import { CloseSessionRequest, type OPCUAClientBase, PublishRequest, type Request, type Response } from 'node-opcua-client';

type Done = (error: Error | null, response?: Response) => void;

/** The way of every message of the library's client but the opening and the end of its channel. */
interface Messenger {
  performMessageTransaction(request: Request, done: Done): void;
}

/**
 * Puts what the library asks by itself into the device's budget: all that opens a session, its end, and the renewal of its channel,
 * each when what was asked before is answered. What `Link` asks has had its turn, and publish requests wait at the server.
 * @param turn resolves when one more request may be sent; what waits for it fails with what it rejects with
 * @returns to be called once the session is open
 */
export function pace(client: OPCUAClientBase, turn: () => Promise<void>): () => void {
  const messenger = client as unknown as Messenger;
  const transact = messenger.performMessageTransaction.bind(messenger);
  let opened = false;
  let ended: Promise<Parameters<Done>> | undefined;
  /** Settles when nothing is in flight. */
  let answered: Promise<void> = Promise.resolve();
  const send = (request: Request, done: Done): void => {
    if (request instanceof PublishRequest) return transact(request, done);
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = answered;
    answered = before.then(async () => await promise);
    transact(request, (...outcome) => {
      resolve();
      done(...outcome);
    });
  };
  const inTurn = async (request: Request, done: Done): Promise<void> => {
    try {
      await answered;
      await turn();
    } catch (thrown) {
      done(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return;
    }
    send(request, done);
  };
  /** The library ends a session that it could not activate, and does so again when it is told to leave. */
  const end = async (request: Request, done: Done): Promise<void> => {
    ended ??= new Promise((resolve) => void inTurn(request, (...outcome) => resolve(outcome)));
    done(...(await ended));
  };
  messenger.performMessageTransaction = (request, done) => {
    if (request instanceof CloseSessionRequest) void end(request, done);
    else if (opened) send(request, done);
    else void inTurn(request, done);
  };
  client.on('secure_channel_created', (channel) => {
    channel.beforeSecurityRenew = async () => {
      await answered;
      await turn();
    };
  });
  return () => {
    opened = true;
  };
}
