/** Where a capture's bytes come from, opened. */
export interface OpenSource extends AsyncDisposable {
  /** What is read, for people: at least `source`. */
  readonly identity: Readonly<Record<string, string>>;
  /** The capture's bytes, once. Ends where the capture ends. @throws ScadaError when it can't be read on */
  chunks(): AsyncIterable<Buffer>;
  /** Packets dropped before they got into the capture, since it began, as far as is known by now. */
  dropped(): Promise<number>;
}

/** A place to capture from. */
export interface CaptureSource {
  /** For messages, e.g. `interface eth1`. */
  readonly name: string;
  /** True if packets come as they happen: their reader can't make them wait, and their time is the monitor's. */
  readonly live: boolean;
  /** @throws ScadaError `retryable` for what may pass, `config` for what the user must change */
  open(signal: AbortSignal): Promise<OpenSource>;
}
