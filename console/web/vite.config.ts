// Builds the page into console/web/dist, with a .br and a .gz beside every text asset so that the server compresses nothing; serves it in development.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin, type UserConfig } from 'vite'
import { cityCheck, cityProxy, cityUrl, patientLogger } from './dev-proxy.config.ts'
import { hotWords } from './hot-words.config.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
const TEXT = /\.(?:html|js|mjs|css|svg|json)$/

/** Writes `<file>.br` beside every text file of the finished build, and `.gz`: browsers take no brotli over plain http. */
function compressedFiles(): Plugin {
  return {
    name: 'huacheng-compressed',
    apply: 'build',
    async closeBundle() {
      const dist = join(root, 'dist')
      const entries = (await readdir(dist, { recursive: true })).filter((e) => TEXT.test(e))
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
      await Promise.all(
        entries.map(async (entry) => {
          const bytes = await readFile(join(dist, entry))
          await writeFile(join(dist, `${entry}.br`), await brotli(bytes, { params }))
          await writeFile(
            join(dist, `${entry}.gz`),
            await zip(bytes, { level: constants.Z_BEST_COMPRESSION }),
          )
        }),
      )
    },
  }
}

const page: UserConfig = {
  root,
  // Relative: the page may lie under any path (--base-path).
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressedFiles()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The library in a chunk of its own: cached apart from our code, and our code's size can be held to a budget.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'maplibre', test: /node_modules[\\/]maplibre-gl/ }] },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
  },
}

const HOST = '127.0.0.1'

/** The page from its sources, hot reloaded, beside a running city. */
function development(): UserConfig {
  const city = cityUrl(process.env)
  return {
    ...page,
    plugins: [...(page.plugins ?? []), hotWords(), cityCheck(city)],
    customLogger: patientLogger(city),
    clearScreen: false,
    server: { host: HOST, proxy: cityProxy(city) },
  }
}

export default defineConfig(({ command }) => (command === 'serve' ? development() : page))
