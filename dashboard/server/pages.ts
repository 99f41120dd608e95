import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import type { Express, NextFunction, Request, Response, Router } from 'express';
import helmet from 'helmet';
import type { Gate } from './gate.ts';

/**
 * Sets the headers of every answer. Scripts and styles come only from this server, none inline: pages set styles by script
 * (CSSOM), never by a style attribute in markup.
 */
export function secureHeaders(app: Express, gate: Gate, isTls: boolean): void {
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('strict routing', true);
  app.set('case sensitive routing', true);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (gate.isForThisHost(request)) return next();
    response
      .status(421)
      .type('text')
      .send('This is not the address of the dashboard. Use its own address, or add this one to dashboard.origins.');
  });
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: isTls,
    }),
  );
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
}

/**
 * Serves the built client from memory: a disk that hangs must not stop the pages. It contains no data of the plant, so that it is available
 * before sign-in.
 */
export async function servePages(pages: Router, clientDir: string): Promise<void> {
  const files = await readFiles(clientDir);
  const index = files.get('/index.html');
  pages.get('/', (_request: Request, response: Response) => {
    if (index !== undefined) response.type('html').send(index);
    else response.status(503).type('text').send('The pages are not built. Run: npx vite build dashboard/client');
  });
  pages.get('/{*page}', (request: Request, response: Response) => {
    const { path } = request;
    const file = files.get(path);
    // the build puts a hash of the content into the names under assets/
    if (path.startsWith('/assets/') && file !== undefined)
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    if (file !== undefined) response.type(extname(path)).send(file);
    else if (path.startsWith('/assets/')) response.status(404).type('text').send('This file does not exist. Reload the page.');
    // addresses in the page are relative to its folder
    else response.redirect(302, `${request.baseUrl}/`);
  });
}

/** Files of a folder by their paths in addresses; none if it does not exist. */
async function readFiles(dir: string): Promise<ReadonlyMap<string, Buffer>> {
  const root = resolve(dir);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const read = async (path: string): Promise<[string, Buffer]> => [
    `/${relative(root, path).replaceAll(sep, '/')}`,
    await readFile(path),
  ];
  return new Map(await Promise.all(paths.map(read)));
}

/** Serves everything below the base path and nothing beside it. */
export function serveBelow(app: Express, basePath: string, pages: Router): void {
  if (basePath === '') {
    app.use(pages);
    return;
  }
  app.get(basePath, (_request: Request, response: Response) => response.redirect(308, `${basePath}/`));
  app.use(basePath, pages);
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text').send(`The dashboard is at ${basePath}/.`);
  });
}
