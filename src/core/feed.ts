/** Settings of a feed of indicators. Times in ms. */
export interface FeedSettings {
  /** Unique in the site. */
  readonly name: string;
  /** File or folder, absolute; undefined for a feed with a URL. */
  readonly path?: string | undefined;
  readonly url?: string | undefined;
  /** Headers of the request, e.g. with a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Expected SHA-256 of the file, hexadecimal. */
  readonly sha256?: string | undefined;
  readonly periodMs: number;
  /** Age of the content from which the feed is stale. */
  readonly staleMs: number;
  /** Age from which an indicator without a stated end has expired. */
  readonly maxAgeMs: number;
  /** Span of the recorded traffic that new indicators are searched for in. */
  readonly historyMs: number;
  readonly mostBytes: number;
  /** True if addresses of private networks are indicators too. */
  readonly allowPrivate: boolean;
}

/** An indicator that is not used, with the reason. */
export interface RefusedIndicator {
  readonly id: string;
  readonly reason: string;
}

/** Present state of a feed. */
export interface FeedStatus {
  readonly name: string;
  /** Name of the file or folder, or origin of the URL. */
  readonly source: string;
  /** `waiting` before the first read. `failed`: the last read failed, and earlier indicators stay in use. */
  readonly state: 'waiting' | 'ok' | 'stale' | 'failed';
  /** Reason of the state; empty if it is `ok`. */
  readonly reason: string;
  /** Time of the last successful read, and age of its content, ms UTC; NaN before. */
  readonly readAt: number;
  readonly contentAt: number;
  /** Indicators in use, expired ones, and those that are not used. */
  readonly indicators: number;
  readonly expired: number;
  readonly refused: number;
  /** Examples of indicators that are not used. */
  readonly refusals: readonly RefusedIndicator[];
  /** Hits since the start of the monitor. */
  readonly hits: number;
  /** True while recorded traffic is searched for new indicators. */
  readonly searching: boolean;
}
