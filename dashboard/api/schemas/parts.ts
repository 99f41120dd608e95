import { z } from 'zod';
import { roles } from '../../../src/core/access.ts';
import { limits } from '../../protocol.ts';

/** The type of a schema's values, which is all that most places need: the compiler takes a minute to compare whole zod types. */
export interface SchemaOf<Value> {
  readonly _zod: { readonly output: Value };
}

/** The zod schema that `SchemaOf` is the type of. */
export const zodOf = <Value>(schema: SchemaOf<Value>): z.ZodType<Value> => schema as unknown as z.ZodType<Value>;

/** A list as the API's types have it: readonly. */
export const list = <Item>(item: SchemaOf<Item>): z.ZodType<readonly Item[]> => z.array(zodOf(item));

/** An object by names that are data, e.g. tags or figures. */
export const byName = <Item>(item: SchemaOf<Item>): z.ZodType<Readonly<Record<string, Item>>> =>
  z.record(z.string(), zodOf(item));

/** A measured or computed number. JSON has no NaN and no infinity: both are sent as null, and the client reads null as NaN. */
export const figure: z.ZodType<number> = z
  .union([z.number(), z.nan()])
  .meta({ id: 'Figure', description: 'a number; null if there is none' });

/** Strict object schema of a type of the monitor. A key that the type has and the schema lacks, or the reverse, does not compile. */
export const objectOf = <T extends object>(
  shape: { readonly [K in keyof Required<T>]: SchemaOf<T[K & keyof T]> },
): z.ZodType<T> => z.strictObject(shape as unknown as z.ZodRawShape) as unknown as z.ZodType<T>;

/** Answer to an action. */
export const acted = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({
    ...shape,
    notSaved: z.literal(true).optional().describe('the action is in effect, but not on disk yet'),
  });

/** Input of a route that takes none. */
export const nothing = z.strictObject({});
/** Answer to an action that returns nothing. */
export const done = acted({});
export const text = z.string().min(1).max(200);
export const note = z.string().max(limits.noteLength);
export const role = z.enum(roles);
export const time = z.number().describe('ms UTC, site time');

/** A number in a query, which contains only text. */
const numberText = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, 'a number')
  .meta({ override: numberInJson });
export const queryNumber = numberText.transform(Number);
export const queryOffset = queryNumber
  .pipe(z.int().min(0))
  .meta({ override: { type: 'integer', minimum: 0 } })
  .optional();
export const queryCount = (most: number) =>
  queryNumber
    .pipe(z.int().min(1).max(most))
    .meta({ override: { type: 'integer', minimum: 1, maximum: most } })
    .optional();

/** A list in a query, in which a list of one is no list. */
export const queryList = (most: number): z.ZodType<readonly string[]> =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().max(128)).min(1).max(most));

function numberInJson({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  delete jsonSchema['pattern'];
  jsonSchema['type'] = 'number';
}
