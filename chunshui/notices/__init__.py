"""Messages to people: the in-app inbox, and text messages through an adapter.

Nouns: Message. Verbs: notify, mark_read, send_messages. States of a message that leaves the house: queued → sent, failed.
A message has a unique key, so that a reaction that runs twice writes it once; text messages wait for the end of quiet hours.
"""
