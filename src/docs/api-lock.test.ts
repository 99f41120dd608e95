import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { route } from '../../dashboard/api/route.ts';
import { type ApiLock, apiLock, apiLockFile, lockProblem } from './api-lock.ts';

const lockOf = (answer: z.ZodType, version: string, name = 'GET /api/x', summary = 'Returns x.'): ApiLock =>
  apiLock({ [name]: route({ permission: 'view', summary, input: z.strictObject({}), answer, handler: () => ({}) }) }, version);
const before = lockOf(z.strictObject({ a: z.string() }), '1.4');

it('the stored lock is that of this version: run npm run docs after increasing apiVersion', () => {
  expect(apiLock()).toEqual(JSON.parse(readFileSync(apiLockFile, 'utf8')));
});

it('a changed schema needs another version, also one that several routes share', () => {
  const changed = z.strictObject({ a: z.string(), b: z.number() });
  expect(lockProblem(before, lockOf(changed, '1.4'))).toContain('GET /api/x: the schema is not that of version 1.4');
  expect(lockProblem(before, lockOf(changed, '1.5'))).toBeUndefined();
  const shared = (one: z.ZodType, version: string) => lockOf(z.strictObject({ s: one }), version);
  const named = shared(z.strictObject({ p: z.string() }).meta({ id: 'ApiLockPart' }), '1.4');
  const other = shared(z.strictObject({ p: z.number() }).meta({ id: 'ApiLockOther' }), '1.4');
  expect(lockProblem(named, other)).toBeDefined();
});

it('a changed text does not, and a removed route needs another first number', () => {
  const texts = lockOf(z.strictObject({ a: z.string().describe('text') }), '1.4', 'GET /api/x', 'Returns an x.');
  expect(lockProblem(before, texts)).toBeUndefined();
  const renamed = (version: string) => lockOf(z.strictObject({ a: z.string() }), version, 'GET /api/y');
  expect(lockProblem(before, renamed('1.5'))).toContain('GET /api/x: removed');
  expect(lockProblem(before, renamed('2.0'))).toBeUndefined();
});
