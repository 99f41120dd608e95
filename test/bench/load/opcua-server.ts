import { startOpcuaServer } from '../../../simulators/servers/opcua/index.ts';
import { TinyPlant, testContext, tinyPoint } from '../../support/tiny-plant.ts';
import { registerAt } from './register.ts';

/**
 * One simulated OPC UA server in a process of its own: `opcua-server.ts PORT TAGS FOLDER` serves `R0`, `R1`, … without security
 * on loopback, prints its port, and changes each value every second. Its own cost is not measured.
 */
const [portText, tagsText, pkiDir = ''] = process.argv.slice(2);
const points = Array.from({ length: Number(tagsText) }, (_, i) => tinyPoint(`R${i}`, { address: i }, { opcua: true }));
const plant = new TinyPlant(points);
const move = (): void => {
  plant.time = Date.now();
  for (let i = 0; i < points.length; i++) plant.registers[i] = registerAt(Math.floor(plant.time / 1000), i);
};
move();
const server = await startOpcuaServer(
  { plant, host: '127.0.0.1', port: Number(portText), pkiDir, users: [], weak: true },
  testContext(),
);
setInterval(() => {
  move();
  server.publish();
}, 1_000);
console.log(server.port);
process.stdin.on('end', () => process.exit(0)).resume();
