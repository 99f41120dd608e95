import { startModbusServer } from '../../../simulators/servers/modbus/index.ts';
import { TinyPlant, testContext, tinyPoint } from '../../support/tiny-plant.ts';

/** The server of the Modbus bench, a process of its own: every holding register is mapped. Prints its port. */
const points = Array.from({ length: 65_536 }, (_, address) => tinyPoint(`R${address}`, { address }));
const plant = new TinyPlant(points);
points.forEach((_, index) => {
  plant.registers[index] = (index * 7) & 0xffff;
});
const server = await startModbusServer({ plant, controller: 'plc1', unit: 1, host: '127.0.0.1', port: 0 }, testContext());
console.log(server.port);
process.stdin.on('end', () => process.exit(0)).resume();
