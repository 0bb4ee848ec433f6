"""Service records in national codes: who served, when, for how long, entered by whom and how.

Nouns: Record. Verbs: record_hours, cancel_record. States (national status codes): effective → deleted.
Minutes are whole minutes of actual service, excluding travel (民函〔2012〕340号);
one record never crosses a day and never overlaps another.
"""
