import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Collector, CollectorPlugin, CollectorTarget } from '../../src/core/collector.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { addressSchema } from '../../src/modbus/address.ts';
import { type ModbusConfig, modbusSchema } from './config.ts';
import { createDevice } from './device.ts';
import { modbusDiscovery } from './discovery/index.ts';
import { ModbusLink } from './link.ts';
import { preview } from './preview.ts';
import { misfits } from './rules.ts';
import { ModbusSession } from './session.ts';

/** Settings of a simulated controller: it needs no pause, and fast plant time may leave no time for one. */
const unthrottled = { pauseMs: 0, maxRequestsPerSecond: 10_000 } as const;

/** Reads Modbus devices through `modbus-serial`; never writes. */
export const modbus: CollectorPlugin<ModbusConfig> = {
  type: 'modbus',
  summary: 'Modbus by TCP, TLS, RTU over TCP or a serial line: coils, inputs and registers, polled gently and never written.',
  schema: modbusSchema,
  addressSchema,
  check: misfits,
  plan: (config, target) => preview(config, target, systemClock),
  discovery: modbusDiscovery,
  lab: {
    // the path of a serial line is no host of this machine, so the lab refuses it
    serverOf: ({ host, port = 0, serial, unit }) => ({ kind: 'controller', host: host ?? serial?.path ?? '', port, unit }),
    settingsAt: (config, { port }) => ({ ...config, ...unthrottled, port }),
  },
  create: (config, target, context) => createModbusCollector(config, target, context, systemClock),
};

/**
 * Tags are polled in stream time, which a lab runs faster than machine time. Deadlines, pauses and the rate limit concern the
 * real device and network, so that they follow the machine's own clock.
 */
export function createModbusCollector(
  config: ModbusConfig,
  target: CollectorTarget,
  context: PluginContext,
  machine: Clock,
): Collector {
  const device = createDevice(config, target, machine, context.logger);
  return {
    async connect(signal) {
      await using opened = new AsyncDisposableStack();
      const links: ModbusLink[] = [];
      for (let i = 0; i < config.connections; i++) links.push(opened.use(await ModbusLink.open(config, machine, signal)));
      const [first] = links;
      const role = first?.credentials['ClientRole'];
      if (role !== undefined) context.logger.info(`${device.name} knows us by the role ${role}`, first?.credentials);
      // A device that did not answer last time gets a single request first.
      if (first !== undefined && !device.condition.probing) await device.identity.read(first, config.unit, device.pacer, signal);
      opened.move();
      return new ModbusSession({ device, config, links, context, machine, signal });
    },
  };
}
