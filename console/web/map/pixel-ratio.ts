// Notices when a screen of another density shows the page, or a browser's zoom changed it: nothing else may have moved.

/** Calls `changed` after each change of `devicePixelRatio`; returns what stops it. */
export function watchPixelRatio(changed: () => void): () => void {
  let query: MediaQueryList
  // A query can only say that the ratio is no longer the one it was made for.
  const watch = () => {
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`)
    query.addEventListener('change', onChange)
  }
  const onChange = () => {
    query.removeEventListener('change', onChange)
    watch()
    changed()
  }
  watch()
  return () => query.removeEventListener('change', onChange)
}
