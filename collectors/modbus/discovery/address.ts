import { ScadaError } from '../../../src/core/errors.ts';

/** Transports that an address may begin with; `tls` needs certificates, which do not fit into an address. */
const transports: Readonly<Record<string, string>> = {
  'tcp:': 'tcp',
  'rtu-over-tcp:': 'rtu-over-tcp',
  'tls:': 'tls',
  'serial:': 'serial',
};

/**
 * Settings of a device from its address: `tcp://10.0.0.5:502`, `rtu-over-tcp://10.0.0.9:4001`, `tls://plc.example:802`,
 * `serial:/dev/ttyUSB0?baudRate=9600&parity=none`.
 * @throws ScadaError INPUT_INVALID for any other form
 */
export function settingsOf(address: string): Record<string, unknown> {
  const url = URL.parse(address);
  const transport = transports[url?.protocol ?? ''];
  const hint = 'e.g. tcp://10.0.0.5:502, rtu-over-tcp://10.0.0.9:4001, serial:/dev/ttyUSB0?baudRate=9600&parity=even';
  if (url === null || transport === undefined) {
    throw new ScadaError('config', 'INPUT_INVALID', `${address} is no address of a Modbus device`, { hint });
  }
  if (transport === 'serial') {
    const line = Object.fromEntries([...url.searchParams].map(([key, text]) => [key, /^\d+$/.test(text) ? Number(text) : text]));
    return { transport, serial: { path: decodeURIComponent(url.pathname), ...line } };
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new ScadaError('config', 'INPUT_INVALID', `${address} names no host`, { hint });
  const named = transport === 'tcp' ? {} : { transport };
  return { ...named, host, ...(url.port === '' ? {} : { port: Number(url.port) }) };
}
