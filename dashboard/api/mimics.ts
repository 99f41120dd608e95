import { z } from 'zod';
import {
  type Mimic,
  type MimicObject,
  type MimicPipe,
  type MimicPoint,
  mimicSides,
  mimicSymbols,
  type MimicValue,
} from '../../src/core/mimic.ts';
import { route } from './route.ts';
import { list, objectOf, text } from './schemas/parts.ts';

const point: z.ZodType<MimicPoint> = z.tuple([z.number(), z.number()]).readonly();
const side = z.enum(mimicSides);

const mimic = objectOf<Mimic>({
  area: z.string(),
  title: z.string(),
  objects: list(
    objectOf<MimicObject>({
      symbol: z.enum(mimicSymbols),
      name: z.string(),
      at: point,
      size: point.optional(),
      facing: side,
      state: z.string().optional(),
      on: list(z.number()).optional(),
      fault: z.string().optional(),
      level: z.string().optional(),
      values: list(z.string()),
      label: side,
    }),
  ),
  values: list(objectOf<MimicValue>({ tag: z.string(), at: point, from: point.optional() })),
  pipes: list(objectOf<MimicPipe>({ through: list(point), arrow: z.boolean() })),
  texts: list(z.strictObject({ text: z.string(), at: point })),
}).meta({ id: 'Mimic' });

/** Route for the drawings of areas. */
export const mimicRoutes = {
  'GET /api/mimic': route({
    permission: 'view',
    summary: 'Returns the drawing of an area; none if the configuration has none.',
    input: z.strictObject({ area: text }),
    answer: z.strictObject({ mimic: mimic.optional() }),
    handler: ({ input: { area } }, { view }) => {
      const found = view.mimics.find((one) => one.area === area);
      return found === undefined ? {} : { mimic: found };
    },
  }),
};
