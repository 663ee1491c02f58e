import { Html } from '../html.js'

/** Asks `/api/posts` while one types: such calls leave footprints as well. */
export const searchBox = new Html(`<label>Search <input id="search" type="search" autocomplete="off"></label>
<ul id="found" class="list"></ul>
<script type="module">
const input = document.querySelector('#search')
const found = document.querySelector('#found')
input.addEventListener('input', async () => {
  const words = input.value.trim()
  const response = words && await fetch('/api/posts?q=' + encodeURIComponent(words))
  const posts = response ? await response.json() : []
  if (words !== input.value.trim()) return
  found.replaceChildren(...posts.map(({ id, title }) => {
    const link = Object.assign(document.createElement('a'), { href: '/posts/' + id, textContent: title })
    const item = document.createElement('li')
    item.append(link)
    return item
  }))
})
</script>`)
