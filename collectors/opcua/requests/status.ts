import { StatusCode, StatusCodes } from 'node-opcua-client';

const known = Object.values(StatusCodes as unknown as Record<string, unknown>).filter((code) => code instanceof StatusCode);
const byValue = new Map(known.map((code) => [code.value, code]));
const byName = new Map(known.map((code) => [code.name, code]));

/** StatusCode of the library by its number; an unknown number is BadUnexpectedError. */
export const codeOf = (value: number): StatusCode => byValue.get(value) ?? StatusCodes.BadUnexpectedError;

/** The StatusCode that an error of the library names; undefined if it names none. */
export function statusOf(thrown: unknown): number | undefined {
  const name = /\bBad[A-Z]\w+/.exec(thrown instanceof Error ? thrown.message : '')?.[0];
  return name === undefined ? undefined : byName.get(name)?.value;
}
