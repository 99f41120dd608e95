import fc from 'fast-check';
import { answer, ask } from './modbus-wire.ts';

/** A request and its answer, well formed, of any function. */
export const exchange: fc.Arbitrary<{ request: Buffer; response: Buffer; operation: string; refused: boolean }> = fc
  .record({
    which: fc.constantFrom(
      'bits',
      'registers',
      'coil',
      'register',
      'coils',
      'many',
      'mask',
      'both',
      'fifo',
      'diagnostic',
      'file',
      'fileRead',
      'identity',
      'status',
      'counter',
      'log',
      'id',
      'user',
    ),
    start: fc.integer({ min: 0, max: 65_000 }),
    values: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 20 }),
    odd: fc.boolean(),
    refused: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  })
  .map(({ which, start, values, odd, refused }) => {
    const bits = values.map((value) => value % 2 === 1);
    const pair = (): [Buffer, Buffer, string] => {
      switch (which) {
        case 'bits':
          return [ask.read(odd ? 1 : 2, start, bits.length), answer.bits(odd ? 1 : 2, bits), odd ? 'FC1' : 'FC2'];
        case 'registers':
          return [ask.read(odd ? 3 : 4, start, values.length), answer.registers(odd ? 3 : 4, values), odd ? 'FC3' : 'FC4'];
        case 'coil':
          return [ask.coil(start, odd), answer.echo(ask.coil(start, odd)), 'FC5'];
        case 'register':
          return [ask.register(start, values.length), answer.echo(ask.register(start, values.length)), 'FC6'];
        case 'coils':
          return [ask.coils(start, bits), answer.wrote(ask.coils(start, bits)), 'FC15'];
        case 'many':
          return [ask.registers(start, values), answer.wrote(ask.registers(start, values)), 'FC16'];
        case 'mask':
          return [ask.mask(start, 0xff0f, 0x20), answer.echo(ask.mask(start, 0xff0f, 0x20)), 'FC22'];
        case 'both':
          return [ask.both(start, values.length, 5, [1, 2]), answer.registers(23, values), 'FC23'];
        case 'fifo':
          return [ask.fifo(start), answer.fifo(values), 'FC24'];
        case 'diagnostic':
          return [ask.diagnostic(odd ? 0 : 11, 7), answer.echo(ask.diagnostic(odd ? 0 : 11, 7)), odd ? 'FC8/0' : 'FC8/11'];
        case 'file':
          return [ask.file(4, 7, values), answer.echo(ask.file(4, 7, values)), 'FC21'];
        case 'fileRead':
          return [ask.fileRead(4, 7, values.length), answer.fileRead(values), 'FC20'];
        case 'identity':
          return [ask.identity(), answer.identity(['Maker', 'Code', '1.0']), 'FC43/14'];
        case 'status':
          return [ask.bare(7), answer.status(3), 'FC7'];
        case 'counter':
          return [ask.bare(11), answer.counter(9), 'FC11'];
        case 'log':
          return [ask.bare(12), answer.counted(12, Buffer.alloc(7)), 'FC12'];
        case 'id':
          return [ask.bare(17), answer.counted(17, Buffer.from('PLC\xff', 'latin1')), 'FC17'];
        case 'user':
          return [Buffer.from([100, 1, 2]), Buffer.from([100, 3]), 'FC100'];
      }
    };
    const [request, response, operation] = pair();
    return { request, response: refused ? answer.refusal(request[0] ?? 0, 2) : response, operation, refused };
  });

/** Cuts bytes at random positions. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length)).filter(({ length }) => length > 0);
}

const transactions = fc.integer({ min: 0, max: 3 });
export const dialogue = fc.array(
  fc.record({
    exchange,
    unit: fc.integer({ min: 0, max: 2 }),
    transaction: transactions,
    answered: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);
