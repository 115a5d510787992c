// In the build, the page's words are data beside its script: they are read as JSON, which costs a browser less than script.
import type { Plugin } from 'vite'

/** Read when they are built: what a configuration imports at once makes the development server start anew at each edit. */
const DICTIONARIES = {
  zh: async () => (await import('./i18n/zh.ts')).zh,
  en: async () => (await import('./i18n/en.ts')).en,
}

const DICTIONARY = /i18n[\\/](zh|en)\.ts$/
const READER = '\0console/web/words'
const READ = `export const read = async (url) => {
  const answer = await fetch(url)
  if (answer.ok) return answer.json()
  throw Error('words: ' + answer.status + ', expected 200; reload the page')
}`
const BUILT = /^assets\/words-(?:zh|en)-.*\.json$/

/** Both languages are asked for with the first script: the first picture waits for one answer's time, not for two. */
export function wordsAsData(): Plugin {
  return {
    name: 'huacheng-words',
    apply: 'build',
    resolveId: (id) => (id === READER ? id : undefined),
    async load(id) {
      if (id === READER) return READ
      const name = DICTIONARY.exec(id)?.[1] as keyof typeof DICTIONARIES | undefined
      if (!name) return
      const source = JSON.stringify(await DICTIONARIES[name]())
      const file = this.emitFile({ type: 'asset', name: `words-${name}.json`, source })
      return `import { read } from '${READER}'; export const ${name} = await read(import.meta.ROLLUP_FILE_URL_${file})`
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.keys(bundle ?? {}).filter((file) => BUILT.test(file))
        return files.map((file) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'fetch', href: `./${file}`, crossorigin: '' },
          injectTo: 'head' as const,
        }))
      },
    },
  }
}
