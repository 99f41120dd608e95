import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from './document.ts';

const faultOf = (text: string, options = {}): string => {
  try {
    readDocument(text, 'plant.yaml', options);
    return '';
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

// without bounds, the library needs minutes for 500 levels of names, and exhausts the stack beyond some thousand levels of values
it.each([
  ['names', '? '.repeat(3_000) + '1', /^plant\.yaml:1:\d+ the file is nested too deeply to be read: more than 100 levels$/],
  ['names in braces', '{'.repeat(3_000) + '1' + '}'.repeat(3_000), /nested too deeply/],
  ['few names', '{'.repeat(40) + '1' + '}'.repeat(40), /^plant\.yaml:1:2 a name must be a text$/],
  ['lists', 'a: ' + '['.repeat(1_000_000), /nested too deeply/],
  ['list entries', '- '.repeat(3_000) + '1', /nested too deeply/],
  ['maps', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), /^plant\.yaml:10\d:\d+ .*nested too deeply/],
])('nesting of %s is refused with its place', (_, text, fault) => expect(faultOf(text)).toMatch(fault));

it('a name that schemas and objects lose silently is refused with its place, at any depth', () => {
  expect(faultOf('tags:\n  LT1: {a: 1}\n  __proto__: {a: 1}\n')).toMatch(
    /^plant\.yaml:3:3 the name __proto__ is a reserved word/,
  );
  expect(faultOf('a: [{b: {"__proto__": 1}}]')).toMatch(/^plant\.yaml:1:\d+ the name __proto__/);
});

it('has no second document, and aliases only where they are wanted', () => {
  expect(faultOf('a: 1\n---\nb: 2\n')).toBe('plant.yaml:2:1 a second document begins here');
  expect(faultOf('a: &x 1\nb: *x\n')).toBe('');
  expect(faultOf('a: &x 1\nb: *x\n', { aliasedNodes: 0 })).toMatch(
    /^plant\.yaml:2:4 the alias \*x is not permitted in this file$/,
  );
});

it('has the values that the library reads, for any text without repeated names', () => {
  const part = fc.constantFrom(
    'a',
    'b: 1',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '\n',
    '\n  ',
    ': ',
    '"x"',
    "'y'",
    '# c\n',
    '&a ',
    '*a',
    '|\n  t\n',
    '? ',
    '1.5',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let own: unknown;
      try {
        own = readDocument(text, 'f').value;
      } catch {
        return;
      }
      expect(own).toEqual(parse(text));
    }),
    { seed: 5, numRuns: 1_000 },
  );
});
