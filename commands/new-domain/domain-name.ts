// What a new domain may be called: a word that can be folder, topic, KPI and identifier, and that nothing else goes by.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { topicNames } from '../../producers/contract/topics.ts'
import { NOT_DOMAINS } from '../../seeds/load/city.ts'
import type { Problems } from '../../seeds/load/seed-file.ts'

const NAME = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/
const LONGEST = 30
/** Words of the language, which cannot name a constant. */
const RESERVED =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|domains|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/
/** No text in these may name a domain; test/architecture.ts holds them to it. */
const DOWNSTREAM = ['processor', 'console', 'audit', 'twin', 'load', 'commands/contracts']

/** What the domain is called: in code, and in words. */
export type DomainWords = { name: string; zh: string; en: string }

/** Labels stand between quotes in code, and on a tile. */
const LABEL = /^[^'"\\\n`$]{1,24}$/

export function checkLabel(where: string, label: string, problems: Problems): void {
  if (LABEL.test(label)) return
  problems.add(where, JSON.stringify(label), 'a line of 1 to 24 characters without quotes')
}

/** `city-hotline` → `cityHotline`. */
export const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Adds why `name` cannot be a new domain's; `taken`: the domains that there are. */
export function checkName(
  name: string | undefined,
  taken: string[],
  root: string,
  problems: Problems,
): void {
  const where = 'new-domain name'
  if (name === undefined || !NAME.test(name) || name.length > LONGEST) {
    const expected = `lower-case words joined by hyphens, at most ${LONGEST} letters`
    problems.add(where, name ?? 'nothing', expected, 'such as city-hotline')
    return
  }
  const topics = Object.values(topicNames('')).filter((topic) => typeof topic === 'string')
  if (taken.includes(name)) problems.add(where, `${name}, a domain already`, 'another name')
  else if (NOT_DOMAINS.has(name) || topics.includes(name) || RESERVED.test(camelCase(name))) {
    problems.add(where, `${name}, which means something else here`, 'another name')
  } else {
    const spoken = downstreamFile(name, root)
    if (spoken) {
      const got = `${name}, a word that ${spoken} uses`
      problems.add(where, got, 'a word that nothing downstream says', 'add a second word to it')
    }
  }
}

/** The first file downstream that says the name, in whatever spelling. */
function downstreamFile(name: string, root: string): string | undefined {
  const spellings = [
    name,
    camelCase(name),
    name.replaceAll('-', '_'),
    name.replaceAll('-', ' '),
  ].join('|')
  const pattern = new RegExp(`\\b(${spellings})\\b`, 'i')
  for (const folder of DOWNSTREAM) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file) || file.includes('node_modules')) continue
      if (pattern.test(readFileSync(join(root, folder, file), 'utf8'))) return join(folder, file)
    }
  }
  return undefined
}
