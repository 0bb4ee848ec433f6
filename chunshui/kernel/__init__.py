"""No subject matter: events, rulings, steps, refusals, the doors' helpers, background work.

Nouns: Event (a fact), Delivery (a fact on its way to one reaction), Slot (one run of a periodic job), Worker (a heartbeat).
"""
