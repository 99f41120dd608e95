/** Styles are imported for their effect; the build extracts them to files. */
declare module '*.css';
