import { Lru } from '../../../src/core/lru.ts';
import type { Scalar } from './variant.ts';

/** Maximum length of a kept key: the other bounds count entries. */
const longestKey = 512;

/** Known nodes of all servers, each kind bounded. Keys begin with the server's address and port. */
export class Seen {
  readonly #values = new Lru<string, Scalar>(50_000);
  readonly #items = new Lru<string, string>(50_000);
  readonly #aliases = new Lru<string, string>(10_000);

  /** Number of evicted entries. */
  get forgotten(): number {
    return this.#values.evicted + this.#items.evicted + this.#aliases.evicted;
  }

  /** Known nodes of one server. */
  of(server: string, port: number): ServerSeen {
    const prefix = `${server} ${port} `;
    const put = <V>(map: Lru<string, V>, key: string, value: V): void => {
      if (key.length <= longestKey) map.set(key, value);
    };
    return {
      value: (node) => this.#values.get(prefix + node),
      setValue: (node, value) => put(this.#values, prefix + node, value),
      item: (subscription, handle) => this.#items.get(`${prefix}${subscription} ${handle}`),
      setItem: (subscription, handle, node) => put(this.#items, `${prefix}${subscription} ${handle}`, node),
      nodeOf: (alias) => this.#aliases.get(prefix + alias) ?? alias,
      setAlias: (alias, node) => put(this.#aliases, prefix + alias, node),
    };
  }
}

export interface ServerSeen {
  /** Last value of a node. */
  value(node: string): Scalar | undefined;
  setValue(node: string, value: Scalar): void;
  /** Node of a monitored item, by its subscription and client handle. */
  item(subscription: number, handle: number): string | undefined;
  setItem(subscription: number, handle: number, node: string): void;
  /** Node that was registered under another NodeId, or the NodeId itself. */
  nodeOf(alias: string): string;
  setAlias(alias: string, node: string): void;
}
