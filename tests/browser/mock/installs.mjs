/*
 * The part of the simulator's API that knows companies and installs, for pages alone: what it answers is
 * what docs/simulator.md says, and what it was told is kept.
 */

const PROVIDER_NONE = { registered: false, test: false, live: false };

/** @param {string} callback where an install leads back to */
export function installsMock(callback) {
	const state = {
		companies: [],
		told: /** @type {{ method: string, path: string, body: any }[]} */ ([]),
		refusal: /** @type {string | null} */ (null),
	};

	/** A company whose first ${installed} locations have the app, the first ${connected} of them connected. */
	function company(name, count, { installed = 0, connected = 0, domain = null } = {}) {
		const number = state.companies.length + 1;
		const made = {
			id: `Company${String(number).padStart(14, '0')}`, name, domain, installed: installed === count && count > 0,
			installsFuture: installed === count && count > 0,
			locations: Array.from({ length: count }, (_, index) => ({
				id: `Location${number}${String(index + 1).padStart(12, '0')}`, name: `Location ${index + 1}`,
				installed: index < installed,
				provider: index < connected ? { registered: true, test: true, live: index === 0 } : PROVIDER_NONE,
			})),
		};
		state.companies.push(made);
		return made;
	}

	const locationsOf = ({ companyId, locationId }) => state.companies.flatMap((one) => one.locations
		.filter((here) => one.id === companyId || here.id === locationId));

	const routes = {
		'GET /simulator/companies': () => ({ companies: state.companies }),
		'POST /simulator/companies': ({ name, locations, whitelabel }) =>
			company(name, locations, { domain: whitelabel?.domain ?? null }),
		'POST /simulator/locations': ({ companyId, name }) => {
			const owner = state.companies.find((one) => one.id === companyId);
			const made = { id: `LocationLater${owner.locations.length}`, name, installed: owner.installsFuture, provider: PROVIDER_NONE };
			owner.locations.push(made);
			return made;
		},
		'POST /simulator/installations': (wish) => {
			locationsOf(wish.bulk ? wish : {}).concat(...(wish.locationIds ?? []).map((locationId) => locationsOf({ locationId })))
				.forEach((here) => { here.installed = true; });
			return { redirect: `${callback}?code=code-1`, code: 'code-1' };
		},
		'DELETE /simulator/installations': (what) => {
			locationsOf(what).forEach((here) => { Object.assign(here, { installed: false, provider: PROVIDER_NONE }); });
			state.companies.filter(({ id }) => id === what.companyId).forEach((one) => { Object.assign(one, { installed: false, installsFuture: false }); });
			return {};
		},
	};

	/** Answer for ${page} instead of the simulator. */
	async function stand(page) {
		await page.route(/\/simulator\/(companies|locations|installations)(\?|$)/, (route) => {
			const request = route.request();
			const path = new URL(request.url()).pathname;
			const body = request.postDataJSON() ?? Object.fromEntries(new URL(request.url()).searchParams);
			if (request.method() !== 'GET')
				state.told.push({ method: request.method(), path, body });
			if (state.refusal !== null)
				return route.fulfill({ status: 422, json: { error: { message: state.refusal } } });
			return route.fulfill({ json: routes[`${request.method()} ${path}`](body ?? {}) });
		});
	}

	return { state, company, stand };
}
