// The rules of shapes inside a file: how long a function may be, and that a type's name means one thing in the whole tree.
import { parseSync } from 'vite'
import type { Sources, Violation } from './architecture.ts'
import { LONG_FUNCTIONS, SHARED_NAMES } from './shapes-allowed.ts'

const MOST_LINES = 80
const SOURCE = /\.tsx?$/

type Node = { type: string; start: number; end: number } & Record<string, unknown>

/** `<file> <name>` of every function over 80 lines, with its length; tests are free. */
export function longFunctions(files: Sources): Map<string, number> {
  const found = new Map<string, number>()
  for (const [path, text] of sources(files)) {
    const lineAt = lineCounter(text)
    walk(parseSync(path, text).program as unknown as Node, '(nameless)', (node, name) => {
      if (!/Function/.test(node.type) || !node.body) return
      const lines = lineAt(node.end) - lineAt(node.start) + 1
      if (lines > MOST_LINES) found.set(`${path} ${name}`, lines)
    })
  }
  return found
}

/** Every violation: a long function that the list does not excuse, an excuse that nothing needs, a name with two meanings. */
export function misshapen(
  files: Sources,
  longAllowed: Record<string, string> = LONG_FUNCTIONS,
  sharedAllowed: string[] = SHARED_NAMES,
): Violation[] {
  const long = longFunctions(files)
  const shared = sharedNames(files)
  return [
    ...[...long]
      .filter(([at]) => !(at in longAllowed))
      .map(([at, lines]) => `${at}: ${lines} lines, expected at most ${MOST_LINES}; split it`),
    ...Object.keys(longAllowed)
      .filter((at) => !long.has(at))
      .map((at) => `${at}: no longer over ${MOST_LINES} lines; take it off test/shapes-allowed.ts`),
    ...[...shared]
      .filter(([name]) => !sharedAllowed.includes(name))
      .map(([name, at]) => `${name}: a type in ${at.join(' and ')}; give each its own name`),
    ...sharedAllowed
      .filter((name) => !shared.has(name))
      .map((name) => `${name}: no longer shared; take it off test/shapes-allowed.ts`),
  ].sort()
}

/** Names that several files give to types, interfaces or classes of theirs, if at least one of them exports it. */
function sharedNames(files: Sources): Map<string, string[]> {
  const places = new Map<string, { at: string[]; exported: boolean }>()
  for (const [path, text] of sources(files)) {
    for (const node of parseSync(path, text).program.body as unknown as Node[]) {
      const exported = node.type === 'ExportNamedDeclaration'
      const declared = (exported ? node.declaration : node) as Node | null
      if (!declared || !/^(TSTypeAlias|TSInterface|Class)Declaration$/.test(declared.type)) continue
      const { name } = declared.id as unknown as { name: string }
      const place = places.get(name) ?? { at: [], exported: false }
      places.set(name, { at: [...place.at, path], exported: place.exported || exported })
    }
  }
  const shared = [...places].filter(([, { at, exported }]) => exported && at.length > 1)
  return new Map(shared.map(([name, { at }]) => [name, at]))
}

function sources(files: Sources): [path: string, text: string][] {
  return [...files].filter(([path]) => SOURCE.test(path) && !path.startsWith('test/'))
}

function lineCounter(text: string): (at: number) => number {
  const starts = [0]
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') starts.push(i + 1)
  return (at) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle] <= at) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** Visits every node with the name it is known by: of the declaration, property or method it belongs to. */
function walk(node: unknown, name: string, visit: (node: Node, name: string) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, name, visit)
    return
  }
  if (!node || typeof node !== 'object' || typeof (node as Node).type !== 'string') return
  const own = node as Node
  const id = (own.id ?? own.key) as { name?: string } | null | undefined
  const known = id?.name ?? name
  visit(own, known)
  for (const child of Object.values(own)) walk(child, known, visit)
}
