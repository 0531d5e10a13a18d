-- Mixed traffic for wrk: pages, assets, questions right and wrong, bodies large and broken, addresses unknown.
-- Arguments: an API key, the charge and the transaction that it is asked about.  What must not be: 5xx.
local counter = 0
local requests = {}

local function add(method, path, body, headers)
	headers = headers or {}
	headers["Host"] = "pay.example.com"
	if body then
		headers["Content-Type"] = headers["Content-Type"] or "application/json"
	end
	requests[#requests + 1] = wrk.format(method, path, headers, body)
end

function init(arguments)
	local key, charge, transaction = arguments[1], arguments[2], arguments[3]
	local verify = string.format('{"type":"verify","apiKey":"%s","chargeId":"%s","transactionId":"%s"', key, charge, transaction)

	add("POST", "/query", verify .. "}")
	add("POST", "/query", verify .. ',"products":"' .. string.rep("p", 60000) .. '"}')
	add("POST", "/query", verify .. "}")
	add("POST", "/query", '{"type":"verify","apiKey":"none"}')
	add("POST", "/query", '{"type":')
	add("POST", "/query", string.rep("[", 60000))
	add("GET", "/checkout")
	add("GET", "/assets/checkout.css", nil, { ["Accept-Encoding"] = "gzip" })
	add("GET", "/assets/none.css")
	add("GET", "/")
	add("GET", "/settings?location=" .. string.rep("x", 7000))
	add("GET", "/settings/state", nil, { ["Authorization"] = "Bearer " .. string.rep("x", 3000) })
	add("POST", "/checkout/sessions", '{"publishableKey":"kassa_pk_test_none"}')
	add("GET", "/checkout/sessions/none")
	add("POST", "/webhooks", '{"type":"' .. string.rep("w", 100000) .. '"}', { ["X-GHL-Signature"] = string.rep("A", 86) .. "==" })
	add("DELETE", "/query")
	add("GET", "/" .. string.rep("%00", 500))
end

function request()
	counter = counter + 1
	return requests[counter % #requests + 1]
end

local threads = {}

function setup(thread)
	threads[#threads + 1] = thread
end

function response(status)
	local kind = "s" .. status
	_G[kind] = (_G[kind] or 0) + 1
end

-- One JSON object: requests, microseconds, errors of sockets, and how often each status came.
function done(summary, latency)
	local seen = {}
	for status = 100, 599 do
		local count = 0
		for _, thread in ipairs(threads) do
			count = count + (thread:get("s" .. status) or 0)
		end
		if count > 0 then
			seen[#seen + 1] = string.format('"%d":%d', status, count)
		end
	end
	local errors = summary.errors
	io.write(string.format('\nresult {"requests":%d,"micros":%d,"p99":%d,"lost":%d,"statuses":{%s}}\n', summary.requests,
		summary.duration, latency:percentile(99), errors.connect + errors.read + errors.write + errors.timeout,
		table.concat(seen, ",")))
end
