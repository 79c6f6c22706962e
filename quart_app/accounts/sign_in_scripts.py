"""What happens to sign-ins in Redis, each step atomic and by Redis' own clock, so that no worker's skew counts."""

from __future__ import annotations

from typing import Final

OPEN: Final = """
-- KEYS: record, set of the user's sign-ins; ARGV: user, tail, name, lifetime, idle, most, channel
local now = tonumber(redis.call('TIME')[1])
local lifetime, idle, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local expires = now + lifetime
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'tail', ARGV[2], 'name', ARGV[3], 'expires', expires, 'idle', idle,
  'made', now, 'used', now)
redis.call('EXPIREAT', KEYS[1], now + math.min(lifetime, idle))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
-- Members are the names of the records. The newest may be the first to expire: never drop that one.
while redis.call('ZCARD', KEYS[2]) >= most do
  local dropped = redis.call('ZPOPMIN', KEYS[2])[1]
  redis.call('DEL', dropped)
  local digest = string.sub(dropped, string.find(dropped, ':') + 1)
  redis.call('PUBLISH', ARGV[7], '{"kind":"signed_out","digest":"' .. digest .. '"}')
end
redis.call('ZADD', KEYS[2], expires, KEYS[1])
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
redis.call('EXPIREAT', KEYS[2], last)
return expires
"""

USE: Final = """
-- KEYS: record. Being used puts off the idle end, never the absolute one.
local found = redis.call('HMGET', KEYS[1], 'user', 'expires', 'idle')
if not (found[1] and found[2] and found[3]) then return false end
local now = tonumber(redis.call('TIME')[1])
local expires = tonumber(found[2])
if now >= expires then
  redis.call('DEL', KEYS[1])
  return false
end
redis.call('HSET', KEYS[1], 'used', now)
redis.call('EXPIREAT', KEYS[1], math.min(now + tonumber(found[3]), expires))
return redis.call('HGETALL', KEYS[1])
"""

RESTORE: Final = """
-- KEYS: record, set of the user's sign-ins; ARGV: the fields of the record. Nothing if it is known, or over.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local fields = {}
for i = 1, #ARGV, 2 do fields[ARGV[i]] = ARGV[i + 1] end
local now, expires, idle = tonumber(redis.call('TIME')[1]), tonumber(fields['expires']), tonumber(fields['idle'])
if now >= expires then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
redis.call('EXPIREAT', KEYS[1], math.min(now + idle, expires))
redis.call('ZADD', KEYS[2], expires, KEYS[1])
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
redis.call('EXPIREAT', KEYS[2], last)
return 1
"""

CLOSE: Final = """
-- KEYS: record, set; ARGV: channel, event
local closed = redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return closed
"""

CLOSE_ALL: Final = """
-- KEYS: set; ARGV: channel, event
local closed = 0
for _, record in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  closed = closed + redis.call('DEL', record)
end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return closed
"""

BIND_SLOT: Final = """
-- KEYS: record; ARGV: lookup. Never makes a record: one that has just ended would live again, and for ever.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'slot', ARGV[1])
return 1
"""
