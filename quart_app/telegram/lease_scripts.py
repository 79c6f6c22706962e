"""What happens to leases in Redis, each step atomic and by Redis' own clock, so that no worker's skew counts."""

from __future__ import annotations

from typing import Final

# "ready" is when the quarantine is over: whoever asks again meanwhile waits for what is left of it.
# Answers {held, token as text, owner, quarantine in ms}. Tokens start from the clock in ms, so that a Redis that
# lost its data can't hand out an old one; string.format, because tostring rounds numbers of this size. A worker that
# is named already, since it couldn't say that it let go, gets a new token too: its former client has had the old one.
ACQUIRE: Final = """
local owner, token = unpack(redis.call('HMGET', KEYS[1], 'owner', 'token'))
local me, prefix = ARGV[1], ARGV[2]
if owner and owner ~= '' and owner ~= me and redis.call('EXISTS', prefix .. owner) == 1 then
  return {0, token, owner, 0}
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ready = tonumber(redis.call('HGET', KEYS[1], 'ready') or '0')
local wait = math.max(0, ready - now)
if owner and owner ~= '' and owner ~= me then
  wait = tonumber(ARGV[3])
elseif owner == '' then
  local last, released = unpack(redis.call('HMGET', KEYS[1], 'last', 'released'))
  if last ~= me then wait = math.max(wait, tonumber(ARGV[3]) - (now - tonumber(released))) end
end
local high = tonumber(redis.call('GET', KEYS[2]) or '0')
token = string.format('%.0f', math.max(high + 1, now))
redis.call('SET', KEYS[2], token, 'EX', ARGV[4])
redis.call('HSET', KEYS[1], 'owner', me, 'token', token, 'ready', string.format('%.0f', now + wait))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {1, token, me, wait}
"""
RELEASE: Final = """
local owner, token = unpack(redis.call('HMGET', KEYS[1], 'owner', 'token'))
if owner ~= ARGV[1] or token ~= ARGV[2] then return 0 end
local clock = redis.call('TIME')
local now = string.format('%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
redis.call('HSET', KEYS[1], 'owner', '', 'last', ARGV[1], 'released', now)
redis.call('EXPIRE', KEYS[1], 60)
return 1
"""
# A Redis that lost its data knows no lease at all: whoever still holds one says so again, with the token it had.
RESTORE: Final = """
local owner, token = unpack(redis.call('HMGET', KEYS[1], 'owner', 'token'))
if owner then return (owner == ARGV[1] and token == ARGV[2]) and 1 or 0 end
if tonumber(redis.call('GET', KEYS[2]) or '0') > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return 2
"""
HOLDS: Final = """
local owner, token = unpack(redis.call('HMGET', KEYS[1], 'owner', 'token'))
return (owner == ARGV[1] and token == ARGV[2]) and 1 or 0
"""
