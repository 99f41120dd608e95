import type { Scenario } from '../../../src/core/scenario.ts';

/** Thunderstorm: voltage sags, rain, and a line fault that the relay clears: see README.md of this folder. */
export const storm: Scenario = {
  id: 'storm',
  plant: 'substation',
  kind: 'benign',
  title: 'Thunderstorm with a cleared line fault',
  description:
    'A thunderstorm passes: a distant fault lowers the voltage for two seconds, lightning strikes the line of feeder 4, and rain fills the forebay.',
  techniques: [],
  physicalResult:
    'The relay of feeder 4 clears the fault, and the feeder has its supply again within ten seconds. Nothing stays open.',
  difficulty: 2,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'voltage-sag', value: 0.05 } },
      text: 'a distant fault lowers the voltage',
    },
    {
      atS: 300,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'line-fault', value: 4 } },
      text: 'lightning strikes the line of feeder 4',
    },
    {
      atS: 320,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'rain', value: 2 } },
      text: 'rain fills the forebay',
    },
  ],
  truth: [],
};
