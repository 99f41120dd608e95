/** An open source of capture bytes. */
export interface OpenSource extends AsyncDisposable {
  /** Description of the source for people: at least `source`. */
  readonly identity: Readonly<Record<string, string>>;
  /** Bytes of the capture, once. Ends where the capture ends. @throws ScadaError when it cannot be read further */
  chunks(): AsyncIterable<Buffer>;
  /** Number of packets dropped before they reached the capture, since its beginning, as far as known. */
  dropped(): Promise<number>;
}

/** A source of capture bytes. */
export interface CaptureSource {
  /** For messages, e.g. `interface eth1`. */
  readonly name: string;
  /** True if packets arrive in real time: a reader cannot delay them, and stream time is the monitor's. */
  readonly live: boolean;
  /** @throws ScadaError `retryable` for a temporary failure, `config` if the configuration must be corrected */
  open(signal: AbortSignal): Promise<OpenSource>;
}
