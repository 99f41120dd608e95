import type { AlertChange } from '../core/alert.ts';
import type { AlertDigest, Canary, Notifier } from '../core/notifier.ts';
import { type HttpTarget, postJson } from './http.ts';
import { canaryMessageOf, digestMessageOf, isWanted, type Message, type MessageOptions, messageOf } from './message.ts';

/** Posts messages for people to a channel of a chat. */
export class ChatRoom implements Notifier {
  /** A list of so many alerts fits into one message of each chat. */
  readonly digestSize = 60;
  readonly #target: HttpTarget;
  readonly #options: MessageOptions;
  readonly #bodyOf: (message: Message) => string;
  readonly #check: (target: HttpTarget, signal: AbortSignal) => Promise<void>;

  /**
   * @param bodyOf writes a message in the form of the chat
   * @param check asks the chat if it would take a message, and writes none; fails like `notify`
   */
  constructor(
    type: string,
    config: Omit<HttpTarget, 'type'> & MessageOptions,
    bodyOf: (message: Message) => string,
    check: (target: HttpTarget, signal: AbortSignal) => Promise<void>,
  ) {
    this.#check = check;
    this.#target = { ...config, type };
    this.#options = config;
    this.#bodyOf = bodyOf;
  }

  wants(change: AlertChange): boolean {
    return isWanted(change, this.#options);
  }

  async notify(change: AlertChange, signal: AbortSignal): Promise<void> {
    await this.#post(messageOf(change, this.#options), signal);
  }

  async notifyDigest(digest: AlertDigest, signal: AbortSignal): Promise<void> {
    await this.#post(digestMessageOf(digest, this.#options), signal);
  }

  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    if (canary.isShown === true) await this.#post(canaryMessageOf(canary), signal);
    else await this.#check(this.#target, signal);
  }

  async #post(message: Message | undefined, signal: AbortSignal): Promise<void> {
    if (message !== undefined) await postJson(this.#target, this.#bodyOf(message), {}, signal);
  }
}
