-- wrk's part of clients.py: a new request each time, each answer looked at, and a line of JSON at the end.
-- Arguments: files of the body, of the tokens and of values, what is in each right answer, first number, first member, members,
-- first program; and, if members take turns, the first turn.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  errors, said = 0, ""
  local file = assert(io.open(arguments[1]))
  pieces = {}
  for text, stand_in in (file:read("*a") .. "@END@"):gmatch("(.-)@(%u+)@") do
    table.insert(pieces, text)
    table.insert(pieces, stand_in)
  end
  file:close()
  tokens = {}
  for token in io.lines(arguments[2]) do
    table.insert(tokens, "Bearer " .. token)
  end
  values = {}
  for value in io.lines(arguments[3]) do
    table.insert(values, value)
  end
  answer = arguments[4]
  number, first, size = tonumber(arguments[5]), tonumber(arguments[6]), tonumber(arguments[7])
  program, turn = tonumber(arguments[8]), tonumber(arguments[9])
  headers = { ["content-type"] = "application/json", ["accept"] = "application/json" }
  math.randomseed(number % 2147483647)
  for _ = 1, 3 do
    math.random()
  end
end

function request()
  number = number + 1
  local place, of = math.random(0, size - 1), program
  if turn then
    place, of = turn % size, program + math.floor(turn / size)
    turn = turn + 1
  end
  local said = {
    NUMBER = string.format("%.0f", number),
    MEMBER = string.format("%d", first + place),
    PROGRAM = string.format("%d", of),
    VALUE = values[place % math.max(#values, 1) + 1] or "",
    END = "",
  }
  local asked = {}
  for place = 1, #pieces, 2 do
    asked[place], asked[place + 1] = pieces[place], said[pieces[place + 1]]
  end
  headers["authorization"] = tokens[place % #tokens + 1]
  return wrk.format("POST", nil, headers, table.concat(asked))
end

function response(status, _, told)
  if status ~= 200 or not told:find(answer, 1, true) then
    errors = errors + 1
    said = said == "" and status .. " " .. told or said
  end
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

function done(summary, latency)
  local broken, wrong, what = summary.errors, 0, ""
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("errors")
    what = what == "" and thread:get("said") or what
  end
  wrong = wrong + broken.connect + broken.read + broken.write + broken.timeout
  io.write(string.format('\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d, "said": %s}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    wrong, quoted(what)))
end
