-- A payer may ask to be forgotten (kassa.contact_forget).  The books stay; the digest of an address is not one of them.
set local role kassa_owner;

grant update (client) on kassa.charge to kassa_books;
