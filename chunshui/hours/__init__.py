"""Service records in national codes: who served, when, for how long, entered by whom and how.

Nouns: Record, Star, Objection, Privilege, Proof, SigningKey. Verbs: record_hours, cancel_record; apply_for_star … grant_star;
request_proof … issue_proof, show_proof, revoke_proof; decide_objection; rotate_signing_key.
States of records (national status codes): effective → deleted.
Minutes are whole minutes of actual service, excluding travel (民函〔2012〕340号);
one record never crosses a day and never overlaps another.
"""
