/** A protocol that is not decoded, recognised by its first bytes. */
export type ForeignProtocol = 'TLS' | 'SSH' | 'HTTP';

/** First bytes of SSH (RFC 4253) and HTTP (RFC 9110), from either side; `PRI` begins HTTP/2. */
const words: readonly (readonly [ForeignProtocol, Buffer])[] = [
  ['SSH', Buffer.from('SSH-')],
  ...['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'CONNECT ', 'OPTIONS ', 'TRACE ', 'PATCH ', 'PRI ', 'HTTP/'].map(
    (word) => ['HTTP', Buffer.from(word)] as const,
  ),
];

/** The protocol that a stream clearly begins with; undefined if it is unclear. */
export function foreignProtocol(bytes: Buffer): ForeignProtocol | undefined {
  if (isHello(bytes)) return 'TLS';
  return words.find(([, word]) => bytes.subarray(0, word.length).equals(word))?.[0];
}

/**
 * True for a TLS record with a ClientHello or ServerHello (RFC 8446). The minor version is not 0, so that it cannot be a Modbus
 * header, whose third byte is 0.
 */
function isHello(bytes: Buffer): boolean {
  const [type, major, minor = 0, , , message = 0] = bytes;
  return type === 0x16 && major === 3 && minor >= 1 && minor <= 4 && (message === 1 || message === 2);
}
