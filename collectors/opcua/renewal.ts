import type { Clock } from '../../src/core/clock.ts';
import type { CollectorTarget } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { RequestBudget } from '../../src/ingest/polling/budget.ts';
import { type OpenClient, openClient } from './connection/client.ts';
import type { OpcuaConfig } from './config.ts';
import { refusesUs } from './connection/failures.ts';
import type { Posture } from './posture/posture.ts';
import { renewalIsDue } from './certificates/expiry.ts';
import { type Certificate, type ClientPki, makeNext, openClientPki, promoteNext } from './certificates/pki.ts';

/** Minimum age of a session before the successor is tried beside it, ms of the wall clock. */
const settleMs = 10_000;
/** Interval between attempts with a successor that the server refuses, ms of the wall clock. */
const tryEveryMs = 6 * 3_600_000;

export interface RenewalParts {
  readonly config: OpcuaConfig;
  readonly target: Pick<CollectorTarget, 'device' | 'dataDir'>;
  readonly context: Pick<PluginContext, 'logger'>;
  readonly posture: Posture;
  readonly budget: RequestBudget;
  /** The real time, not plant time: certificates expire by it. */
  readonly wall: Clock;
}

/**
 * Opens clients with the own certificate, and renews it before it expires. A server accepts a new certificate only after a person
 * has added it to the trust list. Therefore the old one stays in use, and its successor is created early and tried over a second
 * connection. The successor replaces the old one only when the server accepts it.
 */
export class Renewal {
  readonly #parts: RenewalParts;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /**
   * Opens a client with the certificate in use. If that has expired or the server refuses it, the successor is tried.
   * @throws ScadaError as `openClient` does
   */
  async open(signal: AbortSignal): Promise<OpenClient> {
    const { wall } = this.#parts;
    const pki = await this.#pki();
    const { current, next } = pki;
    if (next !== undefined && current.notAfter <= wall.now()) return await this.#openNext(pki, next, signal);
    try {
      return await this.#open(pki, current, signal);
    } catch (thrown) {
      if (next === undefined || !refusesUs(thrown)) throw thrown;
      // the error must show the server's response to the certificate that it should already trust
      return await this.#openNext(await this.#pki(), next, signal).catch(() => {
        throw thrown;
      });
    }
  }

  /**
   * Resolves with a second client once there is a successor and the server has accepted it; the first client is not changed.
   * @throws only AbortError
   */
  async successor(signal: AbortSignal): Promise<OpenClient> {
    const { context, posture, target, wall } = this.#parts;
    for (let wait = settleMs; ; wait = tryEveryMs) {
      await wall.sleep(wait, signal);
      const pki = await this.#pki();
      const { next } = pki;
      if (next === undefined) {
        await pki.manager.dispose();
        continue;
      }
      try {
        return await this.#openNext(pki, next, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        context.logger.info(`${target.device}: our renewed certificate is not in use yet: ${message}`);
        if (!refusesUs(thrown)) continue;
        posture.report({
          subject: 'own-certificate',
          before: pki.current.thumbprint,
          after: `${next.thumbprint} refused`,
          text: `the server refuses our renewed certificate: ${advice(pki)}`,
          weight: 'warning',
        });
      }
    }
  }

  /** Warns before the own certificate expires, with the required action. */
  async warn(): Promise<void> {
    const { posture, wall } = this.#parts;
    const pki = await this.#pki();
    posture.expiry('own-certificate', 'our own certificate', pki.current, wall.now(), advice(pki));
    await pki.manager.dispose();
  }

  /** Present contents of the folder, with a successor if one is due. */
  async #pki(): Promise<ClientPki> {
    const { config, posture, target, wall } = this.#parts;
    const pki = await openClientPki(target.dataDir, wall);
    const { current } = pki;
    // A certificate signed by an authority is renewed there: a person puts its successor into the folder.
    if (pki.next !== undefined || !current.selfSigned || !renewalIsDue(current.notAfter, wall.now(), config.renewDays))
      return pki;
    const renewed = { ...pki, next: await makeNext(pki, wall.now()) };
    posture.report({
      subject: 'own-certificate',
      before: current.thumbprint,
      after: renewed.next.thumbprint,
      text: `our own certificate has a successor: ${advice(renewed)}`,
      weight: 'warning',
    });
    return renewed;
  }

  async #open(pki: ClientPki, own: Certificate, signal: AbortSignal): Promise<OpenClient> {
    const { budget, config, posture, target } = this.#parts;
    try {
      return await openClient({ budget, config, own, pki, target }, signal);
    } catch (thrown) {
      const known = posture.known('certificate')?.['thumbprint'];
      const shown = pki.manager.lastJudged;
      if (!(thrown instanceof ScadaError) || thrown.code !== 'DEVICE_UNTRUSTED' || known === undefined || known === shown)
        throw thrown;
      const text = `${thrown.message}; it is not the one that the server showed before, ${known}`;
      posture.report({ subject: 'certificate', before: known, after: `${shown} refused`, text, weight: 'alarming' });
      throw new ScadaError(thrown.kind, thrown.code, text, { hint: thrown.hint ?? '', cause: thrown });
    }
  }

  async #openNext(pki: ClientPki, next: Certificate, signal: AbortSignal): Promise<OpenClient> {
    const client = await this.#open(pki, next, signal);
    await promoteNext(pki);
    this.#parts.posture.report({
      subject: 'own-certificate',
      before: pki.current.thumbprint,
      after: `${next.thumbprint} in use`,
      text: 'the server accepts our renewed certificate, which is in use from now on; the old one can be taken off its trust list',
      weight: 'note',
    });
    return client;
  }
}

function advice({ current, next }: ClientPki): string {
  if (next !== undefined) return `put ${next.file} on the server's trust list beside the old one`;
  if (current.selfSigned) return 'its successor is made by itself';
  return `have its authority sign another for the same key, and put it beside ${current.file} as certificate-next.pem`;
}
