/** Texts of the drawings. */
export const texts = {
  label: {
    on: 'Running',
    off: 'Stopped',
    fault: 'Fault',
  },
} as const;
