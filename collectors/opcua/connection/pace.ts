import {
  type ClientSecureChannelLayer,
  CloseSessionRequest,
  type OPCUAClientBase,
  OpenSecureChannelRequest,
  PublishRequest,
  type Request,
  type Response,
} from 'node-opcua-client';
import type { RequestQueue } from './request-queue.ts';

type Done = (error: Error | null, response?: Response) => void;

/** Sends every message of the library's client except the opening and the end of its channel. */
interface Messenger {
  performMessageTransaction(request: Request, done: Done): void;
}

/**
 * Queues the library's own requests: those that open and end a session, and the renewal of its channel. Requests of `Link` are
 * queued already, and publish requests wait at the server.
 * @param signal queued requests fail when it aborts
 * @returns function to be called once the session is open
 */
export function pace(client: OPCUAClientBase, requests: RequestQueue, signal: () => AbortSignal): () => void {
  const messenger = client as unknown as Messenger;
  const transact = messenger.performMessageTransaction.bind(messenger);
  let opened = false;
  let ended: Promise<Parameters<Done>> | undefined;
  const inLine = async (request: Request): Promise<Parameters<Done>> => {
    const send = async (): Promise<Parameters<Done>> =>
      await new Promise((resolve) => transact(request, (...outcome) => resolve(outcome)));
    try {
      return await requests.run(send, signal());
    } catch (thrown) {
      return [thrown instanceof Error ? thrown : new Error(String(thrown))];
    }
  };
  messenger.performMessageTransaction = (request, done) => {
    if (request instanceof CloseSessionRequest) {
      // the library ends a session that it could not activate, and again at disconnect
      ended ??= inLine(request);
      void pass(ended, done);
    } else if (opened || request instanceof PublishRequest) transact(request, done);
    else void pass(inLine(request), done);
  };
  client.on('secure_channel_created', (channel) => {
    channel.beforeSecurityRenew = async () => {
      const turn = Promise.withResolvers<void>();
      const renew = async (): Promise<void> => {
        turn.resolve();
        if (channel.isValid()) await renewed(channel);
      };
      // an expired token closes the channel, so that the renewal is urgent
      requests.run(renew, signal(), true).catch(turn.reject);
      await turn.promise;
    };
  });
  return () => {
    opened = true;
  };
}

async function pass(outcome: Promise<Parameters<Done>>, done: Done): Promise<void> {
  done(...(await outcome));
}

/** Resolves when the library's request for a new token was answered or given up, or its channel has closed. */
async function renewed(channel: ClientSecureChannelLayer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const onChunk = (_: unknown, kind: string): void => {
    if (kind === 'OPN') end();
  };
  const late = (request: Request): void => {
    if (request instanceof OpenSecureChannelRequest) end();
  };
  channel.on('message', onChunk).on('timed_out_request', late).on('close', end);
  await promise;
  channel.off('message', onChunk).off('timed_out_request', late).off('close', end);
}
