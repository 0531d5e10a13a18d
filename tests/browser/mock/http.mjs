/*
 * A small HTTP server for the mocks: routes by "METHOD /path", every request noted, ended with close().
 */
import http from "node:http";

/**
 * @param {(request: {method: string, path: string, query: URLSearchParams, headers: object, text: string}) =>
 *     Promise<Answer | null> | Answer | null} answer null leaves the client without an answer.
 * @typedef {{status?: number, headers?: object, body?: string | Buffer}} Answer
 */
export async function startServer(answer) {
	const server = http.createServer(async (incoming, outgoing) => {
		const chunks = [];
		for await (const chunk of incoming) {
			chunks.push(chunk);
		}
		const url = new URL(incoming.url, "http://mock");
		const answered = await answer({
			method: incoming.method,
			path: url.pathname,
			query: url.searchParams,
			headers: incoming.headers,
			text: Buffer.concat(chunks).toString("utf8"),
		});
		if (answered === null) {
			/* Begun, then cut: a connection that ends without a byte makes Chromium itself ask again. */
			outgoing.writeHead(200, { "content-type": "application/json", "content-length": "100" });
			outgoing.write("{", () => outgoing.socket?.destroy());
			return;
		}
		outgoing.writeHead(answered.status ?? 200, { "cache-control": "no-store", ...answered.headers });
		outgoing.end(answered.body ?? "");
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: server.address().port,
		close() {
			server.closeAllConnections?.();
			return new Promise((resolve) => server.close(resolve));
		},
	};
}
