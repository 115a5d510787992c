// The folder or the file that a command is to make: looked at before anything starts.
import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { userPath } from '../options/user-path.ts'

/** The path of a folder that can be made, or is there and empty; throws a Problem that names the option. */
export function newFolder(option: string, named: string): string {
  const path = userPath(named)
  const where = `--${option} ${named}`
  try {
    if (!statSync(dirname(path)).isDirectory()) {
      throw new Problem(problemText(where, 'a place in a file', 'one in a folder'))
    }
    const there = statSync(path, { throwIfNoEntry: false })
    if (there && !there.isDirectory())
      throw new Problem(problemText(where, 'a file', 'a new folder'))
    const files = there ? readdirSync(path).length : 0
    if (files > 0) {
      throw new Problem(problemText(where, `a folder with ${files} files`, 'a new or empty one'))
    }
  } catch (error) {
    throw error instanceof Problem ? error : fileProblem(error, where)
  }
  return path
}

/** The path of a file that can be made, or is there and will be replaced; throws a Problem that names the option. */
export function newFile(option: string, named: string): string {
  const path = userPath(named)
  const where = `--${option} ${named}`
  try {
    if (!statSync(dirname(path)).isDirectory()) {
      throw new Problem(problemText(where, 'a place in a file', 'one in a folder'))
    }
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Problem(problemText(where, 'a folder', 'a file'))
    }
  } catch (error) {
    throw error instanceof Problem ? error : fileProblem(error, where)
  }
  return path
}
