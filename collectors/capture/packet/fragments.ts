/** Maximum length of an IP datagram. */
const mostBytes = 65_535;
/** More fragments than links with the smallest MTU create. */
const mostParts = 256;
/** RFC 791 and RFC 8200 let a host wait 15 to 60 s. */
const patienceMs = 30_000;

interface Assembly {
  readonly since: number;
  /** IP header of the first fragment. */
  header: Buffer | undefined;
  readonly parts: { readonly at: number; readonly bytes: Buffer }[];
  held: number;
  /** Known once the last fragment has arrived. */
  length: number | undefined;
}

/** Fragment fields of an IP header. */
export interface Fragment {
  /** Addresses, identification and protocol, which the fragments of one datagram share. */
  readonly key: string;
  /** Offset of its payload in the datagram. */
  readonly offset: number;
  readonly last: boolean;
}

/**
 * Reassembles fragmented datagrams, with bounded datagrams, fragments and time. Discards datagrams with overlapping fragments
 * (RFC 5722), which no legitimate sender creates.
 */
export class Fragments {
  readonly #most: number;
  readonly #assemblies = new Map<string, Assembly>();
  #held = 0;
  /** Discarded datagrams: overlapping, too long, too late, or one too many. */
  abandoned = 0;

  /** @param most maximum number of unfinished datagrams */
  constructor(most = 64) {
    this.#most = most;
  }

  /** Number of held bytes. */
  get held(): number {
    return this.#held;
  }

  /**
   * Adds a fragment; its bytes are copied.
   * @param header IP header of the fragment
   * @returns header of the first fragment and whole payload, `undefined` while parts are missing, `'bad'` if the datagram is
   * discarded
   */
  add(fragment: Fragment, header: Buffer, payload: Buffer, now: number): Buffer | 'bad' | undefined {
    this.expire(now);
    const { key, offset, last } = fragment;
    const end = offset + payload.length;
    const assembly = this.#assemblies.get(key) ?? this.#begin(key, now);
    const { parts } = assembly;
    const overlaps = parts.some(({ at, bytes }) => at < end && offset < at + bytes.length);
    const beyond = assembly.length !== undefined && (last || end > assembly.length);
    const before = last && parts.some(({ at, bytes }) => at + bytes.length > end);
    if (payload.length === 0 || end > mostBytes || parts.length >= mostParts || overlaps || beyond || before) {
      this.#abandon(key, assembly);
      return 'bad';
    }
    if (offset === 0) assembly.header = Buffer.from(header);
    if (last) assembly.length = end;
    parts.push({ at: offset, bytes: Buffer.from(payload) });
    assembly.held += payload.length;
    this.#held += payload.length;
    if (assembly.held !== assembly.length || assembly.header === undefined) return undefined;
    this.#forget(key, assembly);
    parts.sort((a, b) => a.at - b.at);
    return Buffer.concat([assembly.header, ...parts.map(({ bytes }) => bytes)]);
  }

  /** Discards datagrams that have waited too long. */
  expire(now: number): void {
    for (const [key, assembly] of this.#assemblies) {
      if (now - assembly.since < patienceMs) return;
      this.#abandon(key, assembly);
    }
  }

  #begin(key: string, now: number): Assembly {
    for (const [oldest, assembly] of this.#assemblies) {
      if (this.#assemblies.size < this.#most) break;
      this.#abandon(oldest, assembly);
    }
    const begun: Assembly = { since: now, header: undefined, parts: [], held: 0, length: undefined };
    this.#assemblies.set(key, begun);
    return begun;
  }

  #abandon(key: string, assembly: Assembly): void {
    this.abandoned++;
    this.#forget(key, assembly);
  }

  #forget(key: string, assembly: Assembly): void {
    this.#assemblies.delete(key);
    this.#held -= assembly.held;
  }
}
