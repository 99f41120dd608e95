import { MessageSecurityMode, OPCUAClientBase, type OPCUAClientBaseOptions, SecurityPolicy } from 'node-opcua-client';
import type { RequestBudget } from '../../../src/ingest/polling/budget.ts';
import type { OpcuaConfig } from '../config.ts';
import { leave } from './leave.ts';
import { forgottenMs, RequestQueue, openingMs, within } from './request-queue.ts';
import { pace } from './pace.ts';
import { guardedTransports } from './transport.ts';
import type { ClientPki } from '../certificates/pki.ts';

/** The server's certificate is not on the trust list, or cannot be trusted. */
export class Untrusted extends Error {
  /** Name of the StatusCode with the reason. */
  readonly verdict: string;

  constructor(verdict: string) {
    super(`the server's certificate is not trusted: ${verdict}`);
    this.verdict = verdict;
  }
}

/**
 * Reads a server's certificate for the configured security over a channel without security, and checks it against the trust list.
 * The library would do the same, but without the rate limit.
 * @throws Untrusted, Error if the server does not offer the security, and errors of the library
 */
export async function findServerCertificate(
  config: OpcuaConfig,
  pki: ClientPki,
  options: OPCUAClientBaseOptions,
  budget: RequestBudget,
  signal: AbortSignal,
): Promise<Buffer> {
  const requests = new RequestQueue(budget, config.deadlineMs + forgottenMs);
  const client = OPCUAClientBase.create({
    ...options,
    transportFactory: guardedTransports(requests),
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
  });
  pace(client, requests, () => signal);
  const abort = (): void => void requests.answered.then(async () => await client.disconnect()).catch(() => {});
  signal.addEventListener('abort', abort, { once: true });
  try {
    await budget.turn(signal);
    // also reads the endpoints
    await within(client.connect(config.endpoint), openingMs(config));
    const policy = SecurityPolicy[config.securityPolicy];
    const { serverCertificate } = client.findEndpointForSecurity(MessageSecurityMode[config.securityMode], policy) ?? {};
    if (!serverCertificate) throw new Error(`Cannot find an Endpoint with ${config.securityPolicy} and ${config.securityMode}`);
    const verdict = await pki.manager.checkCertificate(serverCertificate);
    if (!verdict.isGood()) throw new Untrusted(verdict.name);
    return serverCertificate;
  } finally {
    signal.removeEventListener('abort', abort);
    await leave(client);
  }
}
