import type { SerialPort } from 'serialport';
import { ScadaError } from '../../../src/core/errors.ts';
import { type Opening, opened, reasonOf } from './opening.ts';

/** Settings of a serial line. */
export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Start bit, data, parity, stop bits. */
export const bitsPerCharacter = ({ dataBits, parity, stopBits }: SerialSettings): number =>
  1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;

/**
 * Opens a serial port exclusively. The driver is loaded here, so that a machine without it can still poll devices on a network.
 * @throws ScadaError `config` if the port does not exist or cannot be used, else DEVICE_UNREACHABLE
 */
export async function openSerial(settings: SerialSettings, opening: Opening): Promise<SerialPort> {
  const { SerialPort } = await import('serialport');
  /** The driver's own stream leaves the port open when it is destroyed. */
  class OwnPort extends SerialPort {
    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
      const close = (): void => (this.isOpen ? this.close(() => done(error)) : done(error));
      if (this.opening) this.once('open', close).once('error', close);
      else close();
    }
  }
  const port = new OwnPort({ ...settings, autoOpen: false, lock: true });
  port.open();
  return await opened(port, 'open', opening, (cause) => refusal(settings.path, cause));
}

function refusal(path: string, cause: unknown): ScadaError {
  const why = reasonOf(cause);
  const lasting = /no such file|permission denied|access denied|invalid|not a serial/i.test(why);
  const hint = /permission|access/i.test(why)
    ? 'let the user of the monitor read and write the port (on Linux mostly: the group dialout)'
    : 'check the path, that the adapter is plugged in, and that no other program has the port';
  return new ScadaError(lasting ? 'config' : 'retryable', 'DEVICE_UNREACHABLE', `${path} cannot be opened: ${why}`, {
    hint,
    cause,
  });
}
