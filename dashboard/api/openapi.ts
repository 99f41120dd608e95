import { z } from 'zod';
import {
  createDocument,
  type CreateDocumentOptions,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { rolesText } from '../../src/core/access.ts';
import { apiVersion, groupOf } from '../protocol.ts';
import type { Needs, Route } from './route.ts';
import { errorBody } from './schemas/error.ts';
import { zodOf } from './schemas/parts.ts';

export interface DocumentOptions {
  /** Address of the dashboard, with its base path. */
  readonly address: string;
  /** Name of the cookie that holds the secret of a session. */
  readonly cookie: string;
}

/** The OpenAPI 3.1 document of routes, each under its method and path. */
export function openApiDocument(routes: Readonly<Record<string, Route>>, { address, cookie }: DocumentOptions) {
  const paths: ZodOpenApiPathsObject = {};
  for (const [name, route] of Object.entries(routes)) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, route) };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'scadawatch',
      version: apiVersion,
      description:
        'HTTP API of the dashboard. Times are ms UTC in site time unless a name contains `wall`. ' +
        'A POST with a session needs the header `Origin` with the address of the dashboard. Any other answer than 200 has the body `Error`.',
    },
    servers: [{ url: address }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookie },
        token: { type: 'http', scheme: 'bearer', description: 'API token that an administrator has created' },
      },
    },
  };
  return createDocument(document, { override: nanAsNull });
}

/** JSON has no NaN: it is sent as null. */
const nanAsNull: NonNullable<CreateDocumentOptions['override']> = ({ zodSchema, jsonSchema }) => {
  if (zodSchema instanceof z.ZodNaN) jsonSchema.type = 'null';
};

function operationOf(name: string, { permission, summary, input, answer, isStream }: Route): ZodOpenApiOperationObject {
  if (!(input instanceof z.ZodObject)) throw new TypeError(`the input of ${name} is not an object schema`);
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
  const isEmpty = Object.keys(input.shape).length === 0;
  const asked = name.startsWith('POST ')
    ? { requestBody: { required: true, content: json(input) } }
    : isEmpty
      ? {}
      : { requestParams: { query: input } };
  return {
    summary,
    description: accessText(permission),
    security: permission === 'anybody' ? [] : [{ session: [] }, ...(groupOf(pathOf(name)) === undefined ? [] : [{ token: [] }])],
    ...asked,
    responses: {
      '200': {
        description: 'The answer.',
        content: isStream === true ? { 'text/event-stream': { schema: zodOf(answer) } } : json(zodOf(answer)),
      },
      default: { description: 'The request was refused or failed.', content: json(errorBody) },
    },
  };
}

const pathOf = (name: string): string => name.split(' ')[1] ?? '';

const accessText = (needs: Needs): string =>
  needs === 'anybody' ? 'Needs no session.' : `Needs permission ${needs}: role ${rolesText(needs)}.`;
