// The files of a folder and the rule that each falls under; those that fall under none are named.
import { readdir } from 'node:fs/promises'
import { join, matchesGlob, sep } from 'node:path'
import { collector, Problem, problemText } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import type { ImportPlan } from './mapping/plan.ts'
import type { SourceFile } from './source-file.ts'

/** Paths within the folder, by name. `others` = files, links and such that no rule takes. */
export type SourceFolder = { files: SourceFile[]; others: string[] }

/** Throws a Problem where it cannot be read, a file falls under two rules, or no file under any. */
export async function sourceFolder(
  folder: string,
  label: string,
  { rules }: ImportPlan,
): Promise<SourceFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw fileProblem(error, label)
    },
  )
  const problems = collector()
  const files: SourceFile[] = []
  const others: string[] = []
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const name = path.slice(join(folder, sep).length).split(sep).join('/')
      return { path, name, isFile: entry.isFile() }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const { path, name, isFile } of found) {
    const taking = rules.flatMap(({ rule }, i) => (matchesGlob(name, rule.match) ? [i] : []))
    if (taking.length > 1) {
      const got = `files[${taking.join('] and files[')}] of the mapping`
      problems.add(`${label}: ${name}`, got, 'one that takes it')
    }
    // A link may lead anywhere.
    if (taking.length !== 1 || !isFile) others.push(name)
    else
      files.push({ path, name, number: files.length, planned: rules[taking[0]], rule: taking[0] })
  }
  problems.throwIfAny('the mapping does not fit the folder')
  if (files.length > 0) return { files, others }
  const matches = rules.map(({ rule }) => rule.match).join(', ')
  throw new Problem(problemText(label, 'no file that the mapping takes', `files called ${matches}`))
}
