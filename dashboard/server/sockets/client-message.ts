import { z } from 'zod';
import { type ClientMessage, limits } from '../../protocol.ts';

const u32 = z.int().min(0).max(0xffff_ffff);

/** @see ClientMessage */
export const clientMessageSchema: z.ZodType<ClientMessage> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('watch'), watch: u32, tags: z.array(u32).max(limits.watchedTags) }),
  z.strictObject({
    type: z.literal('resume'),
    epoch: z.string().min(1).max(200).optional(),
    sequence: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('watch-lab'), on: z.boolean() }),
  z.strictObject({ type: z.literal('active') }),
]);
