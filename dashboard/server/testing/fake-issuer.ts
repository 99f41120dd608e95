import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const keyId = 'k1';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Key that the issuer does not publish. */
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
}

/** Faults of the answers of an issuer. */
export interface IssuerFaults {
  /** Added to the times of tokens, s. */
  shiftSeconds?: number;
  signedBy?: 'foreign' | 'nobody';
  nonce?: string;
  audience?: string;
  /** Accepts a code more than once. */
  reusesCodes?: boolean;
}

/**
 * OpenID Connect issuer on loopback that authorises at once, for tests of its faults. The browser test uses the package
 * `oidc-provider` instead.
 */
export class FakeIssuer implements AsyncDisposable {
  readonly url: string;
  readonly faults: IssuerFaults = {};
  claims: Record<string, unknown> = { sub: 'u-17', preferred_username: 'kim', groups: ['plant-operators'] };
  /** Bodies that the token endpoint has received. */
  readonly received: URLSearchParams[] = [];
  readonly #grants = new Map<string, Grant>();
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>, url: string) {
    this.url = url;
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeIssuer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** Query with which the issuer sends a browser back that has opened its page. */
  authorise(location: string): string {
    const asked = new URL(location).searchParams;
    const code = `code-${this.#grants.size + 1}`;
    this.#grants.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
    return `?${new URLSearchParams({ code, state: asked.get('state') ?? '', iss: this.url }).toString()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    const send = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (path === '/.well-known/openid-configuration') {
      const { url } = this;
      send({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        end_session_endpoint: `${url}/end`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        authorization_response_iss_parameter_supported: true,
      });
    } else if (path === '/keys')
      send({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }] });
    else if (path === '/token') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = new URLSearchParams(Buffer.concat(chunks).toString());
      this.received.push(body);
      const grant = this.#take(body);
      if (grant === undefined) send({ error: 'invalid_grant' }, 400);
      else send({ access_token: 'access', token_type: 'Bearer', id_token: this.#idToken(grant) });
    } else send({}, 404);
  }

  /** A code is valid once, and only for the client that has its PKCE verifier. */
  #take(body: URLSearchParams): Grant | undefined {
    const code = body.get('code') ?? '';
    const grant = this.#grants.get(code);
    if (this.faults.reusesCodes !== true) this.#grants.delete(code);
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    return grant?.challenge === challenge ? grant : undefined;
  }

  #idToken({ nonce }: Grant): string {
    const { shiftSeconds = 0, audience = 'scadawatch', signedBy } = this.faults;
    // openid-client compares with the machine's clock
    const now = Math.floor(new Date().getTime() / 1000) + shiftSeconds;
    const times = { iat: now, exp: now + 300 };
    const claims = { iss: this.url, aud: audience, nonce: this.faults.nonce ?? nonce, ...times, ...this.claims };
    return signedBy === 'nobody'
      ? jwt({ alg: 'none' }, claims)
      : jwt({ alg: 'RS256', kid: keyId }, claims, signedBy === 'foreign' ? foreign : privateKey);
  }
}

function jwt(head: object, claims: object, key?: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(head)}.${part(claims)}`;
  return `${signed}.${key === undefined ? '' : sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
