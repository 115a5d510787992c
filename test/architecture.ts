// The rules that hold the parts apart, checked on syntax trees; architecture.test.ts feeds it the real files and planted ones.
import { posix } from 'node:path'
import { parseSync } from 'vite'

/** Path from the repository root → text. */
export type Sources = Map<string, string>

/** `<file>:<line>: <what is wrong, and what to do>`. */
export type Violation = string

type Node = { type: string; start: number } & Record<string, unknown>
type Parsed = { path: string; text: string; nodes: { node: Node; parent: Node | null }[] }
type Rule = (file: Parsed, report: (at: number, text: string) => void) => void

const STAGES = ['seeds/', 'infra/', 'producers/', 'processor/', 'console/']
const TOP = ['audit/', 'twin/', 'replay/', 'load/']
const BASE = ['seeds/', 'infra/']
const CONTRACTS = ['producers/contract/', 'processor/contract/']

/**
 * The one arrow (design.md §2): what a file may import, by the longest prefix of its path. Only cli.ts, commands/,
 * tests and configuration see everything. A new folder needs a line here.
 */
const MAY_IMPORT: Record<string, string[]> = {
  'seeds/': BASE,
  'infra/': ['infra/', 'package.json'],
  'producers/contract/': [...BASE, 'producers/contract/'],
  'producers/simulation/': [...BASE, 'producers/contract/', 'producers/simulation/'],
  // One place, and what is drawn, dated and computed with; other domains' folders are forbidden by another rule.
  'producers/domains/': [
    'producers/domains/',
    'producers/simulation/',
    ...['infra/random.ts', 'infra/time.ts', 'infra/maths.ts'],
  ],
  'producers/': [...BASE, 'producers/'],
  'processor/contract/': [...BASE, 'producers/contract/', 'processor/contract/'],
  'processor/': [...BASE, 'producers/contract/', 'processor/'],
  'console/messages.ts': [
    ...BASE,
    ...CONTRACTS,
    'console/alert-messages.ts',
    'console/packed-messages.ts',
    'console/proof-messages.ts',
    'console/replay-messages.ts',
  ],
  'console/replay-messages.ts': [],
  'console/alert-messages.ts': [...BASE, ...CONTRACTS],
  'console/packed-messages.ts': [],
  'console/proof-messages.ts': [...BASE, ...CONTRACTS],
  'console/server/': [
    ...BASE,
    ...CONTRACTS,
    'console/server/',
    'console/messages.ts',
    'console/packed-messages.ts',
  ],
  'console/web/': ['console/web/', 'console/messages.ts', 'console/packed-messages.ts'],
  'audit/': [...STAGES, 'audit/'],
  // A whole city in one process: what happens and what it means, never what people see.
  'twin/': [...BASE, 'producers/', 'processor/', 'twin/'],
  // Whatever is recorded; what an event means is the processor's.
  'replay/': [...STAGES, 'replay/'],
  'load/': [...STAGES, ...TOP],
  'load/demo-bench.ts': [...STAGES, ...TOP, 'test/browser/chrome.ts'], // a benchmark with a browser is a test
  'load/event-to-pixel.ts': [...STAGES, ...TOP, 'test/browser/chrome.ts'],
  'commands/': [''],
  'tools/': [''],
  'cli.ts': [''],
  'test/': [''],
  'vitest.config.ts': [''],
}

const DOMAIN_BLIND = ['processor/', 'console/', 'commands/contracts/', ...TOP]
const AMBIENT_MEMBERS = new Map([
  ['Date.now', 'Clock.now()'],
  ['performance.now', 'Clock.now()'],
  ['Math.random', 'a seeded stream (infra/random.ts)'],
])
const AMBIENT_NAMES = ['setTimeout', 'setInterval']
const AMBIENT_ALLOWED = ['infra/clock.ts', 'console/web/', 'test/']
/** A city is a folder of data: only commands may name one, as the default and in examples. */
const CITY_BLIND = [...STAGES, ...TOP]
/** What a city is called besides its name. */
const NICKNAMES = ['穗', '羊城', 'Canton']

/** Every violation of every rule, sorted; `files` of any kind, only .ts and .tsx are looked at. */
export function violations(files: Sources): Violation[] {
  const found: Violation[] = []
  const domains = domainFolders(files)
  const rules: Rule[] = [
    arrow,
    isolation(domains.present),
    independence,
    ambient,
    namedExports,
    domainBlind(domains.listed),
    cityBlind(files),
  ]
  for (const [path, text] of files) {
    if (!/\.tsx?$/.test(path)) continue
    const { program, errors } = parseSync(path, text)
    if (errors.length > 0) {
      found.push(`${path}:1: does not parse: ${errors[0].message}`)
      continue
    }
    const nodes: Parsed['nodes'] = []
    collect(program as unknown as Node, null, nodes)
    const report = (at: number, what: string) =>
      found.push(`${path}:${text.slice(0, at).split('\n').length}: ${what}`)
    for (const rule of rules) rule({ path, text, nodes }, report)
  }
  for (const folder of domains.present) {
    if (domains.listed.includes(folder)) continue
    found.push(
      `producers/domains.ts:1: does not list producers/domains/${folder}/; add one import and one entry`,
    )
  }
  return found.sort()
}

/** Domains by the imports of producers/domains.ts, and by the folders that have a domain.ts. */
export function domainFolders(files: Sources): { listed: string[]; present: string[] } {
  const list = files.get('producers/domains.ts') ?? ''
  const listed = [...list.matchAll(/from '\.\/domains\/([a-z0-9-]+)\/[^']*'/g)].map((m) => m[1])
  const present = [...files.keys()]
    .map((path) => /^producers\/domains\/([a-z0-9-]+)\/domain\.ts$/.exec(path)?.[1])
    .filter((folder) => folder !== undefined)
  return { listed, present }
}

function collect(node: Node, parent: Node | null, into: Parsed['nodes']): void {
  into.push({ node, parent })
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof child.type === 'string') {
        collect(child as Node, node, into)
      }
    }
  }
}

const text = (node: unknown): string | undefined => (node as { value?: string } | null)?.value
const nameOf = (node: unknown): string | undefined => (node as { name?: string } | null)?.name

/** What a node imports: undefined = it imports nothing, null = cannot be told from the text. */
function importOf(node: Node): string | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return text(node.source) ?? null
    case 'ExportNamedDeclaration':
      return node.source ? (text(node.source) ?? null) : undefined
    case 'TSImportType':
      return text(node.source) ?? text((node.argument as Node | undefined)?.literal) ?? null
    case 'TSExternalModuleReference':
      return text(node.expression) ?? null
    case 'NewExpression': {
      // new URL('./worker.ts', import.meta.url) loads a file as surely as an import does
      const [first, second] = node.arguments as Node[]
      const isFile = nameOf(node.callee) === 'URL' && second?.type === 'MemberExpression'
      return isFile && /\.tsx?$/.test(text(first) ?? '') ? text(first) : undefined
    }
    default:
      return undefined
  }
}

/** What a file imports of this repository's files, as paths from its root. */
export function importsOf(path: string, source: string): string[] {
  const nodes: Parsed['nodes'] = []
  collect(parseSync(path, source).program as unknown as Node, null, nodes)
  return nodes
    .map(({ node }) => importOf(node))
    .filter((wanted) => wanted?.startsWith('.'))
    .map((wanted) => posix.join(posix.dirname(path), wanted!))
}

const arrow: Rule = ({ path, nodes }, report) => {
  const zone = Object.keys(MAY_IMPORT)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0]
  if (zone === undefined) return report(0, 'lies in no known part; give it a line in MAY_IMPORT')
  const allowed = MAY_IMPORT[zone]
  for (const { node } of nodes) {
    const wanted = importOf(node)
    if (wanted === undefined || allowed.includes('')) continue
    if (wanted === null)
      report(node.start, 'computed import; name the file, so that it can be checked')
    else if (wanted.startsWith('.')) {
      const target = posix.join(posix.dirname(path), wanted)
      const own = allowed.some((a) => target === a || (a.endsWith('/') && target.startsWith(a)))
      if (!own) report(node.start, `${zone} must not import ${target}; only ${allowed.join(', ')}`)
    } else if (zone === 'console/web/' && wanted.startsWith('node:') && !isTool(path)) {
      report(node.start, `a browser has no ${wanted}`)
    } else if (zone === 'producers/domains/' && wanted !== 'typebox') {
      report(node.start, `${zone} must not import ${wanted}; of packages only typebox`)
    }
  }
}

/** A domain is its folder and one line in producers/domains.ts: nobody else imports from it, but for the model's check of it. */
function isolation(domains: string[]): Rule {
  return ({ path, nodes }, report) => {
    const free = ['producers/domains.ts', 'cli.ts', 'commands/', 'test/', 'tools/model/', ...TOP]
    if (free.some((prefix) => path.startsWith(prefix))) return
    for (const { node } of nodes) {
      const wanted = importOf(node)
      if (!wanted?.startsWith('.')) continue
      const target = posix.join(posix.dirname(path), wanted)
      const domain = domains.find((d) => target.startsWith(`producers/domains/${d}/`))
      if (!domain || path.startsWith(`producers/domains/${domain}/`)) continue
      report(node.start, `imports ${target}; only producers/domains.ts knows that domain`)
    }
  }
}

/** The oracle is a second opinion: it may know the types of what it judges, but runs no code of it. */
const independence: Rule = ({ path, nodes }, report) => {
  if (!path.startsWith('audit/oracle/')) return
  for (const { node } of nodes) {
    const wanted = importOf(node)
    if (wanted === undefined || node.importKind === 'type') continue
    const own = wanted?.startsWith('./') || wanted?.startsWith('node:')
    if (!own) report(node.start, `the oracle must not run ${wanted}; only its own files and node:`)
  }
}

/** Of console/web, the build's configuration runs in Node. */
function isTool(path: string): boolean {
  return path.endsWith('.config.ts')
}

const ambient: Rule = ({ path, nodes }, report) => {
  if (AMBIENT_ALLOWED.some((prefix) => path.startsWith(prefix))) return
  for (const { node, parent } of nodes) {
    if (node.type === 'MemberExpression') {
      const object = nameOf(node.object) ?? nameOf((node.object as Node).property)
      const member = `${object}.${nameOf(node.property) ?? text(node.property)}`
      const instead = AMBIENT_MEMBERS.get(member)
      if (instead) report(node.start, `${member} is ambient; take ${instead} as an argument`)
    } else if (node.type === 'Identifier' && AMBIENT_NAMES.includes(nameOf(node)!)) {
      const method = parent?.type === 'MemberExpression' && nameOf(parent.object) !== 'globalThis'
      if (!method) report(node.start, `${nameOf(node)} is ambient; use Clock.schedule`)
    } else if (node.type === 'NewExpression' || node.type === 'CallExpression') {
      const now = nameOf(node.callee) === 'Date' && (node.arguments as Node[]).length === 0
      if (now) report(node.start, 'new Date() is ambient; take Clock.now() as an argument')
    }
  }
}

const namedExports: Rule = ({ path, nodes }, report) => {
  if (path.endsWith('.config.ts')) return
  for (const { node } of nodes) {
    const renamed = node.type === 'ExportSpecifier' && nameOf(node.exported) === 'default'
    if (node.type === 'ExportDefaultDeclaration' || renamed) {
      report(node.start, 'default export; export it by name')
    }
  }
}

/** No domain's name downstream, in whatever spelling, comments included: they travel in declarations. */
function domainBlind(domains: string[]): Rule {
  const spellings = domains.flatMap((d) => {
    const camel = d.replace(/-(.)/g, (_, c: string) => c.toUpperCase())
    return [d, camel, d.replaceAll('-', '_'), d.replaceAll('-', ' ')]
  })
  const pattern = new RegExp(`\\b(${[...new Set(spellings)].join('|')})\\b`, 'gi')
  return ({ path, text: source }, report) => {
    if (domains.length === 0 || !DOMAIN_BLIND.some((prefix) => path.startsWith(prefix))) return
    for (const match of source.matchAll(pattern)) {
      report(
        match.index,
        `names the domain "${match[0]}"; what is said of it belongs into its declaration`,
      )
    }
  }
}

/** No city's name, nickname or code in what works for any city, comments included. */
function cityBlind(files: Sources): Rule {
  const words = [...files].flatMap(([path, source]) => {
    const id = /^seeds\/([^/]+)\/city\.json$/.exec(path)?.[1]
    if (id === undefined) return []
    const { code, name } = JSON.parse(source) as { code: string; name: { zh: string; en: string } }
    return [id, name.en, name.zh.replace(/市$/, ''), `\\b${code.slice(0, 4)}\\d\\d\\b`]
  })
  const pattern = new RegExp([...words, ...NICKNAMES].join('|'), 'gi')
  return ({ path, text: source }, report) => {
    if (!CITY_BLIND.some((prefix) => path.startsWith(prefix))) return
    for (const match of source.matchAll(pattern)) {
      report(match.index, `names a city ("${match[0]}"); it belongs into seeds/<city>/`)
    }
  }
}
