import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Collector, CollectorPlugin, CollectorTarget } from '../../src/core/collector.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { addressSchema } from '../../src/modbus/address.ts';
import { type ModbusConfig, modbusSchema } from './config.ts';
import { type DeviceIdentity, readIdentity } from './identity.ts';
import { ModbusLink } from './link.ts';
import { DevicePlan } from './plan.ts';
import { scanClasses } from './points.ts';
import { ModbusSession } from './session.ts';
import { openSocket } from './socket.ts';

/** Modbus TCP by `modbus-serial`, read-only. */
export const modbus: CollectorPlugin<ModbusConfig> = {
  type: 'modbus',
  summary: 'Modbus TCP: coils, discrete inputs, holding and input registers, polled gently and never written.',
  schema: modbusSchema,
  addressSchema,
  create: (config, target, context) => createModbusCollector(config, target, context, systemClock),
};

/**
 * Tags are polled in stream time, which a lab runs faster than the machine's; deadlines, pauses and the request budget are of
 * the real device and the real network, so they follow the machine's own clock.
 */
export function createModbusCollector(
  config: ModbusConfig,
  target: CollectorTarget,
  context: PluginContext,
  machine: Clock,
): Collector {
  const { device, tags } = target;
  const classes = scanClasses(device, tags);
  const plan = new DevicePlan(classes, config, config.identity, context.logger);
  return {
    async connect(signal) {
      const socket = await openSocket(config, config.timeoutMs, machine, signal);
      try {
        if (config.pauseAfterConnectMs > 0) await machine.sleep(config.pauseAfterConnectMs, signal);
        const identity = await identify();
        const link = await ModbusLink.over(socket, config.timeoutMs, machine);
        return new ModbusSession({ device, config, classes, plan, link, identity, context, machine, signal });
      } catch (thrown) {
        socket.destroy();
        throw thrown;
      }

      async function identify(): Promise<DeviceIdentity | undefined> {
        if (!plan.askIdentity) return undefined;
        // Unless it answers well, it is not asked again: some devices hang up over a function they do not know.
        plan.askIdentity = false;
        const identity = await readIdentity(socket, config.unit, config.timeoutMs, machine, signal);
        plan.askIdentity = identity !== undefined;
        if (identity === undefined) context.logger.info(`${device} does not tell its identity`);
        return identity;
      }
    },
  };
}
