"""What happens to a frontier at one stroke, in Redis's Lua: a node may be killed between any two of these, in none.

All take the keys of KEYS in this order. The clock is Redis's own: the nodes' may differ.
"""

KEYS = ("pending", "requests", "asked", "flight", "nodes", "tallies", "crawl", "met", "likes")

_HEAD = """
local pending, requests, asked, flight, nodes, tallies, crawl = unpack(KEYS)
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local function wait(token, priority)
    redis.call('ZADD', pending, redis.call('HINCRBY', crawl, 'asked', 1) - priority * 1e9, token)
end
local function give_back(token)
    redis.call('HDEL', flight, token)
    if redis.call('HEXISTS', requests, token) == 1 then redis.call('ZADD', pending, 0, token) end
end
"""

# ARGV: token, request, priority. A request that the crawl has asked before is not asked again: 0.
PUSH = f"""{_HEAD}
if redis.call('SADD', asked, ARGV[1]) == 0 then return 0 end
redis.call('HSET', requests, ARGV[1], ARGV[2])
wait(ARGV[1], ARGV[3])
return 1
"""

# ARGV: token, request, priority, node. A request that its node asks once more: redirected, or after trouble.
COME_BACK = f"""{_HEAD}
if redis.call('HGET', flight, ARGV[1]) ~= ARGV[4] then return 0 end
redis.call('HDEL', flight, ARGV[1])
redis.call('HSET', requests, ARGV[1], ARGV[2])
wait(ARGV[1], ARGV[3])
return 1
"""

# ARGV: node. The next request is the node's until it is settled.
POP = f"""{_HEAD}
local first = redis.call('ZPOPMIN', pending)
if #first == 0 then return nil end
redis.call('HSET', flight, first[1], ARGV[1])
return {{first[1], redis.call('HGET', requests, first[1])}}
"""

# ARGV: node, lease, lifetime, tally, tokens … Done with the tokens; alive for another lease; what dead nodes held waits
# again. Returns how much that is.
SETTLE = f"""{_HEAD}
for i = 5, #ARGV do
    if redis.call('HGET', flight, ARGV[i]) == ARGV[1] then
        redis.call('HDEL', flight, ARGV[i])
        redis.call('HDEL', requests, ARGV[i])
    end
end
redis.call('HSET', tallies, ARGV[1], ARGV[4])
redis.call('ZADD', nodes, now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', nodes, '-inf', now)
local held, returned = redis.call('HGETALL', flight), 0
for i = 1, #held, 2 do
    if not redis.call('ZSCORE', nodes, held[i + 1]) then
        give_back(held[i])
        returned = returned + 1
    end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
return returned
"""

# ARGV: node, what. Falls to one node alone, once nothing waits; the crawl is not over before that node settles it.
CLAIM = f"""{_HEAD}
if redis.call('ZCARD', pending) + redis.call('HLEN', flight) > 0 then return 0 end
if redis.call('HEXISTS', crawl, 'over') == 1 or redis.call('HSETNX', crawl, ARGV[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', flight, ARGV[2], ARGV[1])
return 1
"""

# ARGV: node, afterglow. Returns 1 to the node that has to sum up: the first to find nothing left, or the last.
LEAVE = f"""{_HEAD}
redis.call('ZREM', nodes, ARGV[1])
local held = redis.call('HGETALL', flight)
for i = 1, #held, 2 do if held[i + 1] == ARGV[1] then give_back(held[i]) end end
local left = redis.call('ZCARD', pending) + redis.call('HLEN', flight)
if left > 0 and redis.call('ZCOUNT', nodes, now, '+inf') > 0 then return 0 end
if redis.call('HSETNX', crawl, 'over', left) == 0 then return 0 end
for _, key in ipairs({{requests, asked, KEYS[8], KEYS[9]}}) do redis.call('EXPIRE', key, ARGV[2]) end
return 1
"""

# KEYS: a host's; ARGV: seconds between two requests. Returns the seconds until this one's turn.
TURN = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local turn = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
redis.call('SET', KEYS[1], string.format('%.6f', turn + ARGV[1]), 'EX', math.ceil(turn + ARGV[1] - now) + 60)
return string.format('%.6f', turn - now)
"""

# KEYS: a host's; ARGV: seconds for which the host asked to be left alone.
REST = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local free = math.max(now + ARGV[1], tonumber(redis.call('GET', KEYS[1]) or 0))
redis.call('SET', KEYS[1], string.format('%.6f', free), 'EX', math.ceil(free - now) + 60)
return 1
"""
