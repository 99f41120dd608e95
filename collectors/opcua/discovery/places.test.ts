import { NodeClass, NodeId } from 'node-opcua-client';
import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../requests/browse.ts';
import { stepsOf } from '../requests/paths.ts';
import { placesOf } from './places.ts';

const node = (path: string): TreeNode => ({
  nodeId: new NodeId(),
  path,
  browseName: stepsOf(path).at(-1)?.replace(/^\d+:/, '') ?? '',
  displayName: '',
  nodeClass: NodeClass.Variable,
  typeDefinition: '',
});

/** `name @ area / equipment` of each. */
const places = (...paths: string[]): string[] =>
  placesOf(paths.map(node)).map(({ name, area = '-', equipment = '-' }) => `${name} @ ${area} / ${equipment}`);

describe('the place of a variable', () => {
  it('follows from its folders: the first is the area, the others the equipment', () => {
    expect(places('/2:Intake/2:P1/2:Flow', '/2:Filters/2:F1/2:Bed/2:Level', '/2:Alone')).toEqual([
      'Flow @ Intake / P1',
      'Level @ Filters / F1.Bed',
      'Alone @ - / -',
    ]);
  });

  it('omits folders that contain all variables', () => {
    const all = places('/2:Site/2:PLC/2:Intake/2:P1/2:Flow', '/2:Site/2:PLC/2:Net/2:P2/2:Head');
    expect(all).toEqual(['Flow @ Intake / P1', 'Head @ Net / P2']);
    // but an area and an equipment remain
    expect(places('/2:Site/2:Intake/2:P1/2:Flow', '/2:Site/2:Intake/2:P1/2:Head')).toEqual([
      'Flow @ Intake / P1',
      'Head @ Intake / P1',
    ]);
    expect(places('/2:Device/2:Flow', '/2:Device/2:Head')).toEqual(['Flow @ Device / -', 'Head @ Device / -']);
  });

  it('extends the name if the name alone is ambiguous', () => {
    expect(places('/2:A/2:P1/2:Speed', '/2:A/2:P2/2:Speed', '/2:B/2:Speed', '/2:B/2:Level')).toEqual([
      'P1.Speed @ A / P1',
      'P2.Speed @ A / P2',
      'B.Speed @ B / -',
      'Level @ B / -',
    ]);
  });

  it('distinguishes equipment of the same name by its parent folders', () => {
    expect(places('/2:A/2:P1/2:Speed', '/2:B/2:P1/2:Speed', '/2:Speed')).toEqual([
      'A.P1.Speed @ A / P1',
      'B.P1.Speed @ B / P1',
      'Speed @ - / -',
    ]);
  });

  it('keeps slashes within names', () => {
    expect(places('/2:A&/B/2:P1/2:Flow')).toEqual(['Flow @ A/B / P1']);
  });
});
