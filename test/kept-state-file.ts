// What kept-state.ts reads of a file: its syntax, its comments, and the marks in them.
import { parseSync } from 'vite'

const MARK = /Not saved:/

export type Node = { type: string; start: number; end: number } & Record<string, unknown>
type Commented = { start: number; end: number; value: string }
export type Parsed = { path: string; text: string; body: Node[]; comments: Commented[] }
export function parse([path, text]: [path: string, text: string]): Parsed {
  const { program, comments } = parseSync(path, text)
  return { path, text, body: program.body as unknown as Node[], comments }
}

export const nameOf = (node: unknown): string => {
  const { name, type } = (node ?? {}) as { name?: string; type?: string }
  return type === 'PrivateIdentifier' ? `#${name}` : (name ?? '')
}

const bare = (node: Node): Node =>
  /^Export(Named|Default)Declaration$/.test(node.type) && node.declaration
    ? (node.declaration as Node)
    : node

export const declared = ({ body }: Parsed, type: string): Node[] =>
  body.map(bare).filter((node) => node.type === type)

/** Functions with a name on the floor of a file, arrows included. */
export function functionsOf(file: Parsed): { name: string; body: Node; from: Node }[] {
  const plain = declared(file, 'FunctionDeclaration').map((node) => ({
    ...{ name: nameOf(node.id), body: node.body as Node, from: node },
  }))
  const arrows = declared(file, 'VariableDeclaration').flatMap((node) =>
    (node.declarations as Node[]).flatMap(({ id, init }) => {
      const { type, body } = (init ?? {}) as { type?: string; body?: Node }
      const isBlock = type === 'ArrowFunctionExpression' && body?.type === 'BlockStatement'
      return isBlock ? [{ name: nameOf(id), body: body as Node, from: node }] : []
    }),
  )
  return [...plain, ...arrows]
}

export const membersOf = (node: Node): Node[] => (node.body as { body: Node[] }).body

/** Do the comments right above it say that it need not be saved? */
export function isMarked({ text, comments, body }: Parsed, node: Node): boolean {
  const outer = body.find((one) => bare(one) === node)
  let from = (outer ?? node).start
  for (const comment of comments.toReversed()) {
    if (comment.end > from || text.slice(comment.end, from).trim() !== '') continue
    if (MARK.test(comment.value)) return true
    from = comment.start
  }
  return false
}

export function visit(node: Node, above: Node[], see: (node: Node, above: Node[]) => void): void {
  see(node, above)
  const deeper = [...above, node]
  for (const [key, value] of Object.entries(node)) {
    // Types have no state.
    if (/^(typeAnnotation|returnType|typeParameters|typeArguments)$/.test(key)) continue
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && 'type' in child) visit(child as Node, deeper, see)
    }
  }
}
