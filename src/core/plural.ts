/**
 * Plural of an English noun, for counted things: `battery`, `batteries`. A noun that ends like a plural, and one without a plural, stay
 * as they are.
 */
export function plural(noun: string): string {
  if (/(equipment|gear)$/i.test(noun)) return noun;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(ss|us|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return noun.endsWith('s') ? noun : `${noun}s`;
}
