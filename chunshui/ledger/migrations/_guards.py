"""The triggers that move balances and forbid the rewriting of history, for both databases. Decision 16 says why each is there."""

MAY_GO_NEGATIVE = "'issuer', 'team_issuer', 'outside', 'owed'"
ISSUERS = "'issuer', 'team_issuer'"
CAP = """COALESCE((SELECT most FROM ledger_cap WHERE ledger_cap.unit = {unit}),
    CASE {unit} WHEN 'minutes' THEN 2000000 WHEN 'points' THEN 1000000 ELSE 0 END)"""

SQLITE = [
    # --- a transfer: judged before, moved after. Explicit checks, because INSERT OR IGNORE and OR REPLACE silence constraints, not RAISE.
    f"""
    CREATE TRIGGER ledger_transfer_judge BEFORE INSERT ON ledger_transfer BEGIN
        SELECT RAISE(ABORT, 'ledger_key_once') WHERE EXISTS (SELECT 1 FROM ledger_transfer WHERE key = NEW.key AND line = NEW.line);
        SELECT RAISE(ABORT, 'ledger_append_only') WHERE EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id);
        SELECT RAISE(ABORT, 'ledger_amount') WHERE NOT (typeof(NEW.amount) = 'integer' AND NEW.amount BETWEEN 1 AND 1000000);
        SELECT RAISE(ABORT, 'ledger_two_sides') WHERE NEW.debit_id = NEW.credit_id;
        SELECT RAISE(ABORT, 'ledger_unit') WHERE 2 <> (
            SELECT COUNT(*) FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) AND unit = NEW.unit);
        SELECT RAISE(ABORT, 'ledger_reversed') WHERE EXISTS (SELECT 1 FROM ledger_transfer WHERE reverses_id = NEW.reverses_id);
        SELECT RAISE(ABORT, 'ledger_mirror') WHERE NEW.reverses_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM ledger_transfer AS first WHERE first.id = NEW.reverses_id AND first.debit_id = NEW.credit_id
            AND first.credit_id = NEW.debit_id AND first.amount = NEW.amount AND first.unit = NEW.unit AND first.reverses_id IS NULL);
        SELECT RAISE(ABORT, 'ledger_not_enough') WHERE EXISTS (
            SELECT 1 FROM ledger_account WHERE id = NEW.debit_id AND kind NOT IN ({MAY_GO_NEGATIVE}) AND balance < NEW.amount);
        SELECT RAISE(ABORT, 'ledger_day_cap') WHERE NEW.reverses_id IS NULL AND EXISTS (
            SELECT 1 FROM ledger_account WHERE id = NEW.debit_id AND kind IN ({ISSUERS})
            AND NEW.amount + CASE WHEN day IS NULL OR NEW.day > day THEN 0 ELSE day_out END > {CAP.format(unit="NEW.unit")});
    END
    """,
    f"""
    CREATE TRIGGER ledger_transfer_move AFTER INSERT ON ledger_transfer BEGIN
        UPDATE ledger_account SET balance = balance - NEW.amount, last_id = NEW.id,
            day_out = CASE WHEN kind NOT IN ({ISSUERS}) OR NEW.reverses_id IS NOT NULL THEN day_out
                WHEN day IS NULL OR NEW.day > day THEN NEW.amount ELSE day_out + NEW.amount END,
            day = CASE WHEN kind NOT IN ({ISSUERS}) OR NEW.reverses_id IS NOT NULL THEN day
                WHEN day IS NULL OR NEW.day > day THEN NEW.day ELSE day END
            WHERE id = NEW.debit_id;
        UPDATE ledger_account SET balance = balance + NEW.amount, last_id = NEW.id WHERE id = NEW.credit_id;
        SELECT RAISE(ABORT, 'ledger_not_moved') WHERE 2 <> (
            SELECT COUNT(*) FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) AND last_id = NEW.id);
        INSERT INTO ledger_total (area_id, kind, unit, month, amount, reversed, transfers) VALUES (
            COALESCE((SELECT area_id FROM ledger_transfer WHERE id = NEW.reverses_id), NEW.area_id),
            COALESCE((SELECT kind FROM ledger_transfer WHERE id = NEW.reverses_id), NEW.kind),
            NEW.unit, substr(NEW.day, 1, 7) || '-01',
            CASE WHEN NEW.reverses_id IS NULL THEN NEW.amount ELSE 0 END, CASE WHEN NEW.reverses_id IS NULL THEN 0 ELSE NEW.amount END, 1)
            ON CONFLICT (area_id, kind, unit, month) DO UPDATE SET
            amount = amount + excluded.amount, reversed = reversed + excluded.reversed, transfers = transfers + 1;
    END
    """,
    "CREATE TRIGGER ledger_transfer_fixed BEFORE UPDATE ON ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END",
    "CREATE TRIGGER ledger_transfer_kept BEFORE DELETE ON ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END",
    # --- an account: opened empty, moved only by the transfer it names, which must be newer than the last one it saw
    """
    CREATE TRIGGER ledger_account_opened BEFORE INSERT ON ledger_account BEGIN
        SELECT RAISE(ABORT, 'ledger_account_once') WHERE EXISTS (
            SELECT 1 FROM ledger_account WHERE kind = NEW.kind AND owner_id = NEW.owner_id AND unit = NEW.unit);
        SELECT RAISE(ABORT, 'ledger_account_once') WHERE EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id);
        SELECT RAISE(ABORT, 'ledger_account_empty') WHERE NEW.balance <> 0 OR NEW.last_id <> 0 OR NEW.day_out <> 0;
    END
    """,
    """
    CREATE TRIGGER ledger_account_moved BEFORE UPDATE ON ledger_account BEGIN
        SELECT RAISE(ABORT, 'ledger_account_fixed')
            WHERE NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.owner_id <> OLD.owner_id OR NEW.unit <> OLD.unit;
        SELECT RAISE(ABORT, 'ledger_balance') WHERE NEW.last_id <= OLD.last_id OR NOT EXISTS (
            SELECT 1 FROM ledger_transfer WHERE id = NEW.last_id AND (
                (debit_id = OLD.id AND NEW.balance = OLD.balance - amount) OR (credit_id = OLD.id AND NEW.balance = OLD.balance + amount)));
    END
    """,
    "CREATE TRIGGER ledger_account_kept BEFORE DELETE ON ledger_account WHEN OLD.last_id > 0 BEGIN SELECT RAISE(ABORT, 'ledger_account_used'); END",
]

POSTGRESQL = [
    # --- transfers: one statement is judged and moved as a whole; accounts are locked in the order of their ids, so that nobody deadlocks
    f"""
    CREATE FUNCTION {{schema}}.ledger_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM ledger_account WHERE id IN (SELECT debit_id FROM fresh UNION SELECT credit_id FROM fresh) ORDER BY id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM fresh JOIN ledger_account AS d ON d.id = debit_id JOIN ledger_account AS c ON c.id = credit_id
                   WHERE d.unit <> fresh.unit OR c.unit <> fresh.unit) THEN
            RAISE EXCEPTION 'ledger_unit' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM fresh WHERE reverses_id IS NOT NULL) AND EXISTS (
            SELECT 1 FROM fresh LEFT JOIN ledger_transfer AS first ON first.id = fresh.reverses_id
            WHERE fresh.reverses_id IS NOT NULL AND (first.id IS NULL OR first.debit_id <> fresh.credit_id OR first.credit_id <> fresh.debit_id
                OR first.amount <> fresh.amount OR first.unit <> fresh.unit OR first.reverses_id IS NOT NULL)) THEN
            RAISE EXCEPTION 'ledger_mirror' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE ledger_account AS a SET balance = a.balance + m.delta, last_id = GREATEST(a.last_id, m.last_id),
            day_out = CASE WHEN a.kind NOT IN ({ISSUERS}) OR m.day IS NULL THEN a.day_out
                WHEN a.day IS NULL OR m.day > a.day THEN m.issued ELSE a.day_out + m.issued END,
            day = CASE WHEN a.kind NOT IN ({ISSUERS}) OR m.day IS NULL THEN a.day ELSE GREATEST(a.day, m.day) END
            FROM (SELECT account_id, SUM(delta) AS delta, MAX(id) AS last_id, SUM(issued) AS issued, MAX(day) AS day FROM (
                    SELECT debit_id AS account_id, -amount AS delta, id, CASE WHEN reverses_id IS NULL THEN amount ELSE 0 END AS issued,
                        CASE WHEN reverses_id IS NULL THEN day END AS day FROM fresh
                    UNION ALL SELECT credit_id, amount, id, 0, NULL FROM fresh) AS side GROUP BY account_id) AS m
            WHERE a.id = m.account_id;
        IF EXISTS (SELECT 1 FROM fresh JOIN ledger_account AS a ON a.id = fresh.debit_id
                   WHERE a.kind IN ({ISSUERS}) AND fresh.reverses_id IS NULL AND a.day_out > {CAP.format(unit="a.unit")}) THEN
            RAISE EXCEPTION 'ledger_day_cap' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO ledger_total (area_id, kind, unit, month, amount, reversed, transfers)
            SELECT COALESCE(first.area_id, fresh.area_id), COALESCE(first.kind, fresh.kind), fresh.unit, date_trunc('month', fresh.day)::date,
                COALESCE(SUM(fresh.amount) FILTER (WHERE fresh.reverses_id IS NULL), 0),
                COALESCE(SUM(fresh.amount) FILTER (WHERE fresh.reverses_id IS NOT NULL), 0), COUNT(*)
            FROM fresh LEFT JOIN ledger_transfer AS first ON first.id = fresh.reverses_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            ON CONFLICT (area_id, kind, unit, month) DO UPDATE SET amount = ledger_total.amount + excluded.amount,
                reversed = ledger_total.reversed + excluded.reversed, transfers = ledger_total.transfers + excluded.transfers;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER ledger_transfer_move AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.ledger_move()
    """,
    """
    CREATE FUNCTION {schema}.ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER ledger_transfer_kept BEFORE UPDATE OR DELETE ON ledger_transfer
        FOR EACH ROW EXECUTE FUNCTION {schema}.ledger_refuse('ledger_append_only')
    """,
    """
    CREATE TRIGGER ledger_transfer_whole BEFORE TRUNCATE ON ledger_transfer
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.ledger_refuse('ledger_append_only')
    """,
    """
    CREATE TRIGGER ledger_account_whole BEFORE TRUNCATE ON ledger_account
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.ledger_refuse('ledger_account_used')
    """,
    # --- accounts: opened empty, moved only from within the trigger of a transfer
    """
    CREATE TRIGGER ledger_account_opened BEFORE INSERT ON ledger_account FOR EACH ROW
        WHEN (NEW.balance <> 0 OR NEW.last_id <> 0 OR NEW.day_out <> 0) EXECUTE FUNCTION {schema}.ledger_refuse('ledger_account_empty')
    """,
    """
    CREATE TRIGGER ledger_account_fixed BEFORE UPDATE ON ledger_account FOR EACH ROW
        WHEN (NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.owner_id <> OLD.owner_id OR NEW.unit <> OLD.unit)
        EXECUTE FUNCTION {schema}.ledger_refuse('ledger_account_fixed')
    """,
    """
    CREATE TRIGGER ledger_account_moved BEFORE UPDATE ON ledger_account FOR EACH ROW
        WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION {schema}.ledger_refuse('ledger_balance')
    """,
    """
    CREATE TRIGGER ledger_account_kept BEFORE DELETE ON ledger_account FOR EACH ROW
        WHEN (OLD.last_id > 0) EXECUTE FUNCTION {schema}.ledger_refuse('ledger_account_used')
    """,
]


def install(apps, editor):
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "sqlite":
            for statement in SQLITE:
                cursor.execute(statement)
            return
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        for statement in POSTGRESQL:
            cursor.execute(statement.replace("{schema}", schema))
