-- What nobody needs any more may go (kassa.prune): pages that were opened and never paid, declines that no limit counts.
set local role kassa_owner;

grant delete on kassa.checkout_session, kassa.setup, kassa.declined to kassa_books;
