# A database with a write-ahead log: one writer, then two at once beside a reader, a checkpoint, a check, a vacuum.
sqlite3 one.db <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL, body BLOB);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO item SELECT i, 'name ' || i, i / 7.0, zeroblob(i % 200) FROM n;
CREATE INDEX item_name ON item (name);
DELETE FROM item WHERE id % 3 = 0;
UPDATE item SET name = name || '!' WHERE id % 5 = 0;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA integrity_check;
VACUUM;
PRAGMA integrity_check;
SELECT count(*), sum(amount), sum(length(body)) FROM item;
SQL
sqlite3 two.db 'PRAGMA journal_mode = WAL; CREATE TABLE event (writer TEXT, number INTEGER);'
writer() {
	for number in {1..60}; do echo "BEGIN IMMEDIATE; INSERT INTO event VALUES ('$1', $number); COMMIT;"; done |
		sqlite3 -cmd '.timeout 60000' two.db
}
writer a & first=$!
writer b & second=$!
for round in {1..5}; do sqlite3 -readonly -cmd '.timeout 60000' two.db 'SELECT count(*) < 0 FROM event;'; done
wait $first
wait $second
sqlite3 two.db 'PRAGMA integrity_check; SELECT writer, count(*), sum(number) FROM event GROUP BY writer;'
# The same with a rollback journal, and the journal kept.
sqlite3 three.db 'PRAGMA journal_mode = PERSIST; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); DELETE FROM t WHERE a = 1; PRAGMA integrity_check;'
# Two writers' rows come in any order; the kept journal holds a random number.
inventory -x two.db -x '*-journal' .
