"""What happens to sealed records in Redis, each step atomic; an expiry is set once, when a key is made."""

from __future__ import annotations

from typing import Final

# KEYS: record, slots, fence
# ARGV: token, slot prefix, 'replace' or 'keep' what is there, user, record id, expiry, generation, blob, scope, keep,
#       then pairs of lookup and slot
PUT: Final = """
local token, prefix, way, user, id, expires = unpack(ARGV, 1, 6)
if tonumber(token) < tonumber(redis.call('GET', KEYS[3]) or '0') then return 0 end
if way == 'keep' and redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
for _, old in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', prefix .. old) end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'record', id, 'expires', expires, 'generation', ARGV[7], 'blob', ARGV[8],
  'scope', ARGV[9], 'keep', ARGV[10])
redis.call('EXPIREAT', KEYS[1], expires)
for i = 11, #ARGV, 2 do
  local slot = prefix .. ARGV[i]
  redis.call('DEL', slot)
  redis.call('HSET', slot, 'user', user, 'record', id, 'slot', ARGV[i + 1])
  redis.call('EXPIREAT', slot, expires)
  redis.call('SADD', KEYS[2], ARGV[i])
end
redis.call('EXPIREAT', KEYS[2], expires)
return 1
"""
# KEYS: record, fence; ARGV: token, record id, generation, blob
SAVE: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
if redis.call('HGET', KEYS[1], 'record') ~= ARGV[2] then return 0 end
if tonumber(ARGV[3]) <= tonumber(redis.call('HGET', KEYS[1], 'generation')) then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'blob', ARGV[4])
return 1
"""
# KEYS: record, slots, slot; ARGV: record id, lookup, slot, user
ADD_SLOT: Final = """
if redis.call('HGET', KEYS[1], 'record') ~= ARGV[1] then return 0 end
local expires = redis.call('HGET', KEYS[1], 'expires')
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'user', ARGV[4], 'record', ARGV[1], 'slot', ARGV[3])
redis.call('EXPIREAT', KEYS[3], expires)
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('EXPIREAT', KEYS[2], expires)
return 1
"""
# KEYS: slots, slot; ARGV: lookup. Answers how many are left.
REMOVE_SLOT: Final = """
redis.call('DEL', KEYS[2])
redis.call('SREM', KEYS[1], ARGV[1])
return redis.call('SCARD', KEYS[1])
"""
# KEYS: slots; ARGV: slot prefix
DROP_SLOTS: Final = """
for _, lookup in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', ARGV[1] .. lookup) end
return redis.call('DEL', KEYS[1])
"""
# KEYS: record, slots; ARGV: slot prefix, record id or '' for whichever it is
DELETE: Final = """
if ARGV[2] ~= '' and redis.call('HGET', KEYS[1], 'record') ~= ARGV[2] then return 0 end
for _, lookup in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', ARGV[1] .. lookup) end
return redis.call('DEL', KEYS[1], KEYS[2])
"""
# KEYS: login, fence; ARGV: token, expiry, then pairs of fields
PUT_LOGIN: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIREAT', KEYS[1], ARGV[2])
return 1
"""
