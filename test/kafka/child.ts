// A program of a few lines in a process of its own, so that it can be killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** Runs an ES module given as text, as if it lay in the repository's root. */
export function startHere(program: string, args: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const exited = once(child, 'exit')
  return {
    /** Resolves when it has said so; rejects when it ends before. */
    async says(text: string): Promise<void> {
      while (!said.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}; said: ${said}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await exited
    },
  }
}
