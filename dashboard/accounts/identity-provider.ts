import * as oidc from 'openid-client';
import type { Role } from '../../src/core/access.ts';
import type { Clock } from '../../src/core/clock.ts';
import { federatedPerson } from '../../src/core/person.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { IdentityConfig } from './identity-config.ts';
import { identityFailure, staleSignIn } from './identity-errors.ts';
import { Sealer } from './sealed.ts';
import { sha256 } from './secrets.ts';

/** A user as an identity provider names it. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** A sign-in that waits for the answer of the identity provider. The sealed text stays in the browser. */
interface Pending {
  readonly redirect: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly endsAt: number;
  /** Run of the server. Only this run knows which sign-ins are used. */
  readonly run: string;
}

/** Time for the sign-in at the identity provider, ms. */
export const pendingMs = 10 * 60_000;
/** Time after which the description of the provider is read again, ms. */
const describedMs = 60 * 60_000;
/** Time for one answer of the identity provider, s. */
const answerSeconds = 5;
/** Most used sign-ins that are kept, each until its answer is too late anyway. */
const mostUsed = 20_000;
const mostGroups = 500;
/** Longest subject (OpenID Connect Core 1.0, section 2), characters. */
const mostSubject = 255;

/**
 * Signs users in by OpenID Connect: authorisation code with PKCE (RFC 7636), `state` and `nonce`, checked by openid-client. The
 * server keeps nothing of a pending sign-in, so that a flood of them needs no memory. It keeps which ones were used: an answer is used once.
 */
export class IdentityProvider {
  readonly config: IdentityConfig;
  /** Hash of the settings that decide who is signed in with which role. A session does not continue under others. */
  readonly settings: string;
  readonly #clock: Clock;
  readonly #sealer: Sealer;
  readonly #run = oidc.randomState();
  /** End of each used sign-in by its state, ms UTC; the first used first. */
  readonly #used = new Map<string, number>();
  #describing: Promise<oidc.Configuration> | undefined;
  #described: { readonly configuration: oidc.Configuration; readonly at: number } | undefined;

  constructor(config: IdentityConfig, secret: Buffer, wallClock: Clock) {
    this.config = config;
    const { issuer, clientId, groupsClaim, roles } = config;
    this.settings = sha256(JSON.stringify([issuer, clientId, groupsClaim, roles])).toString('base64');
    this.#clock = wallClock;
    this.#sealer = new Sealer(secret, 'pending sign-ins');
  }

  /** Begins a sign-in. @param redirect address to which the provider sends the browser @throws ApiError `unavailable` */
  async begin(redirect: string): Promise<{ readonly location: string; readonly pending: string }> {
    const configuration = await this.#describe();
    const verifier = oidc.randomPKCECodeVerifier();
    const pending: Pending = {
      redirect,
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier,
      endsAt: this.#clock.now() + pendingMs,
      run: this.#run,
    };
    const location = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect,
      scope: this.config.scopes.join(' '),
      response_type: 'code',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return { location: location.href, pending: this.#sealer.seal(JSON.stringify(pending)) };
  }

  /**
   * Finishes a sign-in.
   * @param query query part of the address to which the provider has sent the browser
   * @param sealed the pending sign-in of this browser
   * @throws ApiError with the reason
   */
  async finish(query: string, sealed: string | undefined): Promise<Identity> {
    const text = sealed === undefined ? undefined : this.#sealer.open(sealed);
    const pending = text === undefined ? undefined : (JSON.parse(text) as Pending);
    if (pending === undefined || pending.endsAt <= this.#clock.now() || pending.run !== this.#run) throw staleSignIn();
    this.#useOnce(pending);
    const configuration = await this.#describe();
    try {
      const address = new URL(pending.redirect);
      address.search = query;
      const tokens = await oidc.authorizationCodeGrant(configuration, address, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new TypeError('the answer has no id_token');
      return this.#identityOf(claims.iss, await this.#withUserInfo(configuration, tokens.access_token, claims));
    } catch (thrown) {
      throw identityFailure(thrown, this.config);
    }
  }

  /** Marks a sign-in as used before anything is awaited, so that two answers at once are one. @throws ApiError if it was used */
  #useOnce({ state, endsAt }: Pending): void {
    const now = this.#clock.now();
    if (this.#used.has(state)) throw staleSignIn();
    for (const [used, end] of this.#used) if (end <= now) this.#used.delete(used);
    if (this.#used.size >= mostUsed)
      throw new ApiError('unavailable', 'Too many sign-ins at once.', { hint: 'Sign in with a local account.' });
    this.#used.set(state, endsAt);
  }

  /** Role of a user: that of the first configured group that the user has. */
  roleOf({ groups }: Identity): Role | undefined {
    return this.config.roles.find(({ group }) => groups.includes(group))?.role;
  }

  /** Address that ends the session at the provider and returns; undefined if it offers none, or does not answer. */
  async signOutAddress(returnTo: string): Promise<string | undefined> {
    if (!this.config.signOut) return undefined;
    try {
      const configuration = await this.#describe();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
    } catch {
      return undefined;
    }
  }

  /** Claims of the ID token, completed by those of the userinfo endpoint if the groups are missing. */
  async #withUserInfo(
    configuration: oidc.Configuration,
    accessToken: string,
    claims: oidc.IDToken,
  ): Promise<Readonly<Record<string, unknown>> & { readonly sub: string }> {
    const { userinfo_endpoint } = configuration.serverMetadata();
    if (Object.hasOwn(claims, this.config.groupsClaim) || userinfo_endpoint === undefined) return claims;
    return { ...(await oidc.fetchUserInfo(configuration, accessToken, claims.sub)), ...claims };
  }

  #identityOf(issuer: string, claims: Readonly<Record<string, unknown>> & { readonly sub: string }): Identity {
    const { nameClaim, groupsClaim } = this.config;
    const name = claims[nameClaim];
    const groups = claims[groupsClaim];
    const list: readonly unknown[] = Array.isArray(groups) ? groups : [groups];
    return {
      issuer,
      subject: subjectOf(claims.sub),
      name: typeof name === 'string' ? plain(name, 64) : '',
      groups: list.filter((one) => typeof one === 'string').slice(0, mostGroups),
    };
  }

  async #describe(): Promise<oidc.Configuration> {
    // one request serves all sign-ins that wait for it
    this.#describing ??= this.#read().finally(() => (this.#describing = undefined));
    return this.#describing;
  }

  async #read(): Promise<oidc.Configuration> {
    const now = this.#clock.now();
    if (this.#described !== undefined && now - this.#described.at < describedMs) return this.#described.configuration;
    const { issuer, clientId, clientSecret, clockSkew } = this.config;
    // without it openid-client trusts the connection to the token endpoint instead of the signature of the ID token
    const checks = [oidc.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [])];
    try {
      const configuration = await oidc.discovery(
        new URL(issuer),
        clientId,
        { [oidc.clockTolerance]: clockSkew },
        clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
        { timeout: answerSeconds, execute: checks },
      );
      this.#described = { configuration, at: now };
      return configuration;
    } catch (thrown) {
      throw identityFailure(thrown, this.config);
    }
  }
}

/** Name of a user of an identity provider in sessions and in the audit trail. It contains a space, as no local name does. */
export function federatedName({ name, ...identity }: Identity): string {
  const from = federatedPerson(identity);
  return name === '' || name === identity.subject ? from : `${name} (${from})`;
}

/** @throws TypeError for a subject that is not shown as it is: two of them could look like one person */
function subjectOf(subject: string): string {
  if (subject === '' || subject !== plain(subject, mostSubject)) throw new TypeError('the subject is no printable text');
  return subject;
}

/** A text of the provider without control characters, so that it cannot break a line. */
const plain = (text: string, most: number): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').slice(0, most);
