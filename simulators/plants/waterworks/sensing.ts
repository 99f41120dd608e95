import { Instruments, type SensingState } from '../../plant-kit/sensing.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

export const instruments = new Instruments(sensors, points);

/** Index of a point's sensor. @throws RangeError if the controllers compute or keep the point themselves */
export const sensorOf = (point: string): number => instruments.sensorOf(point);

/** True if a point's transmitter signals failure, so that the controller must not use its value. */
export const failed = (state: SensingState, point: string): boolean => state.failed[sensorOf(point)] === 1;
