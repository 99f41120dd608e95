/** Texts about acts that wait for a second person. */
export const texts = {
  title: {
    waiting: 'Acts that wait for a second person',
    decide: (act: string) => `Decide: ${act}`,
  },
  column: { act: 'Act', by: 'Requested by', expires: 'Ends without approval', decide: 'Decide' },
  button: { open: 'Decide', approve: 'Approve and perform', reject: 'Reject' },
  note: { own: 'your own', effect: 'performed when another user approves' },
  sentence: {
    none: 'No act waits. Unlearning, new figures, learning as normal, longer shelving, confirmations of the configuration and reference sets wait here for another user.',
    own: 'This request is your own. Another user must approve it; you can reject it.',
    approve: 'The act is performed at once, in the name of the user who requested it.',
  },
} as const;
