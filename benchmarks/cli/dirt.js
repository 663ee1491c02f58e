const record = { time: '2026-10-01T00:00:00.000Z', label_name: 'from_dirt', n: 1 }
const json = JSON.stringify(record)

/** Pieces that real log files have between their records. */
export const dirtyPieces = [
  '\n',
  'Server listens on port 3000\n',
  '    at handler (app.js:1:1)\n',
  `\0\0\0\0${json}\n`,
  `${json}${json}\n`,
  `${json} and some text\n`,
  `${json.slice(0, 40)}\n`,
  `${json.slice(0, -1)},"n":NaN}\n`,
  `${json.slice(0, -1)},}\n`,
  '[1,2,3]\n',
  `${json.slice(0, -1)},"text":"\\ud800"}\n`,
  `${JSON.stringify({ log: `${json}\n`, stream: 'stdout', time: '2026-10-01T00:00:01.000000000Z' })}\n`,
  `2026-10-01T00:00:01.000000000Z stdout F ${json}\n`,
]
