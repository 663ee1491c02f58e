import { defineConfig } from 'vite'

// The dashboard's page, into the package. The server reads all of it at start, see src/dashboard/page-files.ts.
export default defineConfig({
  root: 'src/page',
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0, // the content security policy knows no data: addresses
    reportCompressedSize: false,
  },
})
