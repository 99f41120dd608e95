import { isGood } from '../../../src/core/quality.ts';
import { Supervised } from '../../support/plain-bench.ts';
import { PlainServer } from '../../support/plain-opcua.ts';
import { TagTable } from '../../../src/core/tag.ts';
import { opcua } from '../../../collectors/opcua/index.ts';
import { freePort } from '../../support/free-port.ts';
import { opcuaDevice, opcuaTag } from '../../support/opcua.ts';
import { testContext } from '../../support/tiny-plant.ts';

/**
 * A process of its own: `restore.ts SERVER ITEMS RUNS FOLDER [WRAPPER…]` kills and starts a server of so many items and prints, for
 * each run, the seconds from its being ready to the last tag's being good again, the supervisor's back-off included. The collector is
 * as it is by default, but for security.
 */
const [program = '', itemsText, runsText, dataDir = '', ...wrapper] = process.argv.slice(2);
const items = Number(itemsText);
const command = (path: string, args: readonly string[]): [string, string[]] => {
  const [first = path, ...rest] = [...wrapper, path, ...args];
  return [first, rest];
};

await using server = new PlainServer(program, await freePort(), { nodes: items, period: 1_000 }, command);
await server.start();
const tags = Array.from({ length: items }, (_, i) => opcuaTag(`N${i}`, { scanMs: 1_000 }));
const config = opcua.schema.parse({ endpoint: server.endpoint, securityMode: 'None', securityPolicy: 'None' });
const context = testContext();
const collector = opcua.create(config, { device: opcuaDevice, tags: new TagTable(tags), dataDir, devices: [] }, context);
await using device = new Supervised(collector, tags, context);
await device.allGood();
for (let run = 0; run < Number(runsText); run++) {
  const before = device.states().length;
  await server.stop();
  await device.until(() => device.states().length > before);
  await server.start();
  const ready = performance.now();
  const from = device.seen.samples.length;
  await device.allGood(from);
  const good = device.seen.samples.slice(from).filter(({ quality }) => isGood(quality)).length;
  if (good < items) throw new Error(`${good} good samples of ${items} tags`);
  console.log(String((performance.now() - ready) / 1_000));
}
