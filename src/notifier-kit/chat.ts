import type { AlertChange } from '../core/alert.ts';
import type { AlertDigest, Canary, Notifier } from '../core/notifier.ts';
import { type HttpTarget, postJson } from './http.ts';
import { canaryMessageOf, digestMessageOf, inForm, isWanted, type Message, type MessageOptions, messageOf } from './message.ts';

/** Form in which a chat takes messages. */
export interface Chat {
  /** Writes a message of escaped texts. */
  readonly bodyOf: (message: Message) => string;
  /** Replaces what the chat reads as markup. Without it, its messages have no markup. */
  readonly escape?: (text: string) => string;
}

/** Posts messages for people to a channel of a chat. */
export class ChatRoom implements Notifier {
  /** A list of so many alerts fits into one message of each chat. */
  readonly digestSize = 60;
  readonly #target: HttpTarget;
  readonly #options: MessageOptions;
  readonly #chat: Chat;
  readonly #check: (target: HttpTarget, signal: AbortSignal) => Promise<void>;

  /**
   * @param check asks the chat if it would take a message, and writes none; fails like `notify`
   */
  constructor(
    type: string,
    config: Omit<HttpTarget, 'type'> & MessageOptions,
    chat: Chat,
    check: (target: HttpTarget, signal: AbortSignal) => Promise<void>,
  ) {
    this.#check = check;
    this.#target = { ...config, type };
    this.#options = config;
    this.#chat = chat;
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
    if (message === undefined) return;
    const { bodyOf, escape } = this.#chat;
    await postJson(this.#target, bodyOf(inForm(message, escape)), {}, signal);
  }
}
