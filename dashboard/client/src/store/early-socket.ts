import { subprotocol } from '../../../protocol.ts';
import { addressOf } from './base.ts';

/** Most messages that wait for a link. Before a page asks for anything, the server sends a hello and its heartbeats. */
const mostWaiting = 64;

/** Opens a websocket to the server of the page. */
export function openSocket(): WebSocket {
  const address = addressOf('/ws');
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, subprotocol);
  socket.binaryType = 'arraybuffer';
  return socket;
}

/** A websocket that opens while the site is requested, which saves the wait for it. Its messages wait for the link that takes it over. */
export class EarlySocket {
  readonly #socket = openSocket();
  readonly #waiting: (string | ArrayBuffer)[] = [];
  readonly #unused = new AbortController();

  constructor() {
    const { signal } = this.#unused;
    this.#socket.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => this.#keep(event.data), { signal });
    this.#socket.addEventListener('close', () => this.close(), { signal });
  }

  /** The socket and its messages so far; undefined if it has closed or was taken before. */
  take(): { readonly socket: WebSocket; readonly waiting: readonly (string | ArrayBuffer)[] } | undefined {
    if (this.#unused.signal.aborted) return undefined;
    this.#unused.abort();
    return { socket: this.#socket, waiting: this.#waiting };
  }

  /** Closes the socket unless a link has taken it. Idempotent. */
  close(): void {
    if (this.#unused.signal.aborted) return;
    this.#unused.abort();
    this.#socket.close();
  }

  #keep(data: string | ArrayBuffer): void {
    if (this.#waiting.push(data) > mostWaiting) this.close();
  }
}
