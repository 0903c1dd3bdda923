-- One lease of a fleet budget. Amounts are milli-tokens.
--
-- A holder sends running totals only, and the server keeps the highest it has seen. So a message that is lost, late or
-- sent twice changes nothing: its content is in the next one. What is granted leaves the pot at once; tokens that a
-- dead holder still had are lost, never granted a second time.
--
-- KEYS  1 pot: hash of bal, ts, debt, one field for each holder, and for those who look at it cap, life and the sums of
--         all holders: granted, returned, denied
--       2 holders: sorted set, by the time at which each expires
-- ARGV  1 capacity  2 refill in a second  3 earned by a success  4 initial balance  5 life of a holder in ms  6 holder
--       7 successes  8 returned  9 spent without a lease  10 granted, as the holder knows  11 ask
--       12 keep: what an ask leaves in the pot  13 leave: 1 if the holder goes
-- Returns  granted, balance, holders, time in ms
local pot, holders = KEYS[1], KEYS[2]
local capacity, refill, ratio = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local initial, life, id = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local sent = { tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]) }
local ask, keep, leave = tonumber(ARGV[11]), tonumber(ARGV[12]), ARGV[13] == '1'

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- At most 20 of the dead in a call: a call stays short after a mass exit, and the next calls remove the rest.
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', holders, '-inf', now, 'LIMIT', 0, 20)) do
  redis.call('ZREM', holders, dead)
  redis.call('HDEL', pot, 'h:' .. dead)
end

local stored = redis.call('HMGET', pot, 'bal', 'ts', 'h:' .. id, 'debt', 'granted', 'returned', 'denied')
local balance, since = tonumber(stored[1]) or initial, tonumber(stored[2]) or now
local debt = tonumber(stored[4]) or 0

-- Time. A clock that went back earns nothing. 'since' moves only by the time that whole milli-tokens have paid for,
-- so that a slow refill that is asked often loses no fraction.
if now < since then since = now end
if refill > 0 then
  local earned = math.floor((now - since) * refill / 1000)
  since = since + math.ceil(earned * 1000 / refill)
  balance = balance + math.min(earned, capacity)
end

-- Totals. Those of a holder that is not known here are its baseline, and worth nothing.
local successes, returned, spent, granted = sent[1], sent[2], sent[3], sent[4]
local known = stored[3] and { string.match(stored[3], '^(%d+):(%d+):(%d+):(%d+)$') }
if known and known[4] then
  successes, returned = tonumber(known[1]), tonumber(known[2])
  spent, granted = tonumber(known[3]), tonumber(known[4])
end
-- A holder that knows of more than is stored here was granted it by a primary whose last writes were lost.
local forgotten = math.max(0, sent[4] - granted)
granted = granted + forgotten
local unleased = math.max(0, sent[3] - spent)
spent = spent + unleased
local back = math.max(0, math.min(sent[2], granted + spent) - returned)
returned = returned + back
balance = balance + math.max(0, sent[1] - successes) * ratio + back
successes = math.max(successes, sent[1])
if balance >= capacity then
  balance = capacity
  since = now
end

-- What the pot did not grant is taken from it afterwards; what it does not hold is owed, up to one capacity.
debt = debt + unleased + forgotten
local paid = math.min(balance, debt)
balance, debt = balance - paid, math.min(debt - paid, capacity)

-- What was granted in an answer that the holder has not seen counts as a part of what it asks for now.
local fresh = ask - (granted - sent[4])
if leave then
  redis.call('ZREM', holders, id)
else
  redis.call('ZADD', holders, now + life, id)
end
local count = redis.call('ZCARD', holders)
if fresh > 0 and not leave then
  local free = math.max(0, balance - keep)
  fresh = math.min(fresh, math.max(math.floor(free / count), math.min(1000, free)))
  balance = balance - fresh
  granted = granted + fresh
else
  fresh = 0
end

local got = granted - sent[4]
local denied = ask > 0 and got < ask and got < 1000 and 1 or 0
local format = string.format
redis.call('HSET', pot, 'bal', format('%d', balance), 'ts', format('%d', since), 'debt', format('%d', debt),
  'cap', ARGV[1], 'life', ARGV[5], 'granted', format('%d', (tonumber(stored[5]) or 0) + fresh + forgotten),
  'returned', format('%d', (tonumber(stored[6]) or 0) + back), 'denied', (tonumber(stored[7]) or 0) + denied)
if leave then
  redis.call('HDEL', pot, 'h:' .. id)
else
  redis.call('HSET', pot, 'h:' .. id, format('%d:%d:%d:%d', successes, returned, spent, granted))
end
redis.call('PEXPIRE', pot, life * 4)
redis.call('PEXPIRE', holders, life * 4)
return { granted, balance, count, now }
