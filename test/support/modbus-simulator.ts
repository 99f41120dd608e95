import { type ModbusServer, type ModbusServerOptions, startModbusServer } from '../../simulators/servers/modbus/index.ts';
import { assertReadFunctions } from './read-only.ts';
import { TinyPlant, testContext } from './tiny-plant.ts';

/**
 * Serves unit 1 of a tiny plant for the monitor alone. Disposal throws if any request was not a read. For clients that also
 * write, use `startModbusServer`.
 */
export async function startReadModbusServer(options: Partial<ModbusServerOptions> = {}): Promise<ModbusServer> {
  const asked: string[] = [];
  const onFrame = (pdu: Buffer): void => void asked.push(pdu.toString('hex'));
  const server = await startModbusServer(
    { plant: new TinyPlant(), controller: 'plc1', unit: 1, onFrame, ...options },
    testContext(),
  );
  return {
    port: server.port,
    get clients() {
      return server.clients;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      assertReadFunctions('the simulated controller', asked);
    },
  };
}
