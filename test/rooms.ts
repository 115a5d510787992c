// The rules of rooms: how many files share a floor, that each folder says what lives there, and that no imports run in circles.
import { posix } from 'node:path'
import { importsOf, type Sources, type Violation } from './architecture.ts'

/** A floor with more source files wants rooms; test/ mirrors the tree and is free. */
const MOST_FILES = 14
const SOURCE = /\.(tsx?|js)$/
/** First- and second-level folders with sources in them (at any depth) have a README.md of so many lines, its title aside. */
const README_LINES = { least: 2, most: 5 }
const README_FREE = ['test/', 'docs/']

/** Every rule over all files, sorted. */
export function disorder(files: Sources): Violation[] {
  return [crowded, unexplained, circles].flatMap((rule) => rule(files)).sort()
}

/** Source files per folder, without tests. */
export function floors(files: Sources): Map<string, number> {
  const counts = new Map<string, number>()
  for (const path of files.keys()) {
    if (!SOURCE.test(path) || path.startsWith('test/')) continue
    const folder = posix.dirname(path)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return counts
}

function crowded(files: Sources): Violation[] {
  return [...floors(files)]
    .filter(([, count]) => count > MOST_FILES)
    .map(
      ([folder, count]) =>
        `${folder}/: ${count} source files, expected at most ${MOST_FILES}; give those that belong together a folder`,
    )
}

function unexplained(files: Sources): Violation[] {
  const folders = new Set<string>()
  for (const path of files.keys()) {
    if (!SOURCE.test(path) || README_FREE.some((free) => path.startsWith(free))) continue
    const parts = path.split('/').slice(0, -1)
    if (parts.length > 0) folders.add(parts[0])
    if (parts.length > 1) folders.add(parts.slice(0, 2).join('/'))
  }
  return [...folders].flatMap((folder) => {
    const text = files.get(`${folder}/README.md`)
    if (text === undefined) {
      return [`${folder}/: no README.md; say what lives here, what it may import, where to begin`]
    }
    const lines = text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#')).length
    const { least, most } = README_LINES
    return lines >= least && lines <= most
      ? []
      : [`${folder}/README.md: ${lines} lines, expected ${least} to ${most}`]
  })
}

/** Groups of files that import each other in a circle, types included (Tarjan's strongly connected components). */
function circles(files: Sources): Violation[] {
  const graph = new Map<string, string[]>()
  for (const [path, text] of files) {
    if (!SOURCE.test(path)) continue
    const targets = importsOf(path, text).filter((target) => files.has(target))
    graph.set(path, [...new Set(targets)])
  }
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: Violation[] = []
  const visit = (path: string): void => {
    order.set(path, order.size)
    low.set(path, order.get(path)!)
    stack.push(path)
    for (const target of graph.get(path) ?? []) {
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) low.set(path, Math.min(low.get(path)!, low.get(target)!))
    }
    if (low.get(path) !== order.get(path)) return
    const members = stack.splice(stack.indexOf(path)).sort()
    const alone = members.length === 1 && !graph.get(path)?.includes(path)
    if (!alone) found.push(`${members[0]}: imports run in a circle: ${members.join(', ')}`)
  }
  for (const path of graph.keys()) if (!order.has(path)) visit(path)
  return found
}
