// Paths that documents and comments name and that are no longer there: files, folders, links and the headings they lead to.
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync } from 'vite'
import type { Sources, Violation } from '../architecture.ts'
import { ROOT } from '../repository.ts'

const CODE = /\.tsx?$/
const DOCUMENT = /\.md$/
/** It tells what was, in the words of its day. */
const HISTORY = 'CHANGELOG.md'
/** A file of code by its path, its last folders or its name alone; nothing that goes on with `<`, `*` or a dot. */
const FILE = /(?<![\w/.@<>*{}'-])((?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.[a-z0-9-]+)*\.tsx?)(?![\w<*-])/g
/** A folder, or a file of any kind, of one of these by its whole path. */
const ROOTED =
  /(?<![\w/.@<>*{}'-])((?:audit|commands|console|docs|infra|load|processor|producers|seeds|test)\/(?:[\w.-]+\/)*[\w.-]*(?<=[\w/-]))(?![\w/-]|[\w./-]*[<*{…])/g
const LINK = /\]\((?!\w+:|\/\/)([^)\s]*)\)/g
/** What guides invent to show how it is done. */
const INVENTED = /(^|[/.])(sampleton|ev-charging|city-hotline)([/.]|$)/
/** Written by a program, absent from a fresh clone. */
const MADE = /(^|\/)(dist|node_modules|artifacts|\.cache)(\/|$)/

/** Every mention of a path that leads nowhere; `exists` tells of what is no text. */
export function deadPaths(
  files: Sources,
  exists: (path: string) => boolean = (path) => existsSync(join(ROOT, path)),
): Violation[] {
  const known = [...files.keys()]
  const names = new Set(known.map((path) => posix.basename(path)))
  const isThere = (path: string) => {
    const whole = path.replace(/[/.]+$/, '')
    return files.has(whole) || exists(whole) || known.some((k) => k.startsWith(`${whole}/`))
  }
  /** From the root, or from the folder whose document says it. */
  const isNear = (from: string, path: string) =>
    INVENTED.test(path) || isThere(path) || isThere(posix.join(posix.dirname(from), path))
  const isFile = (path: string) =>
    path.includes('/')
      ? files.has(path) || known.some((k) => k.endsWith(`/${path}`))
      : names.has(path)
  return known
    .filter((path) => path !== HISTORY)
    .flatMap((path) => {
      const text = files.get(path)!
      return mentions(path, text).flatMap(({ line, says }) =>
        [
          ...found(FILE, says).filter((name) => !INVENTED.test(name) && !isFile(name)),
          ...found(ROOTED, says).filter((name) => !MADE.test(name) && !isNear(path, name)),
          ...(DOCUMENT.test(path) ? found(LINK, says).filter((to) => !leads(path, to)) : []),
        ].map((dead) => `${path}:${line}: ${dead} is not there; name what took its place`),
      )
    })
    .filter((violation, i, all) => all.indexOf(violation) === i)
    .sort()

  function leads(from: string, link: string): boolean {
    const [path, heading] = link.split('#')
    const to = path === '' ? from : posix.join(posix.dirname(from), path)
    if (!isThere(to)) return false
    const target = files.get(to)
    return !heading || target === undefined || headings(target).has(decodeURIComponent(heading))
  }
}

/** What is written for people: a document's lines, a program's comments. */
function mentions(path: string, text: string): { line: number; says: string }[] {
  if (DOCUMENT.test(path)) return text.split('\n').map((says, i) => ({ line: i + 1, says }))
  if (!CODE.test(path)) return []
  return parseSync(path, text).comments.flatMap(({ value, start }) => {
    const first = text.slice(0, start).split('\n').length
    return value.split('\n').map((says, i) => ({ line: first + i, says }))
  })
}

function found(pattern: RegExp, says: string): string[] {
  return [...says.matchAll(pattern)].map((match) => match[1])
}

/** Anchors of a document's headings, as GitHub makes them. */
function headings(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, title] of text.matchAll(/^#+ (.*)$/gm)) {
    const kept = title.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    anchors.add(kept.trim().replaceAll(' ', '-'))
  }
  return anchors
}
