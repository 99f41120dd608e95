import type { PlantAddress, PlantPoint } from '../../src/core/plant.ts';

export type Span = readonly [low: number, high: number];

interface Extra {
  readonly unit?: string;
  readonly type?: PlantAddress['type'];
  readonly scale?: number;
  readonly writable?: boolean;
}

/** Builds the points of one equipment on one controller. */
export class Rows {
  readonly points: PlantPoint[] = [];
  readonly #controller: string;
  readonly #opcua: boolean;

  constructor(controller: string, opcua = false) {
    this.#controller = controller;
    this.#opcua = opcua;
  }

  /** A measurement: float32 in an input register pair unless `extra` says otherwise. */
  input(where: string, signal: string, address: number, span: Span, description: string, extra: Extra = {}): this {
    return this.#row(where, signal, 'input', address, span, description, { type: 'float32', ...extra });
  }

  /** A set-point, mode, parameter or internal value of the controller. */
  holding(where: string, signal: string, address: number, span: Span, description: string, extra: Extra = {}): this {
    return this.#row(where, signal, 'holding', address, span, description, { type: 'float32', ...extra });
  }

  /** A status bit. */
  status(where: string, signal: string, address: number, description: string): this {
    return this.#row(where, signal, 'discrete-input', address, [0, 1], description, { type: 'bit' });
  }

  /** A command bit, writable. */
  command(where: string, signal: string, address: number, description: string): this {
    return this.#row(where, signal, 'coil', address, [0, 1], description, { type: 'bit', writable: true });
  }

  /** `where` is `area/equipment`; the point's name is `equipment.signal`. */
  #row(
    where: string,
    signal: string,
    table: PlantAddress['table'],
    address: number,
    span: Span,
    description: string,
    extra: Extra & { readonly type: PlantAddress['type'] },
  ): this {
    const [area = '', equipment = ''] = where.split('/');
    this.points.push({
      name: `${equipment}.${signal}`,
      description,
      area,
      equipment,
      unit: extra.unit ?? '',
      low: span[0],
      high: span[1],
      writable: extra.writable ?? false,
      modbus: { controller: this.#controller, table, address, type: extra.type, scale: extra.scale ?? 1 },
      opcua: this.#opcua,
    });
    return this;
  }
}

/** Holding registers 900–909 of both controllers: diagnostics of the controller itself. */
export function controllerBlock(controller: string, area: string): PlantPoint[] {
  const where = `${area}/${controller.toUpperCase()}`;
  const word = { type: 'uint16' } as const;
  return new Rows(controller)
    .holding(where, 'HB', 900, [0, 65535], 'Heartbeat, +1 per scan second', word)
    .holding(where, 'MODE', 901, [0, 2], 'Controller mode', word)
    .holding(where, 'SCAN', 902, [0, 100], 'Scan time', { type: 'uint16', unit: 'ms', scale: 0.1 })
    .holding(where, 'FO', 903, [0, 99], 'First-out code', word)
    .holding(where, 'TIME', 904, [0, 4294967295], 'Controller clock, seconds since 1970', { type: 'uint32', unit: 's' })
    .holding(where, 'FW', 906, [0, 65535], 'Firmware version × 100', word)
    .holding(where, 'SEQ', 907, [0, 65535], 'Count of accepted network writes', word).points;
}
