import type { Permission } from '../../src/core/access.ts';
import type { Device } from '../accounts/known-devices.ts';
import type { Session } from '../accounts/sessions.ts';
import type { SchemaOf } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Required permission; `anybody` requires no session. */
export type Needs = Permission | 'anybody';

/** One request that has passed its permission and its input schema. */
export interface Call<Input, Needed extends Needs> {
  readonly input: Input;
  /** Present for each route that requires a permission. */
  readonly session: Needed extends Permission ? Session : Session | undefined;
  readonly address: string;
  /** Network of the address, by which attempts are counted. */
  readonly network: string;
  /** The device, if a user has signed in on it before. */
  readonly device: Device | undefined;
  /** Aborts when the browser disconnects or the server stops. */
  readonly signal: AbortSignal;
  /** Sets the secret of a session as a cookie, or removes it. */
  readonly setSecret: (secret: string | undefined) => void;
  /** Sets the cookie of a known device. */
  readonly setDevice: (cookie: string) => void;
  /** Address of the dashboard as the browser uses it, with a slash at its end. */
  readonly page: string;
  /** Sign-in at the identity provider that this browser has begun, sealed. */
  readonly pending: string | undefined;
  /** Keeps such a sign-in in a cookie, or removes it. */
  readonly setPending: (sealed: string | undefined) => void;
}

/**
 * One route of the HTTP API. The server checks permission and input; client types and the OpenAPI document come from both schemas.
 * Answers are not validated at run time, because parsing large ones costs more than making them. Tests validate every answer.
 */
export interface Route<Needed extends Needs = Needs, Input = unknown, Answer = unknown> {
  readonly permission: Needed;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  /** Query of a GET, JSON body of a POST: a strict object. */
  readonly input: SchemaOf<Input>;
  readonly answer: SchemaOf<Answer>;
  /** True if a user who must set up a second factor may use it before. */
  readonly whileEnrolling?: true;
  /** True if the answer is a stream of server-sent events. */
  readonly isStream?: true;
  /** Largest JSON body of a POST; 16 kB if absent. */
  readonly bodyBytes?: number;
  // a method, so that a table can hold routes of different inputs
  handler(call: Call<Input, Needed>, services: Services): Answer | Promise<Answer>;
}

interface Definition<Needed extends Needs, Input, Answer> extends Omit<Route<Needed, Input, Answer>, 'handler'> {
  readonly handler: (call: Call<Input, Needed>, services: Services) => NoInfer<Answer> | Promise<NoInfer<Answer>>;
}

/** Defines a route; the types of its handler follow from its schemas. */
export const route = <const Needed extends Needs, Input, Answer>(
  definition: Definition<Needed, Input, Answer>,
): Route<Needed, Input, Answer> => definition;
