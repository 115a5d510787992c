// In the page of a shared recording: says again what the console said, as far as the player has come, and starts the page's own files
// from memory.
import { TapePlayer } from './tape-player.js'

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
const NOT_HERE = '此文件只回放所录内容 · this file only plays what was recorded'

// The page's clock stands where the console's stood: then every time in its messages holds.
const opened = Date.now()
const wallNow = Date.now.bind(Date)
Date.now = () => wallNow() - opened + began

/** The first reading of a path, as it is written. */
const firstOf = (path) => JSON.parse(new TextDecoder().decode(bytesOf(reads[path][0].body)))
const { windowMs, tickMs } = firstOf('api/run')
const timeline = firstOf('api/replay')
const { moments } = timeline
const tape = new TapePlayer(messages, { now: () => Date.now(), windowMs, tickMs, moments })

/** Of the whole recording the part that is here. */
function timelineHere() {
  const { from, to } = tape
  const step = (time) => Math.max(0, Math.round((time - timeline.from) / timeline.stepMs))
  const counts = timeline.counts.slice(step(from), Math.max(step(to), step(from) + 1))
  const here = moments.filter(({ at }) => at >= from && at <= to)
  return { ...timeline, from, to, counts, moments: here }
}

const fetchFile = fetch
globalThis.fetch = async (asked, options) => {
  const url = String(asked?.url ?? asked)
  if (url.startsWith('blob:')) return fetchFile(asked, options)
  const file = files[url.split('/').at(-1)]
  if (file !== undefined) return new Response(file)
  const path = url.slice(Math.max(0, url.indexOf('api/')))
  if (path === 'api/replay') return Response.json(timelineHere())
  const method = options?.method ?? 'GET'
  const all = (method === 'GET' && reads[path]) || []
  const read = all.findLast(({ at }) => at <= tape.at()) ?? all[0]
  if (read) return new Response(bytesOf(read.body), { headers: read.headers })
  return Response.json({ message: NOT_HERE }, { status: method === 'GET' ? 404 : 409 })
}

const REPEATED_MS = 500
const LOOK_MS = 40
/** As a console does that another takes the place of. */
const REPLACED = 4000
/** Grows with each seek: with another one nothing that the page showed before holds. */
let world = 0
/** Only what is played as it was taped has times that say how long it was on its way: a flag of a delta, and what follows it. */
let isAsTaped = true
const HAS_TIMES = 1
const TIMES_BYTES = 24

globalThis.WebSocket = class {
  onopen = null
  onmessage = null
  onclose = null
  binaryType = 'arraybuffer'
  #said = 0
  #saidAt = 0
  #timer = 0

  constructor() {
    this.#timer = setTimeout(() => {
      this.onopen?.()
      this.#look()
      this.#timer = setInterval(() => this.#look(), LOOK_MS)
    }, 0)
  }

  send(text) {
    const { op, id, name, args } = JSON.parse(text)
    // No server answers before the page has noted what it asked for.
    if (op === 'cmd') setTimeout(() => this.#obey(id, name, args))
  }

  #obey(id, name, args) {
    try {
      const { moved } = tape.obey(name, args ?? {})
      isAsTaped = false
      this.#answer({ id, ok: true })
      if (moved) this.#begin()
      else this.#stand()
    } catch ({ message }) {
      this.#say(JSON.stringify({ op: 'result', id, ok: false, error: message || NOT_HERE }))
    }
  }

  close() {
    clearInterval(this.#timer)
    this.onmessage = null
  }

  /** What was said up to where the tape is; then now and then how things stand: nobody need be told that it fell silent. */
  #look() {
    if (tape.advance()) return this.#begin()
    const at = tape.at()
    for (; this.#said < messages.length && messages[this.#said][0] <= at; this.#said++) {
      this.#say(asNow(messages[this.#said][1]))
    }
    if (Date.now() - this.#saidAt >= REPEATED_MS) this.#stand()
  }

  #stand() {
    this.#saidAt = Date.now()
    const isStand = ([, it]) => typeof it === 'string' && it.includes('"op":"agg"')
    const last = messages.slice(0, this.#said).findLast(isStand)
    if (last) this.#say(asNow(last[1]))
  }

  #answer(answer) {
    this.#say(JSON.stringify({ op: 'result', ...answer }))
    const effectiveAt = new Date(Math.round(tape.sim())).toISOString()
    this.#say(JSON.stringify({ op: 'event', kind: 'command-result', ...answer, effectiveAt }))
  }

  /** The page dials again, and hears what was said up to there. */
  #begin() {
    world++
    const { onclose } = this
    this.close()
    onclose?.({ code: REPLACED })
  }

  #say(data) {
    this.onmessage?.({ data })
  }
}

/** A message with the clock as it stands here. */
function asNow(message) {
  if (typeof message !== 'string') {
    const { buffer } = bytesOf(message.base64)
    const flags = new Uint8Array(buffer, 1, 1)
    if (isAsTaped || (flags[0] & HAS_TIMES) === 0) return buffer
    flags[0] = 0
    return buffer.slice(0, -TIMES_BYTES)
  }
  const said = JSON.parse(message)
  const serverTime = Date.now()
  if (said.op === 'agg')
    return JSON.stringify({ ...said, serverTime, clock: tape.clock(said.clock) })
  if (said.op !== 'hello') return message
  const { from, to, loop } = tape
  const run = { ...said.run, clock: tape.clock(said.run.clock), replay: { from, to, loop } }
  return JSON.stringify({ ...said, serverTime, run: { ...run, world: said.run.world + world } })
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
