import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Logger } from '../../../src/core/plugin.ts';
import { limits } from '../../protocol.ts';
import type { Gate } from '../gate.ts';
import type { Hub } from './hub.ts';

const path = '/ws';

/**
 * Accepts a websocket only with a session, on the one path, from a page of this dashboard, and passes it to the hub. A page of
 * another site would use the cookie (cross-site websocket hijacking).
 */
export function acceptWebsockets(server: Server, gate: Gate, hub: Hub, logger: Logger): WebSocketServer {
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: limits.inboundBytes,
    perMessageDeflate: false,
    // echoed unconditionally, so that a page of another version gets a close code instead of a broken link
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => logger.debug('upgrade failed', { error: String(error) }));
    const status = refusal(request, gate);
    const session = gate.sessionOf(request);
    if (status !== undefined || session === undefined) return refuse(socket, status ?? '401 Unauthorized');
    acceptor.handleUpgrade(request, socket, head, (websocket) => hub.add(websocket, session, gate.addressOf(request)));
  });
  return acceptor;
}

function refusal(request: IncomingMessage, gate: Gate): string | undefined {
  if (!gate.isForThisHost(request)) return '421 Misdirected Request';
  if ((request.url ?? '').split('?')[0] !== `${gate.basePath}${path}`) return '404 Not Found';
  if (!gate.isFromAllowedOrigin(request)) return '403 Forbidden';
  const session = gate.sessionOf(request);
  if (session === undefined) return '401 Unauthorized';
  // programs use the event stream, whose routes their groups cover
  if (session.token !== undefined || gate.mustEnrol(session)) return '403 Forbidden';
  return gate.countRequest(request, session) ? undefined : '429 Too Many Requests';
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.once('finish', () => socket.destroy());
}
