// What a browser makes of pictures: text of a function that runs in a page.

/** An expression of a function: pictures (PNG as base64) in, their width, height and pixels (RGBA bytes) out. */
export const PIXELS_OF = `(pictures) => Promise.all(pictures.map(async (data) => {
  const image = new Image()
  image.src = 'data:image/png;base64,' + data
  await image.decode()
  const { width, height } = image
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width, height, data: context.getImageData(0, 0, width, height).data }
}))`
