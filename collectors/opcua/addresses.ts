import { addressSchema, type OpcuaAddress } from './config.ts';
import type { SessionParts } from './link.ts';

/** The addresses of the tags at some positions. The loader has checked them; they are parsed again to be typed. */
export const addressesOf = (
  { tags, target }: Pick<SessionParts, 'tags' | 'target'>,
  positions: readonly number[],
): OpcuaAddress[] => positions.map((position) => addressSchema.parse(target.tags.at(tags[position] as number).address));
