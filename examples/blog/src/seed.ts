const DAY_MS = 86_400_000

const names = ['Ada', 'Björn', 'Chiara', 'Diego', 'Emeka', 'Fatima', 'Grace', 'Hiro', 'Inês', 'Jonas']

const walks = [
  ['Along the canal before breakfast', 'Nobody there but a heron, and it left first.'],
  ['The long way to the bakery', 'Twice the distance, and the bread was still warm.'],
  ['Fog on the ridge', 'I saw my boots and heard the bells of sheep. It was enough.'],
  ['Which shoes for wet meadows?', 'After three pairs: none. Take dry socks instead.'],
  ['A bridge that is not on the map', 'Two planks and a rope. I wrote it in with a pencil.'],
  ['Night train, then uphill', 'We arrived at six, and the hut served soup at noon.'],
  [
    'The footpath behind the station',
    'Blackberries on both sides, and a bench that somebody repairs each spring.',
  ],
  ['Counting milestones', 'There should be twelve. I found nine, and one in a garden wall.'],
  ['With a pram through the city', 'Kerbs are a landscape of their own.'],
  ['The pass in the first snow', 'We turned back two bends below the top. It will still be there in June.'],
  ['Tide tables matter', 'The island is a walk at ten and a swim at eleven.'],
  ['A map from 1912', 'The mill is gone, the path is not.'],
  ['Rain, day three', 'One stops looking for puddles to avoid.'],
  ['How to read a waymark', 'Yellow means left here. In the next valley it means bring a friend.'],
  ['The quiet side of the lake', 'The ferry goes to the other one.'],
  ['Lunch on the watershed', 'My apple core went to the Black Sea, hers to the North Sea.'],
  ['Lost for an hour', 'It was the best hour, now that I know how it ended.'],
  ['Twenty kilometres of hedges', 'A hedge is a very slow conversation between two farmers.'],
  ['Walking home from work', 'Four tram stops turned out to be eleven minutes.'],
  ['Old rails, new path', 'Level all the way: a railway thinks like a tired walker.'],
  ['A dog that came along', 'It joined us at the chapel and took leave at the inn, without a word.'],
  ['Stairs of the old town', 'I counted 612. My knees say 613.'],
  ['Stars above the dam', 'Turn the lamp off and wait. Then wait longer.'],
  ['The first warm Sunday', 'Everybody had the same idea & the same ice cream.'],
  ['Notes on walking sticks', 'One is company, two is traffic.'],
] as const

const remarks = [
  'I was there last year, and the bench still stood.',
  'Which way did you go at the fork?',
  'This is the photograph I never took.',
  '"Without a word" made me laugh.',
  'Try it in October, when the larches turn.',
  'Thank you, we followed your notes and got home dry.',
  'My map says otherwise, but I believe you.',
]

export const users = names.map((name, index) => ({ id: index + 1, name }))

export const posts = walks.map(([title, body], index) => ({
  id: index + 1,
  title,
  body,
  authorId: userAt(index * 7),
  publishedAt: new Date(Date.now() - (walks.length - index) * DAY_MS),
}))

/** Between none and four under each post. */
export const comments = posts.flatMap((post) =>
  Array.from({ length: post.id % 5 }, (_, index) => ({
    postId: post.id,
    authorId: userAt(post.id + index),
    body: remarks[(post.id + index * 3) % remarks.length] as string,
    createdAt: new Date(post.publishedAt.getTime() + (index + 1) * 3_600_000),
  })),
)

function userAt(index: number): number {
  return (index % names.length) + 1
}
