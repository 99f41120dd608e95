import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';

/**
 * Builds the client into `dist`, with every asset in a separate file: the server's content policy permits no inline code or data.
 */
export default defineConfig({
  plugins: [solid()],
  // relative, so that the pages work below any base path
  base: './',
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', reportCompressedSize: false },
});
