// Fills the generated parts of a Markdown page: everything between `<!-- generated: name -->` and `<!-- end -->`.
import { Problem, problemText } from '../../infra/problem.ts'

const BLOCK = /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g

/** Throws a Problem when the page and `blocks` do not name the same parts. `where` is the page's path. */
export function fillPage(where: string, page: string, blocks: Map<string, string>): string {
  const found = [...page.matchAll(BLOCK)].map((match) => match[2])
  const wanted = [...blocks.keys()]
  if (found.toSorted().join() !== wanted.toSorted().join()) {
    const todo = 'every part stands once, as <!-- generated: name --> … <!-- end -->'
    throw new Problem(
      problemText(where, `generated parts ${found.join(', ')}`, wanted.join(', '), todo),
    )
  }
  return page.replace(BLOCK, (_, open: string, name: string, end: string) => {
    return `${open}\n${blocks.get(name)}\n\n${end}`
  })
}
