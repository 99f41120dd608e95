/** Texts of the drawings. */
export const texts = {
  title: {
    pumpingStation: 'Pumping station with clearwell',
  },
  label: {
    clearwell: (low: number, high: number) => `Clearwell, ${low} to ${high} m`,
    fromTreatment: 'From treatment',
    toNetwork: 'To network',
    suction: 'Suction',
    discharge: 'Discharge',
    outflow: 'Outflow',
    leadPump: 'Lead pump',
    running: 'Running',
    stopped: 'Stopped',
    tripped: 'Tripped',
    speed: 'Speed',
  },
} as const;
