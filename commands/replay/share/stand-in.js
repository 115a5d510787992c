// In the page of a shared recording: says again what the console said, and starts the page's own files from memory.
const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))

async function unpacked(id) {
  const bytes = bytesOf(document.getElementById(id).textContent)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}

const [files, { began, reads, messages }] = await Promise.all([
  unpacked('shared-files'),
  unpacked('shared-tape'),
])
const names = Object.keys(files)
const NOT_HERE =
  '此文件只回放所录内容，重新载入可再次播放 · this file only plays what was recorded; reload it to play it again'

// The page's clock stands where the console's stood: then every time in its messages holds.
const opened = Date.now()
const wallNow = Date.now.bind(Date)
Date.now = () => wallNow() - opened + began
const sinceBegan = () => Date.now() - began

const fetchFile = fetch
globalThis.fetch = async (asked, options) => {
  const url = String(asked?.url ?? asked)
  if (url.startsWith('blob:')) return fetchFile(asked, options)
  const file = files[url.split('/').at(-1)]
  if (file !== undefined) return new Response(file)
  const path = url.slice(Math.max(0, url.indexOf('api/')))
  const method = options?.method ?? 'GET'
  const all = (method === 'GET' && reads[path]) || []
  const read = all.findLast(({ at }) => at <= sinceBegan()) ?? all[0]
  if (read) return new Response(bytesOf(read.body), { headers: read.headers })
  return Response.json({ message: NOT_HERE }, { status: method === 'GET' ? 404 : 409 })
}

const REPEATED_MS = 500
globalThis.WebSocket = class {
  onopen = null
  onmessage = null
  onclose = null
  binaryType = 'arraybuffer'
  #timers = []

  constructor() {
    this.#after(0, () => {
      this.onopen?.()
      for (const [at, message] of messages) {
        const say = () =>
          this.#say(typeof message === 'string' ? message : bytesOf(message.base64).buffer)
        if (at <= sinceBegan()) say()
        else this.#after(at - sinceBegan(), say)
      }
      this.#after(messages.at(-1)[0] - sinceBegan(), () => this.#stand())
    })
  }

  send(text) {
    const { op, id } = JSON.parse(text)
    if (op !== 'cmd') return
    this.#say(JSON.stringify({ op: 'result', id, ok: false, error: NOT_HERE }))
  }

  close() {
    for (const timer of this.#timers) clearTimeout(timer)
    this.onmessage = null
  }

  /** A console goes on to say how things stand; nobody need be told that it fell silent. */
  #stand() {
    const last = messages.findLast(([, it]) => typeof it === 'string' && it.includes('"op":"agg"'))
    if (last) this.#say(JSON.stringify({ ...JSON.parse(last[1]), serverTime: Date.now() }))
    this.#after(REPEATED_MS, () => this.#stand())
  }

  #say(data) {
    this.onmessage?.({ data })
  }

  #after(ms, task) {
    this.#timers.push(setTimeout(task, Math.max(0, ms)))
  }
}

const inMemory = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))

/** A worker of a page from a file may not import from memory: its files become one, those that others need first. */
function oneScript(name, made) {
  if (made.has(name)) return ''
  const before = []
  const text = files[name]
    .replace(/import(?:\{([^}]*)\}from)?"\.\/([^"]+)";?/g, (_, taken, other) => {
      before.push(oneScript(other, made))
      if (!taken) return ''
      return `const{${taken.replace(/([\w$]+) as ([\w$]+)/g, '$1:$2')}}=${made.get(other)};`
    })
    .replace(/export\{([^}]*)\};?\s*$/, (_, given) => {
      const fields = given.split(',').map((it) => it.split(' as ').reverse().join(':'))
      return `return{${fields}}`
    })
  made.set(name, `shared${made.size}`)
  return `${before.join('')}const ${made.get(name)}=(()=>{${text}\n})();`
}

const workerName = names.find((name) => name.startsWith('maplibre-worker'))
const worker = inMemory(oneScript(workerName, new Map()))
const imports = {}
for (const name of names.filter((it) => it.endsWith('.js'))) {
  const text = files[name]
    // By names that the import map knows: what lies in memory has no neighbours.
    .replace(/(from|import)"\.\/([^"]+)"/g, '$1"shared/$2"')
    .replace(/import\(`\.\/([^`]+)`\)/g, 'import(`shared/$1`)')
    .replace(/new URL\(`maplibre-worker[^`]*`,import\.meta\.url\)/g, () => `new URL("${worker}")`)
    .replace(
      /new URL\(`(words-[^`]*)`,import\.meta\.url\)/g,
      'new URL("https://shared.invalid/$1")',
    )
    // Styles are in the page, and nothing is to be loaded ahead.
    .replace('=>i.map(i=>d[i])', '=>[]')
  imports[`shared/${name}`] = inMemory(text)
}
const map = document.createElement('script')
map.type = 'importmap'
map.textContent = JSON.stringify({ imports })
document.head.append(map)
await import(`shared/${names.find((name) => /^page-.*\.js$/.test(name))}`)
