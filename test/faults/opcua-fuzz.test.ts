import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpcuaBench, openOpcuaBench } from '../support/opcua.ts';
import type { Said } from '../support/opcua-conversation.ts';
import { fuzzClients, fuzzServer, recordConversation } from '../support/opcua-fuzz.ts';

let bench: OpcuaBench;
let said: readonly Said[];
beforeAll(async () => {
  bench = await openOpcuaBench({ weak: true, writers: true, sessions: 10_000 });
  said = await recordConversation(bench);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** The rest of the 20 000 messages in each direction is in `opcua-fuzz.long.test.ts`. */
const count = 60;

it('ends in a lost device, marked tags and recovery, whatever a server sends', async () => {
  const { damaged, down, marked, recovered } = await fuzzClients(bench, said, count, 20_261_127);
  expect(damaged).toBeGreaterThanOrEqual(count);
  expect(recovered).toBe(6);
  expect(down).toBeGreaterThan(0);
  expect(marked).toBeGreaterThan(0);
}, 300_000);

it('ends in refused connections and a server that goes on, whatever a client sends', async () => {
  expect(await fuzzServer(bench, said, count, 20_261_128)).toBeGreaterThan(0);
}, 300_000);
