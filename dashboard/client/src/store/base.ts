/** Address of a path of this server, also where the dashboard is served below a base path. */
export const addressOf = (path: string): URL => new URL(path.replace(/^\//, ''), document.baseURI);
