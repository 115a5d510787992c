// The rule of saved states: whatever changes while a city is simulated is passed to the walk, or says why it need not be.
import type { Sources, Violation } from './architecture.ts'
import {
  declared,
  functionsOf,
  isMarked,
  membersOf,
  type Node,
  nameOf,
  type Parsed,
  parse,
  visit,
} from './kept-state-file.ts'

/** Where the simulation is; a domain's template and the worked example are held to the same. */
const SIMULATED =
  /^(producers\/(kernel|simulation|incidents|domains)\/|infra\/heap\.ts$|commands\/new-domain\/template\/|test\/fixtures\/ev-charging\/)/
const COLUMNS = /^(Uint8|Uint16|Uint32|Int32|Float64)Array$/
const CONTAINERS = /^(Map|Set|Array|Record|WeakMap)$/
/** What does not change a list or a map; what it hands out is looked at where that is made. */
const READS =
  /^(length|size|get|has|at|keys|entries|values|some|every|find|findIndex|findLast|map|flatMap|filter|reduce|includes|indexOf|join|forEach)$/
/** Functions that are over when the call is that they are handed to. */
const AT_ONCE = /^(from|some|every|find|findIndex|map|flatMap|filter|reduce|forEach|sort)$/
const PLAIN_TYPES =
  /^TS(Number|String|Boolean|Function|Symbol|Undefined|Null|Literal|Never|Unknown)(Keyword|Type)$/
/** Types of other parts that hold nothing that changes. */
const CONSTANT = new Set([
  ...['SimulationContext', 'KernelOptions', 'Catalogue', 'City', 'Scenario', 'Readonly'],
  ...['Declaration', 'Measure', 'Climate', 'Layout', 'Plans', 'Fault', 'TruthOptions'],
  ...['CityIncidentsOptions', 'LotType', 'UserGroup', 'Corner', 'LocalPlaces'],
])

/** What all files say of types: whose are saved, which never change, and what each function makes. */
type KnownTypes = { saved: Set<string>; constant: Set<string>; madeBy: Map<string, string> }

export function forgottenState(files: Sources): Violation[] {
  return [...files].flatMap(forgottenAmong(files))
}

/** The rule for one file, which may be another version of one of these. */
export function forgottenAmong(
  files: Sources,
): (file: [path: string, text: string]) => Violation[] {
  const parsed = [...files].filter(([path]) => isSimulated(path)).map(parse)
  const known = knownTypes(parsed)
  learnConstantClasses(parsed, known)
  return ([path, text]) => {
    if (!isSimulated(path)) return []
    const file = parse([path, text])
    return [
      ...declared(file, 'ClassDeclaration').flatMap((node) => ofClass(file, node, known)),
      ...functionsOf(file).flatMap((node) => ofFunction(file, node, known)),
      ...ofModule(file),
    ]
  }
}

const isSimulated = (path: string) => SIMULATED.test(path) && path.endsWith('.ts')

function knownTypes(files: Parsed[]): KnownTypes {
  const known: KnownTypes = { saved: new Set(), constant: new Set(CONSTANT), madeBy: new Map() }
  for (const file of files) {
    for (const node of declared(file, 'ClassDeclaration')) {
      const name = nameOf(node.id)
      if (isMarked(file, node)) known.constant.add(name)
      else if (membersOf(node).some((member) => nameOf(member.key) === 'state'))
        known.saved.add(name)
    }
    for (const type of ['TSTypeAliasDeclaration', 'TSInterfaceDeclaration']) {
      for (const node of declared(file, type)) {
        const text = file.text.slice(node.start, node.end)
        if (/(= HasState &|extends HasState)/.test(text)) known.saved.add(nameOf(node.id))
        // Functions, and what has nothing but functions and readonly fields: what they keep is seen where they are made.
        else if (isMarked(file, node) || hasNoFields(node)) known.constant.add(nameOf(node.id))
      }
    }
    for (const node of declared(file, 'FunctionDeclaration')) {
      const returns = node.returnType as { typeAnnotation?: Node } | null
      known.madeBy.set(nameOf(node.id), nameOf(returns?.typeAnnotation?.typeName))
    }
  }
  return known
}

/** Classes with nothing that changes, and then those with nothing but such classes. */
function learnConstantClasses(files: Parsed[], known: KnownTypes): void {
  for (let before = -1; before < known.constant.size; ) {
    before = known.constant.size
    for (const file of files) {
      for (const node of declared(file, 'ClassDeclaration')) {
        const name = nameOf(node.id)
        if (!known.saved.has(name) && ofClass(file, node, known).length === 0) {
          known.constant.add(name)
        }
      }
    }
  }
}

/** A name for plain values; a function's type; an object of functions and plain values, one function at least. */
function hasNoFields(node: Node): boolean {
  const type = (node.typeAnnotation ?? node.body) as Node
  if (isPlainType(type) || type.type === 'TSIndexedAccessType') return true
  if (type.type === 'TSUnionType') return (type.types as Node[]).every(isPlainType)
  const members = (type.members ?? (type.type === 'TSInterfaceBody' ? type.body : [])) as Node[]
  const areFunctions = members.map(
    (member) => member.type === 'TSMethodSignature' || typeOf(member)?.type === 'TSFunctionType',
  )
  return (
    areFunctions.includes(true) &&
    members.every((member, k) => areFunctions[k] || isPlainType(typeOf(member)))
  )
}

const typeOf = ({ typeAnnotation }: Node): Node | undefined =>
  (typeAnnotation as { typeAnnotation?: Node } | null)?.typeAnnotation

const isPlainType = (type: Node | undefined): boolean =>
  type !== undefined && (PLAIN_TYPES.test(type.type) || type.type === 'TSFunctionType')

function ofClass(file: Parsed, node: Node, known: KnownTypes): Violation[] {
  if (isMarked(file, node)) return []
  const members = membersOf(node)
  const textOf = (name: string) => {
    const found = members.find(
      ({ key, type }) => type === 'MethodDefinition' && nameOf(key) === name,
    )
    return found ? file.text.slice(found.start, found.end) : ''
  }
  const state = whatSaves(textOf)
  const outside = members.filter(({ kind }) => kind !== 'constructor')
  return members.flatMap((field) => {
    if (field.type !== 'PropertyDefinition' || field.static === true) return []
    const name = nameOf(field.key)
    const is = fieldKind(field, known)
    if (is === 'constant' || isMarked(file, field)) return []
    const isRead = name.startsWith('#') && (is === 'column' || isIndex(field, known))
    if (isRead && !outside.some((member) => mayChange(member, name))) return []
    const isSaved =
      is === 'value'
        ? state.includes(`this.${name} = `)
        : mentions(state, `this.${name}`, is === 'column')
    return isSaved ? [] : [violation(file, field, `${nameOf(node.id)}.${name}`)]
  })
}

/** The text of `state`, and of the methods that it hands its walk to. */
function whatSaves(textOf: (name: string) => string): string {
  const own = textOf('state')
  const handedTo = [...own.matchAll(/this\.([#\w]+)\(walk\)/g)].map(([, name]) => textOf(name))
  return [own, ...handedTo].join('\n')
}

/** `value`: assigned anew; `column`: numbers or texts by index; `held`: whatever else may change. */
function fieldKind(field: Node, known: KnownTypes): 'constant' | 'value' | 'column' | 'held' {
  const type = typeOf(field)
  const value = field.value as Node | null
  if (field.readonly !== true) {
    const isHeld = value && /^(Array|Object)Expression$|^NewExpression$/.test(value.type)
    return isHeld || (type && COLUMNS.test(nameOf(type.typeName))) ? 'held' : 'value'
  }
  if (type) return typeKind(type, known)
  if (value?.type === 'NewExpression') return namedKind(nameOf(value.callee), known)
  return value && /^(Literal|ArrowFunctionExpression|UnaryExpression)$/.test(value.type)
    ? 'constant'
    : 'held'
}

/** A map or set of what never changes: it can be seen whether it is only read. */
function isIndex(field: Node, known: KnownTypes): boolean {
  const type = typeOf(field) ?? (field.value as Node | null)
  const of = type?.type === 'NewExpression' ? nameOf(type.callee) : nameOf(type?.typeName)
  const given = (type?.typeArguments as { params?: Node[] } | null)?.params ?? []
  return /^(Map|Set)$/.test(of) && given.every((one) => typeKind(one, known) === 'constant')
}

function typeKind(type: Node, known: KnownTypes): 'constant' | 'column' | 'held' {
  if (isPlainType(type) || type.type === 'TSIndexedAccessType') return 'constant'
  const areConstant = (types: (Node | undefined)[]) =>
    types.every((of) => of !== undefined && typeKind(of, known) === 'constant')
  const ofParts = (types: (Node | undefined)[]) => (areConstant(types) ? 'constant' : 'held')
  switch (type.type) {
    case 'TSUnionType':
      return ofParts(type.types as Node[])
    case 'TSTupleType':
      return ofParts(type.elementTypes as Node[])
    case 'TSTypeLiteral':
      return ofParts((type.members as Node[]).map((member) => typeOf(member)))
    case 'TSTypeOperator': {
      // A list that is readonly, of what never changes.
      const of = type.typeAnnotation as Node
      const isList = type.operator === 'readonly' && of.type === 'TSArrayType'
      return isList ? ofParts([of.elementType as Node]) : typeKind(of, known)
    }
    case 'TSArrayType':
      return areConstant([type.elementType as Node]) ? 'column' : 'held'
    case 'TSTypeReference': {
      const name = nameOf(type.typeName)
      const given = (type.typeArguments as { params?: Node[] } | null)?.params ?? []
      return name === 'Record' ? ofParts(given.slice(1)) : namedKind(name, known)
    }
    default:
      return 'held'
  }
}

function namedKind(name: string, { constant }: KnownTypes): 'constant' | 'column' | 'held' {
  if (COLUMNS.test(name)) return 'column'
  return constant.has(name) || name.endsWith('Parameters') ? 'constant' : 'held'
}

/** Is there anything but reads by index, in a node, of what is called so? */
function mayChange(node: Node, name: string): boolean {
  const isIt = (one: unknown) => {
    const { type, object, property } = (one ?? {}) as Node
    if (!name.startsWith('#')) return type === 'Identifier' && nameOf(one) === name
    return (
      type === 'MemberExpression' &&
      (object as Node).type === 'ThisExpression' &&
      nameOf(property) === name
    )
  }
  let changes = false
  visit(node, [], (one, above) => {
    if (!isIt(one)) return
    const [outer, beyond] = [above.at(-1), above.at(-2)]
    const isMember = outer?.type === 'MemberExpression' && outer.object === one
    const isRead =
      (isMember && (outer.computed === true || READS.test(nameOf(outer.property)))) ||
      (outer?.type === 'ForOfStatement' && outer.right === one) ||
      outer?.type === 'SpreadElement'
    const isWritten =
      (beyond?.type === 'AssignmentExpression' && beyond.left === outer) ||
      beyond?.type === 'UpdateExpression'
    const isName =
      (outer?.type === 'MemberExpression' && outer.property === one && !outer.computed) ||
      (outer?.type === 'Property' && outer.key === one && outer.value !== one)
    if (!isName && (!isRead || isWritten)) changes = true
  })
  return changes
}

function isAssigned(node: Node, name: string): boolean {
  let found = false
  visit(node, [], (one) => {
    const target = one.type === 'UpdateExpression' ? one.argument : one.left
    if (/^(Assignment|Update)Expression$/.test(one.type) && nameOf(target) === name) found = true
  })
  return found
}

/** What a function keeps between two calls of the functions that it makes. */
function ofFunction(
  file: Parsed,
  { name, body, from }: { name: string; body: Node; from: Node },
  known: KnownTypes,
): Violation[] {
  if (isMarked(file, from)) return []
  const inner = innerFunctions(body)
  if (inner.length === 0) return []
  const state = inner
    .filter((one) => one.name === 'state')
    .map(({ node }) => file.text.slice(node.start, node.end))
    .join('\n')
  return keptBy(body, known).flatMap(({ names, node, is }) => {
    if (isMarked(file, node)) return []
    return names
      .filter((kept) => inner.some((one) => one.name !== 'state' && mentioned(one.node, kept)))
      .filter((kept) =>
        inner.some((one) => (is === 'value' ? isAssigned : mayChange)(one.node, kept)),
      )
      .filter((kept) => !mentions(state, kept))
      .map((kept) => violation(file, node, `${name}: ${kept}`))
  })
}

type Kept = { names: string[]; node: Node; is: 'value' | 'column' | 'held' }

/** Variables of a function's own floor that may change: `let`, containers, objects, streams, and what has a state. */
function keptBy(body: Node, known: KnownTypes): Kept[] {
  const declarations = ((body.body as Node[]) ?? []).filter(
    ({ type }) => type === 'VariableDeclaration',
  )
  return declarations.flatMap((node) =>
    (node.declarations as Node[]).flatMap(({ id, init }): Kept[] => {
      const names = boundNames(id as Node)
      if (node.kind === 'let') return [{ names, node, is: 'value' }]
      const is = initKind(init as Node | null, known)
      return is ? [{ names, node, is }] : []
    }),
  )
}

function initKind(init: Node | null, known: KnownTypes): 'column' | 'held' | null {
  if (!init) return null
  if (/^(Array|Object)Expression$/.test(init.type)) return 'held'
  if (init.type === 'NewExpression') {
    const name = nameOf(init.callee)
    if (COLUMNS.test(name)) return 'column'
    return CONTAINERS.test(name) || known.saved.has(name) ? 'held' : null
  }
  if (init.type !== 'CallExpression') return null
  const { object, property } = init.callee as { object?: Node; property?: Node }
  const called = nameOf(init.callee)
  if (/^create(Part)?Streams$/.test(called)) return 'held'
  if (known.saved.has(known.madeBy.get(called) ?? '')) return 'held'
  if (nameOf(property) === 'fill') return initKind(object ?? null, known)
  if (COLUMNS.test(nameOf(object))) return 'column'
  if (nameOf(object) === 'Array' || /^(map|slice)$/.test(nameOf(property))) return 'column'
  return null
}

function boundNames(id: Node): string[] {
  if (id.type === 'Identifier') return [nameOf(id)]
  return ((id.properties ?? []) as Node[]).flatMap(({ value }) => boundNames(value as Node))
}

/** Functions in a node that may be called later, with what they are called. */
function innerFunctions(node: Node): { name: string; node: Node }[] {
  const found: { name: string; node: Node }[] = []
  visit(node, [], (one, above) => {
    if (!/Function(Expression|Declaration)$/.test(one.type)) return
    const outer = above.at(-1)
    const callee = (outer?.type === 'CallExpression' ? outer.callee : null) as Node | null
    if (callee !== one && AT_ONCE.test(nameOf(callee?.property))) return
    const name = nameOf(one.id) || nameOf(outer?.key) || nameOf(outer?.id)
    found.push({ name, node: one })
  })
  return found
}

function mentioned(node: Node, name: string): boolean {
  let found = false
  visit(node, [], (one) => {
    if (one.type === 'Identifier' && nameOf(one) === name) found = true
  })
  return found
}

/** Nothing that changes stands on the floor of a file: it would be shared by all kernels. */
function ofModule(file: Parsed): Violation[] {
  return declared(file, 'VariableDeclaration')
    .filter(({ kind }) => kind === 'let')
    .filter((node) => !isMarked(file, node))
    .map((node) =>
      violation(file, node, boundNames((node.declarations as Node[])[0].id as Node)[0]),
    )
}

/** By its name; `whole`: not just an entry of it. */
const mentions = (text: string, name: string, whole = false) =>
  new RegExp(`(^|[^\\w#])${name.replace(/[.$]/g, '\\$&')}(?![\\w${whole ? '[' : ''}])`).test(text)

function violation({ path, text }: Parsed, node: Node, what: string): Violation {
  const line = text.slice(0, node.start).split('\n').length
  return `${path}:${line}: ${what} may change and is not saved; pass it to the walk in state(), or say above it "Not saved: <why>"`
}
