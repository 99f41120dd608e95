import { z } from 'zod';
import { permissions } from '../../../src/core/access.ts';
import type { ErrorBody } from '../../protocol.ts';
import { objectOf } from './parts.ts';

type PermissionName = keyof typeof permissions;

/** Body of every answer other than 2xx. */
export const errorBody = objectOf<ErrorBody>({
  code: z.enum([
    'unauthenticated',
    'forbidden',
    'invalid',
    'not-found',
    'credentials',
    'locked',
    'too-many',
    'conflict',
    'refused',
    'unavailable',
    'internal',
  ]),
  message: z.string(),
  hint: z.string().optional(),
  needs: z
    .enum(Object.keys(permissions) as PermissionName[])
    .optional()
    .describe('required permission, with `forbidden`'),
  retryAfterMs: z.number().optional().describe('with `locked` and `too-many`'),
}).meta({ id: 'Error' });
