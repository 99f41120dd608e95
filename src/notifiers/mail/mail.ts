import type { Transporter } from 'nodemailer';
import type { AlertChange } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { AlertDigest, Canary, Notifier } from '../../core/notifier.ts';
import { canaryMessageOf, digestMessageOf, inForm, isWanted, type Message, messageOf } from '../../notifier-kit/message.ts';
import { checkAddress, readTlsFiles } from '../../notifier-kit/receiver.ts';
import { deliveryId } from '../../siem/index.ts';
import { type MailConfig, portOf } from './config.ts';

/** Sends mails by SMTP, one connection for each. */
export class Mail implements Notifier {
  readonly digestSize = 500;
  readonly #config: MailConfig;

  constructor(config: MailConfig) {
    this.#config = config;
  }

  wants(change: AlertChange): boolean {
    return isWanted(change, this.#config);
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    const message = messageOf(change, this.#config);
    // the mails about one alert are one conversation
    if (message !== undefined) await this.#send(message, deliveryId('alert', [change]), change.alert.id, signal);
  }

  async notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void> {
    const message = digestMessageOf(digest, this.#config);
    if (message !== undefined) await this.#send(message, deliveryId('digest', digest.latest), undefined, signal);
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    if (canary.isShown === true) await this.#send(canaryMessageOf(canary), canary.id, 'canary', signal);
    // signs in and ends the connection
    else await this.#connected(async (transport) => void (await transport.verify()), signal);
  }

  async #send(written: Message, id: string, about: string | undefined, signal: AbortSignal): Promise<void> {
    const { from, to } = this.#config;
    // a mail is plain text, and has no markup
    const message = inForm(written);
    const domain = from.slice(from.indexOf('@') + 1);
    const mail = {
      from,
      to,
      subject: `scadawatch: ${message.title}`,
      text: textOf(message),
      messageId: `<${id}@${domain}>`,
      ...(about === undefined ? {} : { references: `<${about}.scadawatch@${domain}>` }),
      ...(message.urgent ? { priority: 'high' as const } : {}),
      // RFC 3834: no out-of-office reply is wanted
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    await this.#connected(async (transport) => void (await transport.sendMail(mail)), signal);
  }

  /** Uses a connection of its own. */
  async #connected(use: (transport: Transporter) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { host, security, user, password, timeoutMs } = this.#config;
    const files = await this.#prepared();
    // loaded by the thread that sends
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port: portOf(this.#config),
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      tls: { minVersion: 'TLSv1.2', ...files },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
    const close = (): void => transport.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      signal.throwIfAborted();
      await use(transport);
    } catch (thrown) {
      signal.throwIfAborted();
      throw this.#failed(thrown as SmtpError);
    } finally {
      signal.removeEventListener('abort', close);
      transport.close();
    }
  }

  /** Certificate files, once the address is checked. */
  async #prepared(): ReturnType<typeof readTlsFiles> {
    const { host, allowLinkLocal, ca } = this.#config;
    try {
      await checkAddress(this.#name, host, allowLinkLocal);
      return await readTlsFiles({ ca });
    } catch (cause) {
      if (cause instanceof ScadaError) throw cause;
      throw this.#error('retryable', (cause as Error).message, 'see that `host` and `ca` are right', cause);
    }
  }

  get #name(): string {
    return `mail ${this.#config.host}`;
  }

  /** A refused sender, receiver or text is a refused message; a refused sign-in is not. */
  #failed({ code, responseCode = 0, message, ...cause }: SmtpError): ScadaError {
    const isRefused = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
    const hint = isRefused
      ? 'see that the server takes mail from `from` to `to`'
      : 'see that the server runs, and that its certificate, `user` and `password` are right';
    const { password } = this.#config;
    const reason = password === undefined ? message : message.replaceAll(password, '…');
    return this.#error(isRefused ? 'fatal' : 'retryable', reason, hint, cause);
  }

  #error(kind: 'retryable' | 'fatal', reason: string, hint: string, cause?: unknown): ScadaError {
    return new ScadaError(kind, 'NOTIFY_FAILED', `${this.#name}: ${reason}`, { hint, cause });
  }
}

/** Errors of nodemailer: `EENVELOPE` for sender and receivers, `EMESSAGE` for the text, `EAUTH`, `ECONNECTION` and others. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

function textOf({ title, sentences, facts, link }: Message): string {
  const lines = facts.map(([name, value]) => `${name}: ${value}`);
  return [[title], sentences, lines, link === undefined ? [] : [link]]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}
