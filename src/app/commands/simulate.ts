import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { SimulatorConfig } from '../../../simulators/lab/messages.ts';
import { plantOf, plantTypes } from '../../../simulators/plants/index.ts';
import { systemClock } from '../../core/clock.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { labUser, requestsFile, scenariosMeaning } from '../../tools/lab/config.ts';
import { createLogger } from '../logger.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { countBetween, numberBetween } from '../../tools/option-values.ts';
import { stopSignal, untilAborted } from '../../service/process.ts';

interface SimulateOptions extends CommonOptions {
  readonly seed: number;
  readonly speed: number;
  readonly modbus?: number;
  readonly opcua?: number;
  readonly scenario?: string;
  readonly scenarios?: string;
}

/** `scadawatch simulate`: starts a simulated plant on its ports, without the monitor. */
export function simulateCommand(program: Command): void {
  commonOptions(program.command('simulate'))
    .description('serve a simulated plant on Modbus TCP and OPC UA ports of this machine, without the monitor')
    .argument('<plant>', `one of ${plantTypes().join(', ')}`)
    .option('--seed <n>', 'random seed of the simulated plant', countBetween(0, 0xffffffff), 1)
    .option('--speed <n>', 'simulated seconds per second, 0 to 60', numberBetween(0, 60), 1)
    .option(
      '--modbus <port>',
      'port of the first controller, the others follow; 0 for free ports (default: those of the plant)',
      countBetween(0, 65_000),
    )
    .option('--opcua <port>', 'port of the OPC UA server; 0 for a free one (default: that of the plant)', countBetween(0, 65_535))
    .option('--scenarios <path>', scenariosMeaning)
    .option('--scenario <id>', 'scenario that starts with the plant')
    .action(async (type: string, options: SimulateOptions) => {
      const { ports } = plantOf(type);
      const signal = stopSignal();
      const passphrase = randomBytes(24).toString('base64url');
      const context = {
        logger: createLogger(options.logLevel),
        clock: systemClock,
        random: new Random(options.seed),
        metrics: new Metrics(),
      };
      const { modbus: first } = options;
      const at = (index: number, usual: number): number => (first === undefined ? usual : first === 0 ? 0 : first + index);
      const host = '127.0.0.1';
      const opcuaPort = options.opcua ?? ports.opcua;
      const users = [{ name: labUser, passphrase }];
      const config: SimulatorConfig = {
        plant: type,
        seed: options.seed,
        speed: options.speed,
        startTime: Math.floor(systemClock.now() / 1000) * 1000,
        life: 'ordinary',
        requestsIn: join(options.data, requestsFile),
        scenariosIn: options.scenarios,
        modbus: ports.controllers.map(({ name, unit, port }, i) => ({ controller: name, unit, host, port: at(i, port) })),
        opcua:
          ports.opcua === undefined || opcuaPort === undefined
            ? undefined
            : { host, port: opcuaPort, pkiDir: join(options.data, 'simulator-pki'), users },
      };
      // loaded here, because the OPC UA server would double the time of the help
      const { Simulator } = await import('../../../simulators/lab/simulator.ts');
      let printed = 0;
      await using simulator = await Simulator.open(config, context, {
        status: ({ events }) => {
          for (const { time, lane, text } of events.slice(printed))
            console.log(`${new Date(time).toISOString()} ${lane}: ${text}`);
          printed = events.length;
        },
        beat: () => {},
      });
      for (const [controller, port] of Object.entries(simulator.addresses.modbus))
        console.log(`${controller}: Modbus TCP on 127.0.0.1:${port}`);
      console.log(`OPC UA: ${simulator.addresses.opcua?.endpoint ?? 'none'}, user ${labUser}, passphrase ${passphrase}`);
      console.log(`Clients are accepted once their certificate is in ${join(options.data, 'simulator-pki', 'trusted', 'certs')}`);
      console.log(`Requests of each client are recorded in ${config.requestsIn}`);
      if (options.scenario !== undefined) simulator.start(options.scenario);
      await untilAborted(signal);
    });
}
