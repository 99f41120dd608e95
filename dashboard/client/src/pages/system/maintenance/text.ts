/** Texts of the maintenance page. */
export const texts = {
  title: {
    maintenance: 'Maintenance',
    planned: 'Planned maintenance',
    outOfService: (place: string) => `Take ${place} out of service`,
    plan: (place: string) => `Plan maintenance of ${place}`,
  },
  label: {
    place: 'Part of the plant',
    choosePlace: 'Choose a part of the plant',
    placeArea: (name: string) => `Area ${name}`,
    placeEquipment: (id: string, name: string) => `${id}, ${name}`,
    placeDevice: (name: string) => `Device ${name}`,
    begin: 'Begin, site time; empty for now',
    now: 'now',
    repeat: 'Repeat',
    repeats: { once: 'Once', day: 'Each day', week: 'Each week', month: 'Each month' },
  },
  column: { until: 'Until', left: 'Time left', by: 'By', end: 'End', next: 'Next begin', remove: 'Remove' },
  button: {
    outOfService: 'Take out of service',
    plan: 'Plan maintenance',
    endMaintenance: 'End maintenance',
    cancel: 'Remove the plan',
  },
  note: {
    maintenance: 'out of service: not annunciated, not learned',
    planned: 'begins by itself, at the same time of day of the site',
    reason: (reason: string) => `reason: ${reason}`,
    begin: (local: string, repeat: string) => `Begin ${local}, ${repeat}`,
  },
  sentence: {
    none: 'Nothing is under maintenance.',
    nonePlanned: 'No maintenance is planned. State a begin or a repetition in the form above.',
    effect: (place: string, time: string) =>
      `Alerts of ${place} are not annunciated for ${time}. Nothing is learned from it meanwhile.`,
  },
} as const;
