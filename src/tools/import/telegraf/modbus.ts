import type { DraftTag } from '../../draft.ts';
import type { Entry } from './entry.ts';
import { addressOf } from './modbus-address.ts';
import { fieldsOf } from './modbus-fields.ts';
import { type Section, type SectionContext, within } from './section.ts';

/** Device and tags of one `[[inputs.modbus]]`. Source: README and sample configurations of the plug-in, influxdata/telegraf. */
export function readModbusSection(section: Entry, context: SectionContext): Section {
  const device = context.devices.take(section.text('name', 'modbus'));
  const lose = (what: string): void => context.lose(`inputs.modbus ${device}: ${what}`);
  const unit = section.number('slave_id');
  const fields = fieldsOf(section, lose);
  const settings = settingsOf(section, unit, lose);
  const scanMs = context.intervalMs();
  const tags = fields.flatMap((field): DraftTag[] => {
    const address = addressOf(field, unit, lose);
    if (address === undefined) return [];
    const name = context.tags.take(
      field.measurement === 'modbus' ? `${device}.${field.name}` : `${field.measurement}.${field.name}`,
    );
    const discrete = address['type'] === 'bit' || field.register === 'coil' || field.register === 'discrete';
    const kind = discrete ? 'discrete' : address['type'] === 'string' ? 'text' : 'analog';
    return [{ name, device, address, kind, description: field.name, scanMs }];
  });
  return { device, settings, tags };
}

function settingsOf(section: Entry, unit: number | undefined, lose: (what: string) => void): Record<string, unknown> {
  const workarounds = section.table('workarounds');
  const settings: Record<string, unknown> = { type: 'modbus', ...placeOf(section, lose) };
  if (unit !== undefined) settings['unit'] = unit;
  const copy = (from: Entry, key: string, to: string, low: number, high: number): void => {
    const ms = from.durationMs(key);
    if (ms !== undefined && ms > 0) settings[to] = within(ms, low, high, `${key}, in ms,`, lose);
  };
  copy(section, 'timeout', 'timeoutMs', 50, 60_000);
  copy(section, 'busy_retries_wait', 'busyWaitMs', 1, 10_000);
  copy(workarounds, 'pause_after_connect', 'pauseAfterConnectMs', 0, 60_000);
  copy(workarounds, 'pause_between_requests', 'pauseMs', 0, 30_000);
  const retries = section.number('busy_retries');
  if (retries !== undefined) settings['busyRetries'] = within(retries, 0, 5, 'busy_retries', lose);
  if (workarounds.flag('close_connection_after_gather') === true) settings['closeAfterPoll'] = true;
  return settings;
}

/** Address and transport of the device. */
function placeOf(section: Entry, lose: (what: string) => void): Record<string, unknown> {
  const controller = section.text('controller');
  const mode = section.text('transmission_mode', 'auto');
  if (/^ASCII/i.test(mode)) lose(`transmission_mode ${mode}: Modbus ASCII is not spoken here, the device is given as RTU`);
  if (controller.startsWith('file://')) {
    const bits = section.number('data_bits') ?? 8;
    if (bits !== 8) lose(`data_bits ${bits}: RTU needs 8`);
    const letter = section.text('parity', 'N');
    const parity = { N: 'none', E: 'even', O: 'odd' }[letter.toUpperCase()];
    if (parity === undefined) lose(`parity ${letter} is not known: none is taken`);
    const serial = {
      path: controller.slice('file://'.length),
      baudRate: section.number('baud_rate') ?? 9600,
      parity: parity ?? 'none',
      stopBits: section.number('stop_bits') ?? 1,
    };
    return { transport: 'serial', serial };
  }
  const given = URL.parse(controller);
  if (!given?.hostname)
    lose(`${controller === '' ? 'no controller is named' : `the controller ${controller}`}: localhost is taken`);
  const { hostname, port } = given?.hostname ? given : new URL('tcp://localhost:502');
  return {
    ...(/^(RTU|ASCII)overTCP$/i.test(mode) ? { transport: 'rtu-over-tcp' } : {}),
    host: hostname,
    port: port === '' ? 502 : Number(port),
  };
}
