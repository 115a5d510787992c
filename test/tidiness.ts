// What keeps the code short enough to read, as rules: sizes, headers, names, repetition, dead code; tidiness.test.ts feeds it.
import { posix } from 'node:path'
import { parseSync } from 'vite'
import type { Sources, Violation } from './architecture.ts'

const MOST_LINES = 400
const MOST_MEDIAN = 130
/** A file may be longer when one of its first lines says why. */
const REASON = /Long because/
const REASON_WITHIN = 5
const SIZED = /(\.(tsx?|css|html|js|mjs|py|sh|sql)|^seeds\/.*(?<!\.topo)\.json)$/
/** A block of more lines than this stands once. */
const MOST_REPEATED = 15
const CODE = /\.tsx?$/
const REPEATABLE = /\.(tsx?|css)$/
/** What others may build on, whether or not anybody here does. */
const CONTRACTS = /^(producers\/contract\/|(seeds|processor)\/contract\.ts|console\/messages\.ts)/
const VAGUE = /(^|\/)(utils?|helpers?|common|misc|manager|service|index)(\.tsx?$|\/)/

/** Every rule over all files, sorted. */
export function untidy(files: Sources): Violation[] {
  const rules = [tooLong, tooLongAtMedian, withoutHeader, misnamed, repeated, deadExports]
  return rules.flatMap((rule) => rule(files)).sort()
}

const linesOf = (text: string) => text.trimEnd().split('\n')

function tooLong(files: Sources): Violation[] {
  return [...files].flatMap(([path, text]) => {
    if (!SIZED.test(path)) return []
    const lines = linesOf(text)
    const excused = lines.slice(0, REASON_WITHIN).some((line) => REASON.test(line))
    if (lines.length <= MOST_LINES || excused) return []
    return [
      `${path}:${lines.length}: ${lines.length} lines; split it, or say "Long because ..." at the top`,
    ]
  })
}

/** The typical file: of what runs, and of what tests it. */
function tooLongAtMedian(files: Sources): Violation[] {
  const code = [...files].filter(([path]) => CODE.test(path))
  const parts = { sources: false, tests: true }
  return Object.entries(parts).flatMap(([name, isTest]) => {
    const sizes = code
      .filter(([path]) => path.startsWith('test/') === isTest)
      .map(([, text]) => linesOf(text).length)
      .sort((a, b) => a - b)
    const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0
    if (median <= MOST_MEDIAN) return []
    return [`${name}: the median file has ${median} lines, expected at most ${MOST_MEDIAN}`]
  })
}

function withoutHeader(files: Sources): Violation[] {
  return [...files].flatMap(([path, text]) => {
    if (!CODE.test(path) || path.endsWith('.d.ts') || /^\/\/ \S.{10,}/.test(text)) return []
    return [`${path}:1: no header; say in its first line what the file is for`]
  })
}

function misnamed(files: Sources): Violation[] {
  return [...files.keys()]
    .filter((path) => CODE.test(path))
    .flatMap((path) => {
      if (!/^[a-z0-9./-]+$/.test(path)) return [`${path}:1: not kebab-case`]
      return VAGUE.test(path) ? [`${path}:1: a vague name; call it by the thing it holds`] : []
    })
}

/** Lines that say something, with their numbers: no blanks, comments, imports or lone punctuation. */
function meaningful(text: string): { line: string; number: number }[] {
  const kept: { line: string; number: number }[] = []
  let inImport = false
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim()
    const wasImport = inImport || /^import\b/.test(line)
    inImport = wasImport && !/from '|^import '/.test(line)
    if (wasImport || /^(\/\/|\/\*|\*)/.test(line) || !/[A-Za-z0-9]/.test(line)) return
    kept.push({ line, number: i + 1 })
  })
  return kept
}

/** What `new-domain` copies is there to be repeated. */
const TEMPLATE = 'commands/new-domain/template/'

function repeated(files: Sources): Violation[] {
  const seen = new Map<string, string>()
  const found: Violation[] = []
  for (const [path, text] of files) {
    if (!REPEATABLE.test(path) || path.startsWith(TEMPLATE)) continue
    const lines = meaningful(text)
    for (let i = 0; i + MOST_REPEATED < lines.length; i++) {
      const block = lines.slice(i, i + MOST_REPEATED + 1).map(({ line }) => line)
      const place = `${path}:${lines[i].number}`
      const first = seen.get(block.join('\n'))
      if (first === undefined) {
        seen.set(block.join('\n'), place)
        continue
      }
      found.push(`${place}: ${block.length} lines as at ${first}; let one place serve both`)
      i += MOST_REPEATED
    }
  }
  return found
}

type Node = { type: string } & Record<string, unknown>
type Named = { name?: string; value?: string } | null
const nameOf = (node: unknown) => (node as Named)?.name ?? (node as Named)?.value

/** Values that a file exports and nobody imports: dead, or its own business. Types may stand in a signature. */
function deadExports(files: Sources): Violation[] {
  const exported: { path: string; name: string }[] = []
  const used = new Set<string>()
  for (const [path, text] of files) {
    if (!CODE.test(path)) continue
    const { program } = parseSync(path, text)
    for (const node of program.body as unknown as Node[]) {
      if (!CONTRACTS.test(path)) for (const name of exportsOf(node)) exported.push({ path, name })
      const source = nameOf(node.source)
      if (!source?.startsWith('.')) continue
      const from = posix.join(posix.dirname(path), source)
      for (const s of (node.specifiers ?? []) as Node[]) {
        const whole = s.type === 'ImportNamespaceSpecifier'
        used.add(`${from} ${whole ? '*' : nameOf(s.imported ?? s.local)}`)
      }
    }
    for (const [from, name] of lateImports(path, text)) used.add(`${from} ${name}`)
  }
  return exported
    .filter(({ path, name }) => name !== 'default' && !used.has(`${path} ${name}`))
    .filter(({ path }) => !used.has(`${path} *`))
    .map(({ path, name }) => `${path}:1: nobody imports ${name}; delete it, or keep it to the file`)
}

function exportsOf(node: Node): string[] {
  if (node.type !== 'ExportNamedDeclaration' || node.source || node.exportKind === 'type') return []
  const declaration = node.declaration as Node | null
  if (!declaration) return ((node.specifiers ?? []) as Node[]).map((s) => nameOf(s.exported)!)
  if (declaration.type.startsWith('TS')) return []
  if (declaration.id) return [nameOf(declaration.id)!]
  const names = (declaration.declarations as Node[]).map((d) => d.id as Node)
  return names.flatMap((id) =>
    id.type === 'Identifier'
      ? [nameOf(id)!]
      : ((id.properties ?? []) as Node[]).map((p) => nameOf(p.value)!),
  )
}

/** `(await import('./a.ts')).b`, `const { b } = await import('./a.ts')`, `part(() => import('./a.ts'), 'b')`, and lists of both. */
function lateImports(path: string, text: string): [from: string, name: string][] {
  const from = (source: string) => posix.join(posix.dirname(path), source)
  const dotted = [
    ...text.matchAll(/import\('(\.[^']+)'\)\)?\s*\.(?:then\(\(\w+\) => \w+\.)?(\w+)/g),
  ]
  const named = text.matchAll(/import\('(\.[^']+)'\),\s*'(\w+)'/g)
  const found = [...dotted, ...named].map(([, source, name]): [string, string] => [
    from(source),
    name,
  ])
  const files = [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, source]) => from(source))
  for (const [, names] of text.matchAll(/\{([^{}]*)\}/g)) {
    for (const name of names.split(/[,\s]+/)) for (const file of files) found.push([file, name])
  }
  return found
}
