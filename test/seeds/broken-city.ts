// A copy of a real city in a temporary folder, for tests to break.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { SEEDS_ROOT } from '../../seeds/load/city.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests reach into JSON of every shape
type Json = any

/** Copies seeds/<city>; `edit` rewrites one of its JSON files. The copy goes away with the test. */
export function copyCity(city = 'testville') {
  const root = mkdtempSync(join(tmpdir(), 'huacheng-seeds-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, city)
  cpSync(join(SEEDS_ROOT, city), folder, { recursive: true })
  return {
    root,
    folder,
    edit(file: string, change: (value: Json) => void): void {
      const path = join(folder, file)
      const value = JSON.parse(readFileSync(path, 'utf8'))
      change(value)
      writeFileSync(path, JSON.stringify(value))
    },
    write(file: string, text: string): void {
      writeFileSync(join(folder, file), text)
    },
    remove(file: string): void {
      rmSync(join(folder, file))
    },
  }
}

/** The lines of the problem that `run` throws. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ''))
  }
  throw new Error('no problem was found')
}
