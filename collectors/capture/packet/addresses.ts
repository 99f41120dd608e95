/** Text of an IPv4, IPv6 (RFC 5952) or Ethernet address; the length of 4, 16 or 6 bytes determines the kind. */
export function addressText(bytes: Buffer, at: number, length: 4 | 6 | 16): string {
  if (length === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  if (length === 16) return ipv6Text(bytes, at);
  return Array.from({ length }, (_, i) => bytes.toString('hex', at + i, at + i + 1)).join(':');
}

function ipv6Text(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i));
  const run = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return run.length < 2 ? text(0, 8) : `${text(0, run.from)}::${text(run.from + run.length, 8)}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { from: i - length + 1, length };
  });
  return best;
}
