// The proxies that docs/operations.md shows are the files of infra/proxy/, of which a browser test uses nginx's.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../repository.ts'

const FOLDER = join(ROOT, 'infra/proxy')
const docs = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')

describe('infra/proxy', () => {
  it.each(readdirSync(FOLDER))('stands in docs/operations.md as it is: %s', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8')
    expect(docs.includes(`\n${text}\`\`\`\n`)).toBe(true)
  })
})
