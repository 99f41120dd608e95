/** Address of a device from the settings that all types name equally; for a tap, the source of its packets. */
export function addressOf(config: unknown): string {
  const { source, ...own } = config as Place & { source?: Place };
  const { endpoint, path, name, host, port, serial } = source ?? own;
  return endpoint ?? path ?? name ?? serial?.path ?? `${host ?? ''}${port === undefined ? '' : `:${port}`}`;
}

interface Place {
  readonly endpoint?: string;
  readonly path?: string;
  readonly name?: string;
  readonly host?: string;
  readonly port?: number;
  readonly serial?: { readonly path: string };
}
