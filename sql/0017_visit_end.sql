-- Sessions of the settings page can be ended before their time (kassa.visit_end).
set local role kassa_owner;

create table kassa.visit_ended (
	kind		text check (kind in ('user', 'location', 'company', 'all')),
	id		text check (length(id) <= 79),
	ended_at	timestamptz not null default clock_timestamp(),
	primary key (kind, id),
	constraint visits_of_all_are_of_nobody check ((kind = 'all') = (id = ''))
);
comment on table kassa.visit_ended is
	'Sessions of the settings page that began before ended_at are over: those of a user, of a location, of a company, of all.';

grant select, insert, update (ended_at) on kassa.visit_ended to kassa_books;
