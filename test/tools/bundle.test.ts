// What goes into the offline bundle: all packages that the server loads, none that only the page is built of; a zip that is the same each time.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { PAGE_ONLY } from '../../tools/bundle/content.ts'
import { productionModules } from '../../tools/bundle/production-modules.ts'
import { readme } from '../../tools/bundle/readme-text.ts'
import { SYSTEMS } from '../../tools/bundle/systems.ts'
import { zipOf } from '../../tools/bundle/zip.ts'

const ROOT = join(import.meta.dirname, '../..')
const SERVER = [
  'audit',
  'commands',
  'console/server',
  'infra',
  'processor',
  'producers',
  'replay',
  'seeds',
  'twin',
]
const IMPORT = /(?:from|import\() ?'((?:@[^/']+\/)?[^/'.:]+)/g

function imported(): Set<string> {
  const found = new Set<string>()
  for (const folder of SERVER) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const source = readFileSync(join(ROOT, folder, name), 'utf8')
      for (const [, module] of source.matchAll(IMPORT)) found.add(module)
    }
  }
  return found
}

describe('packages of the bundle', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

  it('leaves out what no program of the server imports, and only that', () => {
    const wanted = imported()
    const unused = Object.keys(dependencies).filter((name) => !wanted.has(name))
    expect(unused.sort()).toEqual([...PAGE_ONLY].sort())
  })

  it('leaves out what the container image leaves out', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
    const [, names] = /npm uninstall .*--omit=optional (.*)/.exec(dockerfile)!
    expect(names.split(' ').sort()).toEqual([...PAGE_ONLY].sort())
  })

  it('brings what those need in turn', () => {
    const names = productionModules(ROOT, PAGE_ONLY).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['fastify', 'find-my-way', 'tdigest', 'bintrees']))
    expect(names).not.toContain('vite')
    expect(names).not.toContain('rolldown')
  })
})

describe('zip', () => {
  const entries = [
    { path: 'a/start.sh', bytes: Buffer.from('#!/bin/sh\n'), isProgram: true },
    { path: 'a/中文.txt', bytes: Buffer.from('模拟数据'), isProgram: false },
  ]

  it('is the same bytes each time, whatever the time and its zone', () => {
    const before = process.env.TZ
    const first = Buffer.from(zipOf(entries)).toString('hex')
    process.env.TZ = 'Pacific/Auckland'
    const again = Buffer.from(zipOf(entries)).toString('hex')
    process.env.TZ = before
    if (before === undefined) delete process.env.TZ
    expect(again).toBe(first)
  })

  it('gives back what went in, names in Chinese included', () => {
    const out = unzipSync(zipOf(entries))
    expect(Object.keys(out)).toEqual(['a/start.sh', 'a/中文.txt'])
    expect(Buffer.from(out['a/中文.txt']).toString()).toBe('模拟数据')
  })
})

describe('systems', () => {
  it('have exact versions, checksums and starters of their own', () => {
    for (const { node, starter } of SYSTEMS) {
      expect(node.version).toMatch(/^24\.\d+\.\d+$/)
      expect(node.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/)
      expect(starter.lines.join()).toContain('huacheng.js demo --open')
    }
    expect(new Set(SYSTEMS.map(({ name }) => name)).size).toBe(SYSTEMS.length)
  })

  it('tell a person how to start, in both languages', () => {
    for (const system of SYSTEMS) {
      const text = readme(system, system.node.version, '1.2.3')
      expect(text.split(system.starter.file).length).toBeGreaterThanOrEqual(3)
      expect(text).toContain('模拟数据')
    }
  })
})
