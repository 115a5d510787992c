// Checks of the machine itself: Node, a port for the page, room on the disk, a font with Chinese characters.
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { sizeText } from '../output/sizes.ts'
import { type DoctorCheck, type Finding, outputOf } from './check.ts'

/** Rounding of mathematical functions is Node's: digests are compared within one major (design.md §5). */
const NODE_MAJOR = 24
const SCARCE_BYTES = 1e9
const AMPLE_BYTES = 10e9
const PROGRAM_LIMIT_MS = 5_000
/** The console looks this much further for a free port. */
const MORE_PORTS = 20

const quick = { limitMs: 2 * PROGRAM_LIMIT_MS }

export function nodeVersion(version = process.versions.node): DoctorCheck {
  return {
    ...quick,
    name: 'Node',
    isEssential: true,
    async run() {
      const major = Number(version.split('.')[0])
      const todo = `install Node ${NODE_MAJOR} and put it first on PATH`
      if (major < NODE_MAJOR) return { state: 'wrong', found: `${version}, too old`, todo }
      if (major === NODE_MAJOR) return { state: 'fine', found: version }
      const found = `${version}, newer than ${NODE_MAJOR}: digests are only promised to be equal within one major`
      return { state: 'open', found, todo }
    },
  }
}

export function port(host: string, wanted: number): DoctorCheck {
  return {
    ...quick,
    name: 'port',
    isEssential: true,
    async run() {
      const taken = await refusal(host, wanted)
      if (taken === null) return { state: 'fine', found: `${wanted} on ${host} is free` }
      const todo = 'give --port another number'
      if (taken !== 'EADDRINUSE') {
        return { state: 'wrong', found: `${wanted} on ${host}: ${taken}`, todo }
      }
      for (let next = wanted + 1; next <= Math.min(wanted + MORE_PORTS, 65_535); next++) {
        if ((await refusal(host, next)) !== null) continue
        const found = `${wanted} on ${host} is taken; the page will open on ${next}`
        return { state: 'open', found, todo: 'give --port another number, or stop what holds it' }
      }
      return { state: 'wrong', found: `${wanted} and the ${MORE_PORTS} after it are taken`, todo }
    },
  }
}

/** The error code of an attempt to listen; null = it worked. */
function refusal(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}

export function disk(folder: string): DoctorCheck {
  return {
    ...quick,
    name: 'disk',
    isEssential: true,
    async run() {
      const { bavail, bsize } = await statfs(folder)
      return roomFinding(bavail * bsize, folder)
    },
  }
}

export function roomFinding(free: number, folder: string): Finding {
  const found = `${sizeText(free)} free at ${folder}`
  if (free >= AMPLE_BYTES) return { state: 'fine', found }
  const todo =
    'a Kafka on this machine keeps up to 14 GB; recordings take about 12 GB per hour at speed 30'
  return { state: free < SCARCE_BYTES ? 'wrong' : 'open', found, todo }
}

/** Where the systems that bring their own put a font with Chinese characters. */
const BROUGHT_ALONG: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['/System/Library/Fonts/PingFang.ttc', '/System/Library/Fonts/STHeiti Light.ttc'],
  win32: ['C:\\Windows\\Fonts\\msyh.ttc', 'C:\\Windows\\Fonts\\simsun.ttc'],
}

export function chineseFont(platform: NodeJS.Platform = process.platform): DoctorCheck {
  return {
    ...quick,
    name: 'CJK font',
    isEssential: false,
    async run() {
      const paths = BROUGHT_ALONG[platform]
      if (paths) {
        const there = paths.find((path) => existsSync(path))
        if (there) return { state: 'fine', found: there }
        return { state: 'open', found: `not checked: none of ${paths.join(', ')}` }
      }
      const list = await outputOf('fc-list', [':lang=zh', 'family'], PROGRAM_LIMIT_MS)
      const todo = 'install one, e.g. fonts-noto-cjk on Debian'
      if (list === null) return { state: 'open', found: 'not checked: no fc-list here', todo }
      const families = [
        ...new Set(
          list
            .split('\n')
            .filter(Boolean)
            .map((l) => l.split(',')[0]),
        ),
      ]
      if (families.length > 0)
        return { state: 'fine', found: families.sort().slice(0, 3).join(', ') }
      return { state: 'wrong', found: 'none: Chinese labels would be empty boxes', todo }
    },
  }
}
