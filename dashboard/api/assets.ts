import { z } from 'zod';
import type { Asset, AssetChange, Conversation } from '../../src/core/asset.ts';
import { route } from './route.ts';
import { byName, list, nothing, objectOf, time } from './schemas/parts.ts';

const count = z.int().min(0);

const asset = objectOf<Asset>({
  name: z.string(),
  type: z.string(),
  address: z.string(),
  state: z.enum(['connecting', 'up', 'silent', 'down']),
  tags: count,
  identity: byName(z.string()).describe('as the device states it'),
  connection: byName(z.string()).describe("security settings of the monitor's own connection, and unit ids"),
  changes: list(objectOf<AssetChange>({ at: time, text: z.string() })).describe('newest first, at most 20'),
}).meta({ id: 'Asset' });

const conversation = objectOf<Conversation>({
  client: z.string(),
  server: z.string(),
  port: count,
  protocol: z.string(),
  device: z.string().optional(),
  units: list(count),
  operations: list(z.string()),
  packets: count,
  bytes: count,
  writes: count,
  firstAt: time,
  lastAt: time,
}).meta({ id: 'Conversation' });

/** Routes for the inventory of devices. */
export const assetRoutes = {
  'GET /api/assets': route({
    permission: 'view',
    summary: 'Returns the devices with identity, connection and last changes, and the conversations that a tap has seen.',
    input: nothing,
    answer: z.strictObject({
      assets: list(asset),
      conversations: list(conversation).describe('since the start of the monitor, the last active first, at most 1000'),
      unlisted: count.describe('number of further conversations, at least; counted up to 1000'),
    }),
    handler: (_call, { view }) => view.assets(),
  }),
};
