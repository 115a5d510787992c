// In development an edited word appears on the open page: nothing is loaded anew, and the page's state stays.
import type { Plugin } from 'vite'

const FILE = /\/i18n\/i18n\.ts$/

/** Words are read whenever the page is drawn, and it is drawn anew when its language changes, even if only for a moment. */
const ACCEPT = `
if (import.meta.hot) {
  import.meta.hot.accept(['./zh.ts', './en.ts'], ([editedZh, editedEn]) => {
    if (editedZh) DICTIONARIES.zh = editedZh.zh
    if (editedEn) DICTIONARIES.en = editedEn.en
    const shown = lang.value
    lang.value = shown === 'zh' ? 'en' : 'zh'
    lang.value = shown
  })
}`

/** Added here, because the words are also read where no development server is: in tests. */
export function hotWords(): Plugin {
  return {
    name: 'huacheng-hot-words',
    apply: 'serve',
    transform: (code, id) => (FILE.test(id) ? { code: code + ACCEPT, map: null } : null),
  }
}
