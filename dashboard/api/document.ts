import { z } from 'zod';
import { route } from './route.ts';
import { nothing } from './schemas/parts.ts';

/** Route for the description of the API itself. */
export const documentRoutes = {
  'GET /api/openapi.json': route({
    permission: 'view',
    summary: 'Returns this description of the API.',
    input: nothing,
    answer: z.looseObject({ openapi: z.string() }).describe('OpenAPI 3.1 document'),
    handler: (_call, { openApi }) => openApi(),
  }),
};
