// The functions and methods that a document names beside a file: `<file>` (`<function>`, `<Class.method>`).
import { parseSync } from 'vite'
import type { Sources, Violation } from '../architecture.ts'

const NAMED = /`([\w./-]+\.tsx?)`,?\s+\(((?:`[\w.]+`(?:,\s+)?)+)\)/g
/** A class named before, of which a later sentence shows another method. */
const ALONE = /\(`(\w+\.\w+)`/g

type Node = { type: string } & Record<string, unknown>

/** What a document names, in its order. */
export function namedCode(document: string): { file: string; name: string }[] {
  return [...document.matchAll(NAMED)].flatMap(([, file, names]) =>
    [...names.matchAll(/`([\w.]+)`/g)].map(([, name]) => ({ file, name })),
  )
}

/** Every file that is not there, and every function or method that its file does not declare. */
export function misnamedCode(path: string, files: Sources): Violation[] {
  const document = files.get(path)!
  const named = namedCode(document)
  const homes = new Map(named.map(({ file, name }) => [name.split('.')[0], file]))
  const alone = [...document.matchAll(ALONE)].map(([, name]) => ({
    file: homes.get(name.split('.')[0]) ?? 'a file named before',
    name,
  }))
  const wrong = [...named, ...alone].flatMap(({ file, name }) => {
    const text = files.get(file)
    if (text === undefined) return [`${path}: ${file} is not there`]
    return declares(file, text, name) ? [] : [`${path}: ${file} declares no ${name}`]
  })
  return [...new Set(wrong)]
}

/** `fold` = a function of that name anywhere in the file, `Task.fold` = a method, private or not, of that class. */
function declares(file: string, text: string, name: string): boolean {
  const [owner, member] = name.split('.')
  const { body } = parseSync(file, text).program
  let found = false
  walk(body, (node) => {
    const isCode = /^(Function|Class)Declaration$/.test(node.type) || isFunctionValue(node)
    if (!isCode || nameOf(node.id) !== owner) return
    if (member === undefined) found = true
    else
      walk(node.body, (inner) => {
        if (/^(MethodDefinition|PropertyDefinition)$/.test(inner.type))
          found ||= nameOf(inner.key) === member
      })
  })
  return found
}

function isFunctionValue({ type, init }: Node): boolean {
  return type === 'VariableDeclarator' && /Function/.test((init as Node | null)?.type ?? '')
}

function nameOf(node: unknown): string | undefined {
  return (node as { name?: string } | null)?.name
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const child of node) walk(child, visit)
  else if (node && typeof node === 'object' && typeof (node as Node).type === 'string') {
    visit(node as Node)
    for (const child of Object.values(node)) walk(child, visit)
  }
}
