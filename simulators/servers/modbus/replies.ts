import type { Plant } from '../../../src/core/plant.ts';
import { answer } from './functions.ts';
import { identityOf } from './identity.ts';
import { PlantImage } from './image.ts';

/** Replies of one controller without a port: PDU of a request to PDU of its reply. Writes change the plant. */
export function repliesOf(plant: Plant, controller: string): (request: Buffer) => Buffer {
  const image = new PlantImage(plant, controller);
  const identity = identityOf(controller);
  return (request) => answer(request, image, identity).pdu;
}
