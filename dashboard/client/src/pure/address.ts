/** A tag's address in one line, for any collector: `input 110 float32`. */
export function addressText(address: unknown): string {
  if (typeof address !== 'object' || address === null) return String(address);
  const parts: readonly (readonly [string, unknown])[] = Object.entries(address);
  const plain = parts.filter(
    ([key, value]) =>
      ['string', 'number'].includes(typeof value) &&
      key !== 'controller' &&
      !(key === 'scale' && value === 1) &&
      !(value === 0 && !/register|address/.test(key)),
  );
  return plain.map(([key, value]) => (key === 'scale' ? `× ${String(value)}` : String(value))).join(' ');
}
