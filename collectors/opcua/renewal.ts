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

/** A session that runs is left alone for so long before the successor is tried beside it, ms of the wall clock. */
const settleMs = 10_000;
/** A server that does not know the successor yet is asked again this seldom, ms of the wall clock. */
const tryEveryMs = 6 * 3_600_000;

export interface RenewalParts {
  readonly config: OpcuaConfig;
  readonly target: Pick<CollectorTarget, 'device' | 'dataDir'>;
  readonly context: Pick<PluginContext, 'logger'>;
  readonly posture: Posture;
  readonly budget: RequestBudget;
  /** The real time: by it certificates end, whatever time the plant has. */
  readonly wall: Clock;
}

/**
 * Opens clients with our own certificate, and renews it before it ends. Servers have trust lists, so a new certificate is worth
 * nothing until a person has put it there: the old one stays in use, the successor is made beside it in good time and tried over
 * a second connection, and only when the server lets it in does it take the old one's place.
 */
export class Renewal {
  readonly #parts: RenewalParts;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /**
   * Opens a client with the certificate in use. Where that one has ended, or the server refuses it, its successor has nothing to
   * lose and is tried.
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
      // a person must learn how the server judges the certificate that it should already trust
      return await this.#openNext(await this.#pki(), next, signal).catch(() => {
        throw thrown;
      });
    }
  }

  /**
   * Resolves with a second client once there is a successor and the server has accepted it; the first one is not touched.
   * @throws AbortError alone
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
        posture.tell({
          subject: 'own-certificate',
          before: pki.current.thumbprint,
          after: `${next.thumbprint} refused`,
          text: `the server refuses our renewed certificate: ${advice(pki)}`,
          weight: 'warning',
        });
      }
    }
  }

  /** Warns of our certificate's end, with what a person must do. */
  async warn(): Promise<void> {
    const { posture, wall } = this.#parts;
    const pki = await this.#pki();
    posture.expiry('own-certificate', 'our own certificate', pki.current, wall.now(), advice(pki));
    await pki.manager.dispose();
  }

  /** The folder as it is now, with a successor where one is due. */
  async #pki(): Promise<ClientPki> {
    const { config, posture, target, wall } = this.#parts;
    const pki = await openClientPki(target.dataDir, wall);
    const { current } = pki;
    // A certificate that an authority has signed is renewed there: its successor is put beside it by a person.
    if (pki.next !== undefined || !current.selfSigned || !renewalIsDue(current.notAfter, wall.now(), config.renewDays))
      return pki;
    const renewed = { ...pki, next: await makeNext(pki, wall.now()) };
    posture.tell({
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
      posture.tell({ subject: 'certificate', before: known, after: `${shown} refused`, text, weight: 'alarming' });
      throw new ScadaError(thrown.kind, thrown.code, text, { hint: thrown.hint ?? '', cause: thrown });
    }
  }

  async #openNext(pki: ClientPki, next: Certificate, signal: AbortSignal): Promise<OpenClient> {
    const client = await this.#open(pki, next, signal);
    await promoteNext(pki);
    this.#parts.posture.tell({
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
