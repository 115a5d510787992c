// `huacheng new-domain <name>`: six files, a line and data for every city, of a domain that runs as it is.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import { freePlaces } from '../../producers/contract/declared-places.ts'
import { domains } from '../../producers/domains.ts'
import { cityNames, loadCity } from '../../seeds/load/city.ts'
import { type CliCommand, wordsOf } from '../options/options.ts'
import { dataText, prefixFor, withPlanned } from './city-data.ts'
import { camelCase, checkLabel, checkName, type DomainWords } from './domain-name.ts'

const ROOT = join(import.meta.dirname, '../..')
const TEMPLATE = join(import.meta.dirname, 'template')
const LIST = 'producers/domains.ts'

/** Texts by path from the root: what a new domain adds and changes. Throws a Problem for a name that cannot be. */
export function newDomainFiles(
  words: DomainWords,
  declarations: Declaration[] = domains.map(({ declaration }) => declaration),
  root: string = ROOT,
): Map<string, string> {
  const { name } = words
  const folder = `producers/domains/${name}`
  const problems = collector()
  const taken = declarations.map(({ domain }) => domain)
  checkName(name, taken, root, problems)
  checkLabel('--zh', words.zh, problems)
  checkLabel('--en', words.en, problems)
  const free = freePlaces(declarations)
  if (free.shape === null) {
    const todo = 'draw another in SHAPES of producers/contract/declaration.ts and in the page'
    problems.add('new-domain', 'every shape taken', 'one that no layer has', todo)
  }
  if (name && existsSync(join(root, folder))) problems.add(folder, 'a folder already', 'none')
  problems.throwIfAny('no new domain')

  const files = new Map<string, string>()
  for (const file of readdirSync(TEMPLATE)) {
    const text = readFileSync(join(TEMPLATE, file), 'utf8')
    files.set(`${folder}/${file}`, filled(text, words, free))
  }
  files.set(LIST, withLine(readFileSync(join(root, LIST), 'utf8'), name))
  const seeds = join(root, 'seeds')
  const cities = cityNames(seeds).map((id) => loadCity(id, seeds))
  const idPrefix = prefixFor(name, cities)
  for (const city of cities) {
    const plan = `seeds/${city.id}/plan.json`
    files.set(`seeds/${city.id}/${name}.json`, dataText(city, words, idPrefix))
    const text = readFileSync(join(root, plan), 'utf8')
    files.set(plan, withPlanned(text, city, `${name}.coverage`))
  }
  return files
}

/** The template under another name, with places of its own. */
function filled(text: string, { name, zh, en }: DomainWords, free: ReturnType<typeof freePlaces>) {
  const camel = camelCase(name)
  return text
    .replaceAll('../../../producers/', '../../')
    .replaceAll('SampleDomain', camel[0].toUpperCase() + camel.slice(1))
    .replaceAll('sampleDomain', camel)
    .replaceAll('sample-domain', name)
    .replaceAll('示例', zh)
    .replaceAll(/\bSample\b/g, en)
    .replaceAll(/\bsample\b/g, en)
    .replace('headline: 99', `headline: ${free.headline}`)
    .replace('order: 99', `order: ${free.order}`)
    .replace("shape: 'circle'", `shape: '${free.shape}'`)
}

/** producers/domains.ts with one import and one entry more. */
export function withLine(text: string, name: string): string {
  const camel = camelCase(name)
  const line = `import { ${camel} } from './domains/${name}/domain.ts'\n`
  const at = text.search(/^import /m)
  return (text.slice(0, at) + line + text.slice(at)).replace(
    /(\[[^\]]*?),?\s*\]\s*$/,
    `$1,\n  ${camel},\n]\n`,
  )
}

/** Import order and line breaks depend on the name; without the formatter, `npm run format` says so. */
function format(paths: string[], root: string): void {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  if (!existsSync(biome)) return
  const code = paths.filter((path) => path.endsWith('.ts'))
  const { status, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', ...code], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status === 0) return
  throw new Problem(problemText('biome check', stderr.trim(), 'files it accepts'))
}

export const newDomain: CliCommand = {
  name: 'new-domain',
  about: `
For developers: writes producers/domains/<name>/ from a small domain that works, adds it to producers/domains.ts and
writes seeds/<city>/<name>.json and planned numbers for every city, with the next free rank of the headline row, layer
order, shape and id prefix. It runs as it is; docs/adding-a-domain.md says how to go on. Nothing is overwritten.`,
  words: { value: 'name', text: 'lower-case words joined by hyphens, such as city-hotline' },
  options: {
    zh: { type: 'string', value: 'text', text: 'what it is called in Chinese; default the name' },
    en: { type: 'string', value: 'text', text: 'what it is called in English; default the name' },
  },
  examples: ['npm run new-domain city-hotline -- --zh 政务热线 --en Hotline'],
  async run(values) {
    const [name, ...more] = wordsOf(values)
    if (more.length > 0) {
      throw new Problem(problemText('new-domain', `the words "${more.join(' ')}"`, 'one name'))
    }
    const words = {
      name,
      zh: (values.zh as string | undefined) ?? name ?? '',
      en: (values.en as string | undefined) ?? name ?? '',
    }
    const files = newDomainFiles(words)
    writeDomain(files, ROOT)
    for (const path of files.keys()) printLine(`wrote ${path}`)
    printLine(nextSteps(name))
  },
}

/** Writes the files under `root` and formats the code among them. */
export function writeDomain(files: Map<string, string>, root: string): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  format([...files.keys()], root)
}

function nextSteps(name: string): string {
  return `
${name} runs:   npx huacheng kpis --city testville --for PT10M | grep ${name}
Next, with docs/adding-a-domain.md:
  1. say what it is: event.ts, measures.ts, declaration.ts (both languages), parameters.ts, simulate.ts
  2. give it data with sources: seeds/<city>/${name}.json; planned numbers: npx huacheng plan-numbers ${name}.coverage <total>
  3. write test/producers/domains/${name}/simulate.test.ts, beginning with keepsTheDomainPromises
  4. npm run contracts   (docs/contracts describe every event and measure)
  5. npm test`
}
