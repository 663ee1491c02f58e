-- Completes each record before it is buffered: its label_name, which only the tag has, and in labelled records a random
-- text, so that two with the same content get two ids. A footprint's id is by its content alone.
local PREFIX = "koa.actionlog."
local random = assert(io.open("/dev/urandom", "rb"))

function complete(tag, timestamp, record)
  if record.label_name == nil and tag:sub(1, #PREFIX) == PREFIX then
    record.label_name = tag:sub(#PREFIX + 1)
  end
  if record.label_name ~= "footprint" then
    record.record_id = random:read(16):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
  end
  return 2, timestamp, record -- 2: the record changed, the time did not
end
