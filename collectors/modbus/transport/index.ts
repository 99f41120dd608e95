import type { Duplex } from 'node:stream';
import type { Clock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { ModbusConfig } from '../config.ts';
import { Channel } from './channel.ts';
import { MbapFraming } from './mbap.ts';
import { RtuFraming } from './rtu.ts';
import { openSerial } from './serial.ts';
import { type Endpoint, openSocket } from './tcp.ts';
import { explainTls, openTls, unwelcome } from './tls.ts';

export { type Answer, Channel } from './channel.ts';

/** A channel to a device, and the credentials of both ends (empty without TLS). */
export interface OpenChannel {
  readonly channel: Channel;
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * Opens a channel by the transport of the configuration.
 * @throws ScadaError `retryable` for a temporary failure, `config` if the user must correct the configuration
 */
export async function openChannel(config: ModbusConfig, machine: Clock, signal: AbortSignal): Promise<OpenChannel> {
  const { transport, timeoutMs, silenceMs, acceptUnits } = config;
  const { stream, credentials } = await openStream(config, machine, signal);
  const rtu = transport === 'serial' || transport === 'rtu-over-tcp';
  const framing = rtu ? new RtuFraming(acceptUnits) : new MbapFraming();
  const where = `${config.host}:${config.port}`;
  const meaning =
    transport === 'tls'
      ? { explain: (error: unknown) => explainTls(where, error), unwelcome: unwelcome(where) }
      : { explain: () => undefined };
  return { channel: new Channel(stream, framing, { timeoutMs, silenceMs, acceptUnits, machine, ...meaning }), credentials };
}

async function openStream(
  config: ModbusConfig,
  machine: Clock,
  signal: AbortSignal,
): Promise<{ readonly stream: Duplex; readonly credentials: Readonly<Record<string, string>> }> {
  const opening = { timeoutMs: config.timeoutMs, machine, signal };
  switch (config.transport) {
    case 'tcp':
    case 'rtu-over-tcp':
      return { stream: await openSocket(endpointOf(config), opening), credentials: {} };
    case 'serial':
      return { stream: await openSerial(needed(config.serial), opening), credentials: {} };
    case 'tls':
      return await openTls(endpointOf(config), needed(config.tls), opening);
  }
}

const endpointOf = ({ host, port }: ModbusConfig): Endpoint => ({ host: needed(host), port: needed(port) });

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new ScadaError('fatal', 'INTERNAL', 'the configuration was not checked by its schema');
  return value;
}
