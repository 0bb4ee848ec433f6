"""Service records in national codes: who served, when, for how long, entered by whom and how.

Nouns: Record, Star, Objection, Privilege, Proof, SigningKey. Verbs: record_hours, cancel_record; apply_for_star … grant_star;
request_proof … issue_proof, show_proof, revoke_proof; decide_objection; rotate_signing_key.
By hand: Entry and its lines, Case; enter_team_hours, enter_area_hours, declare_hours, approve_entry,
refuse_entry, withdraw_entry, report_line. States of a record (national codes): effective → deleted; of an entry: waiting → published → counted.
Minutes are whole minutes of actual service, excluding travel (民函〔2012〕340号);
one record never crosses a day and never overlaps another.
"""
