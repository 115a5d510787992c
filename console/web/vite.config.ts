// Builds the page into console/web/dist, with a .br and a .gz beside every text asset so that the server compresses nothing; serves it in development.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin, transformWithOxc, type UserConfig } from 'vite'
import { cityCheck, cityProxy, cityUrl, patientLogger } from './dev-proxy.config.ts'
import { hotWords } from './hot-words.config.ts'
import { wordsAsData } from './words-as-data.config.ts'

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

const LIBRARY = /node_modules[\\/]maplibre-gl/
const MAP_SOURCES = fileURLToPath(new URL('../../node_modules/maplibre-gl/src/', import.meta.url))
const DECLARED_ONLY = {
  assumptions: { setPublicClassFields: true },
  typescript: { removeClassFieldsWithoutInitializer: true },
}

/**
 * The map library from its own sources: its published files carry all that page and worker share twice, 86 kB of brotli.
 * Built together they share it, as one file that both load.
 */
function mapFromSources(): Plugin {
  return {
    name: 'huacheng-map-sources',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (id === 'maplibre-gl' ? join(MAP_SOURCES, 'index.ts') : undefined),
    // The worker as a chunk of this build, not as one of its own; what a page imports is where it lies.
    load(id) {
      if (!id.includes('maplibre-gl-worker.mjs')) return
      const file = this.emitFile({
        type: 'chunk',
        id: join(MAP_SOURCES, 'source/worker.ts'),
        name: 'maplibre-worker',
      })
      return `export default import.meta.ROLLUP_FILE_URL_${file}`
    },
    // As the library's own build takes its types: a field that is only declared is none.
    transform: (code, id) =>
      id.startsWith(MAP_SOURCES) && id.endsWith('.ts')
        ? transformWithOxc(code, id, DECLARED_ONLY)
        : undefined,
  }
}

/** Children as arguments: in all of it a kilobyte less than as properties. What draws nothing must not load the page's script. */
function drawnByPreact(): Plugin {
  return {
    name: 'huacheng-drawn',
    enforce: 'pre',
    transform: (code, id) =>
      /console.web.*\.tsx$/.test(id) ? `import { Fragment, h } from 'preact'; ${code}` : undefined,
  }
}

/** Shaders without what only people read. */
function shortShaders(): Plugin {
  const short = (shader: string) =>
    shader
      .replace(/\/\/.*/g, '')
      .replace(/\s*\n\s*/g, '\n')
      .replace(/ ?([-+*/=<>&|?:;,(){}]) ?/g, '$1')
      .replace(/([;{}])\n/g, '$1')
  return {
    name: 'huacheng-shaders',
    apply: 'build',
    enforce: 'pre',
    transform: (code, id) =>
      /shaders\.ts$/.test(id) && !/node_modules/.test(id)
        ? code.replace(/`#version[^`]*`/g, short)
        : undefined,
  }
}

/** Styles of later parts come before their script; the builder's own helper is four times as long, for browsers of the past. */
const STYLES_FIRST = `
  const asked = {}
  export const __vitePreload = (load, files = [], from) =>
    Promise.all(files.map((file) => (asked[file] ??= new Promise((onload, fail) => {
      const onerror = () => {
        delete asked[file]
        fail(Error(file + ' did not come'))
      }
      const its = { rel: 'stylesheet', href: new URL(file, from), onload, onerror }
      document.head.append(Object.assign(document.createElement('link'), its))
    })))).then(load)`

function stylesFirst(): Plugin {
  return {
    name: 'huacheng-styles-first',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === '\0vite/preload-helper.js' ? STYLES_FIRST : undefined),
  }
}

/** The browser asks for the map's files with the page's: they are here when the shell stands. */
function mapAhead(): Plugin {
  return {
    name: 'huacheng-map-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((it) => it.type === 'chunk')
        const importsOf = (of: (it: (typeof chunks)[number]) => boolean): Set<string> => {
          const files = new Set(chunks.filter(of).map(({ fileName }) => fileName))
          for (const file of files) {
            const imports = chunks.find(({ fileName }) => fileName === file)?.imports ?? []
            for (const imported of imports) files.add(imported)
          }
          return files
        }
        const page = importsOf((it) => it.facadeModuleId?.endsWith('index.html') ?? false)
        const map = [...importsOf(({ name }) => name === 'city-map')].filter((it) => !page.has(it))
        if (map.length === 0) throw new Error('vite: no chunk city-map, expected a file of its own')
        return map.map((file) => ({
          tag: 'link',
          attrs: {
            ...{ rel: 'modulepreload', crossorigin: true, fetchpriority: 'low' },
            href: `./${file}`,
          },
          injectTo: 'head',
        }))
      },
    },
  }
}

/** What comes once the map stands. */
const LATER =
  /console.web.ui.(?:charts.(?!late-charts)|shell.late-parts|proof|engine|find|incidents.(?:incident-form|place-fields)|presenting.(?:presenter|picture))/
/** What only a page over a recording asks for, and what only one over a demo that can record. */
const REPLAY = /console.web.ui.replay/
const RECORD = /console.web.ui.record/
/** And one whose readings another engine says. */
const OTHER_ENGINE = /console.web.ui.other-engine/
/** And one over two recordings. */
const BESIDE = /console.web.(?:ui.beside|styles.beside)/
const LIVE_MAP = /console.web.map/
const PAGE = /console.web|node_modules.@?preact/

const page: UserConfig = {
  root,
  // Relative: the page may lie under any path (--base-path).
  base: './',
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  define: { 'window.__PREACT_SIGNALS_DEVTOOLS__': 'false' },
  plugins: [
    mapFromSources(),
    wordsAsData(),
    drawnByPreact(),
    shortShaders(),
    stylesFirst(),
    mapAhead(),
    compressedFiles(),
  ],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, needed) => needed.filter((it) => it.endsWith('.css')),
    },
    // The library in a chunk of its own: cached apart from our code, and our code's size can be held to a budget.
    rolldownOptions: {
      output: {
        // The charts' library is asked for as it is, and its file named for it.
        chunkFileNames: ({ name }) =>
          `assets/${name.startsWith('uPlot') ? 'uplot' : '[name]'}-[hash].js`,
        codeSplitting: {
          groups: [
            { name: 'maplibre', test: LIBRARY, entriesAware: true },
            // In few files: apart, small ones weigh a tenth more.
            {
              name: 'page',
              test: (id) =>
                PAGE.test(id) &&
                ![LATER, LIVE_MAP, REPLAY, RECORD, OTHER_ENGINE, BESIDE].some((it) => it.test(id)),
              priority: 2,
            },
            { name: 'later', test: LATER, priority: 1 },
            { name: 'replay', test: REPLAY, priority: 1 },
            { name: 'record', test: RECORD, priority: 1 },
            { name: 'other-engine', test: OTHER_ENGINE, priority: 1 },
            { name: 'beside', test: BESIDE, priority: 1 },
          ],
        },
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
