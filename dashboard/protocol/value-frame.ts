/**
 * Samples of watched tags, columnar, little-endian. Header of 40 bytes: u32 magic, run, watch, count, flags (bit 0:
 * snapshot), reserved; f64 time, wallTime. Then the f64 columns value, receiveTime, sourceTime, lastGood, and the u32
 * columns tag, quality. A snapshot has every tag of the watch; other frames only tags with a new sample.
 */
export interface ValueFrame {
  readonly run: number;
  readonly watch: number;
  readonly snapshot: boolean;
  readonly time: number;
  readonly wallTime: number;
  readonly value: Float64Array<ArrayBuffer>;
  /** NaN before the tag's first sample. */
  readonly receiveTime: Float64Array<ArrayBuffer>;
  readonly sourceTime: Float64Array<ArrayBuffer>;
  readonly lastGood: Float64Array<ArrayBuffer>;
  readonly tag: Uint32Array<ArrayBuffer>;
  readonly quality: Uint32Array<ArrayBuffer>;
}

const magic = 0x31465753;
const headerBytes = 40;
const recordBytes = 4 * 8 + 2 * 4;

function columns(buffer: ArrayBuffer, count: number) {
  const f64 = (column: number): Float64Array<ArrayBuffer> => new Float64Array(buffer, headerBytes + column * count * 8, count);
  const u32 = (column: number): Uint32Array<ArrayBuffer> =>
    new Uint32Array(buffer, headerBytes + count * (32 + column * 4), count);
  return { value: f64(0), receiveTime: f64(1), sourceTime: f64(2), lastGood: f64(3), tag: u32(0), quality: u32(1) };
}

/** Creates a frame of `count` records; the caller fills its columns. */
export function createValueFrame(
  header: Pick<ValueFrame, 'run' | 'watch' | 'snapshot' | 'time' | 'wallTime'>,
  count: number,
): { readonly buffer: ArrayBuffer; readonly frame: ValueFrame } {
  const buffer = new ArrayBuffer(headerBytes + count * recordBytes);
  const view = new DataView(buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, header.run, true);
  view.setUint32(8, header.watch, true);
  view.setUint32(12, count, true);
  view.setUint32(16, header.snapshot ? 1 : 0, true);
  view.setFloat64(24, header.time, true);
  view.setFloat64(32, header.wallTime, true);
  return { buffer, frame: { ...header, ...columns(buffer, count) } };
}

/** Reads a frame without copying. @throws RangeError if the bytes are not a whole value frame */
export function readValueFrame(buffer: ArrayBuffer): ValueFrame {
  const view = new DataView(buffer);
  if (buffer.byteLength < headerBytes || view.getUint32(0, true) !== magic) throw new RangeError('not a value frame');
  const count = view.getUint32(12, true);
  if (buffer.byteLength !== headerBytes + count * recordBytes) throw new RangeError(`value frame of ${count} records is cut`);
  return {
    run: view.getUint32(4, true),
    watch: view.getUint32(8, true),
    snapshot: (view.getUint32(16, true) & 1) === 1,
    time: view.getFloat64(24, true),
    wallTime: view.getFloat64(32, true),
    ...columns(buffer, count),
  };
}
