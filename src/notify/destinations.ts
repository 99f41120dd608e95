import { ScadaError } from '../core/errors.ts';
import type { Destination, NotifierPlugin } from '../core/notifier.ts';
import { destinationOf } from '../notifier-kit/receiver.ts';

/** Hosts and ports to which a notifier connects: those that its type states, otherwise those of its settings; undefined if unknown. */
export function destinationsOf(plugin: NotifierPlugin, config: unknown): readonly Destination[] | undefined {
  if (plugin.destinations !== undefined) return plugin.destinations(config);
  const { url, host, port, folder } = config as Readonly<Record<'url' | 'host' | 'port' | 'folder', unknown>>;
  if (typeof url === 'string') return [destinationOf(url)];
  if (typeof host === 'string' && typeof port === 'number') return [{ host, port }];
  // files connect to nothing
  return typeof folder === 'string' ? [] : undefined;
}

/**
 * Refuses a notifier that would reach a host or port that is not in the list. Notifiers connect only to what their settings name and
 * follow no redirect, so that the check at the start is sufficient.
 * @param name of the notifier
 * @param allowed entries such as `siem.example.net:6514`, `*.slack.com:443`, `10.0.0.7:*`; anything if undefined
 * @throws ScadaError CONFIG_INVALID
 */
export function checkDestinations(
  name: string,
  destinations: readonly Destination[] | undefined,
  allowed: readonly string[] | undefined,
): void {
  if (allowed === undefined) return;
  const refuse = (what: string, hint: string): never => {
    throw new ScadaError('config', 'CONFIG_INVALID', `notifier ${name} ${what}`, { hint });
  };
  if (destinations === undefined)
    return refuse('does not state its destination', 'remove `notifications.destinations`, or this notifier');
  for (const { host, port } of destinations)
    if (!allowed.some((entry) => isAllowed(entry, host, port)))
      refuse(
        `may not reach ${host}:${port}`,
        `add '${host}:${port}' to \`notifications.destinations\` if it is a receiver of alerts`,
      );
}

function isAllowed(entry: string, host: string, port: number): boolean {
  const at = entry.lastIndexOf(':');
  const [name, ports] = [entry.slice(0, at).toLowerCase(), entry.slice(at + 1)];
  if (ports !== '*' && Number(ports) !== port) return false;
  const wanted = host.toLowerCase();
  return name.startsWith('*.') ? wanted.endsWith(name.slice(1)) : wanted === name;
}
