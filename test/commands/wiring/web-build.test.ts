// When the page is built again: sources newer than the build, and never where there are no sources.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isWebStale, refuseUnwritable } from '../../../commands/wiring/web-build.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'huacheng-page-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** A file of a tree, last changed so many seconds after the epoch. */
function put(path: string, changedS: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), '')
  utimesSync(join(root, path), changedS, changedS)
}

function checkout(): void {
  const contract = ['console/messages.ts', 'console/packed-messages.ts']
  for (const path of ['console/web/index.html', ...contract, 'package-lock.json']) put(path, 100)
}

describe('the built page', () => {
  it('is stale where there is none, and where a source is newer', () => {
    checkout()
    expect(isWebStale(root)).toBe(true)
    put('console/web/dist/index.html', 200)
    expect(isWebStale(root)).toBe(false)
    put('console/web/main.tsx', 300)
    expect(isWebStale(root)).toBe(true)
  })

  it('is refused where it cannot be written, before anything is built', () => {
    checkout()
    const dist = join(root, 'console/web/dist')
    refuseUnwritable(dist)
    expect(readdirSync(dist)).toEqual([])
    const below = join(root, 'console/messages.ts', 'dist')
    expect(() => refuseUnwritable(below)).toThrow(
      `${below}: a file stands where a folder should be, expected a folder that can be written`,
    )
  })

  it('is never stale where its sources are not, as in the image', () => {
    put('console/web/dist/index.html', 200)
    put('console/messages.ts', 300)
    put('package-lock.json', 300)
    expect(isWebStale(root)).toBe(false)
  })
})
